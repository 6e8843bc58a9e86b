"""successCondition and failureCondition: label selectors whose keys are gjson paths.

Mirrors ``matchConditions`` of ``workflow/executor/resource.go``: any failure condition fails, all
success conditions together succeed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages import gjson
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import BadRequest
from pinnace.objects.labelparser import Requirement
from pinnace.objects.selectors import parse_labels
from pinnace.objects.types import Object
from pinnace.workflows.executor.context import ExecutorFailed


class _Paths(Mapping[str, str]):
    """An object seen as labels: the key is a path, the value what stands there as text."""

    def __init__(self, obj: Object) -> None:
        self._written = json.dumps(obj)

    def __getitem__(self, path: str) -> str:
        try:
            found = gjson.get(self._written, path)
        except LanguageError as problem:
            raise ExecutorFailed(f"condition {path!r} is not a path: {problem.expected}") from None
        if not found.exists:
            raise KeyError(path)
        return found.string()

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Conditions:
    """What ends the wait for an object."""

    success: tuple[Requirement, ...]
    failure: tuple[Requirement, ...]

    @classmethod
    def of(cls, resource: Mapping[str, Any]) -> "Conditions":
        """Read both conditions of a resource template."""
        return cls(
            _parse(resource.get("successCondition"), "success condition"),
            _parse(resource.get("failureCondition"), "fail condition"),
        )

    @property
    def are_set(self) -> bool:
        """Tell whether there is anything to wait for."""
        return bool(self.success or self.failure)

    def are_met_by(self, obj: Object) -> bool:
        """Tell whether the object succeeds; raises ExecutorFailed when it fails."""
        seen = _Paths(obj)
        for requirement in self.failure:
            if requirement.matches(seen):
                raise ExecutorFailed(f"failure condition '{requirement}' evaluated true")
        return all(requirement.matches(seen) for requirement in self.success)


def _parse(condition: Any, what: str) -> tuple[Requirement, ...]:
    if not condition:
        return ()
    try:
        return parse_labels(str(condition)).requirements
    except BadRequest as problem:
        raise ExecutorFailed(f"{what} '{condition}' failed to parse: {problem}") from problem
