"""Names of templates, steps, parameters and artifacts: what they may look like.

Mirrors ``validateWorkflowFieldNames`` of ``workflow/validate/validate.go``.
"""

import re
from collections.abc import Iterable
from typing import Any

from pinnace.workflows.problems import InvalidSpec

_FIELD = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_LOOSE = re.compile(r"[-a-zA-Z0-9_]+[-a-zA-Z0-9_]*")
_FIELD_RULE = (
    "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric "
    "character (e.g. My-name1-2, 123-NAME)"
)
_LOOSE_RULE = (
    "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-' "
    "e.g. my_param_1, MY-PARAM-1"
)
_MAX_LENGTH = 128


def complaint(name: str, *, loose: bool = False) -> str:
    """Return what is wrong with a name, or "" when nothing is."""
    if loose:
        return "" if _LOOSE.fullmatch(name) else _LOOSE_RULE
    problems = []
    if len(name) > _MAX_LENGTH:
        problems.append(f"must be no more than {_MAX_LENGTH} characters")
    if not _FIELD.fullmatch(name):
        problems.append(_FIELD_RULE)
    return ";".join(problems)


def check_unique_names(
    items: Iterable[dict[str, Any]] | None, where: str, *, loose: bool = False
) -> None:
    """Every item has a name, of the right form, that no other has."""
    seen: set[str] = set()
    for i, item in enumerate(items or []):
        name = str((item or {}).get("name") or "")
        if not name:
            raise InvalidSpec(f"{where}[{i}].name is required")
        wrong = complaint(name, loose=loose)
        if wrong:
            raise InvalidSpec(f"{where}[{i}].name: '{name}' is invalid: {wrong}")
        if name in seen:
            raise InvalidSpec(f"{where}[{i}].name '{name}' is not unique")
        seen.add(name)


_HOLDERS = frozenset({"arguments", "inputs", "outputs"})
_FREE_FORM = frozenset({"plugin"})


def require_names(value: Any, where: str) -> None:
    """Every parameter and artifact below has a name: all else counts on that."""
    waiting: list[tuple[str, str, Any]] = [("", where, value)]
    while waiting:
        key, path, each = waiting.pop()
        if isinstance(each, dict):
            if key in _HOLDERS:
                _require_names_of(each, path)
            waiting += [(k, f"{path}.{k}", v) for k, v in each.items() if k not in _FREE_FORM]
        elif isinstance(each, list):
            waiting += [("", f"{path}[{i}]", item) for i, item in enumerate(each)]


def _require_names_of(holder: dict[str, Any], path: str) -> None:
    for kind in ("parameters", "artifacts"):
        items = holder.get(kind)
        for i, item in enumerate(items if isinstance(items, list) else []):
            if not isinstance(item, dict) or not item.get("name"):
                raise InvalidSpec(f"{path}.{kind}[{i}].name is required")
