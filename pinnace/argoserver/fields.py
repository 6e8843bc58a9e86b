"""Field masks: which fields of an answer a client wants.

Pure. Mirrors ``util/fields/cleaner.go``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Mask:
    """The fields to keep, or (``exclude``) to leave out; none: everything stays."""

    fields: frozenset[str] = frozenset()
    exclude: bool = False

    def without_prefix(self, prefix: str) -> "Mask":
        """Return the mask of something inside: ``result.object.metadata`` is its ``metadata``."""
        inner = frozenset(each.removeprefix(prefix) for each in self.fields)
        return Mask(fields=inner, exclude=self.exclude)

    def apply(self, value: Any) -> Any:
        """Return the value with the fields that are wanted."""
        return self._clean((), value) if self.fields else value

    def _clean(self, path: tuple[str, ...], value: Any) -> Any:
        match value:
            case dict():
                return dict(self._kept(path, value))
            case list():
                return [self._clean(path, each) for each in value]
            case _:
                return value

    def _kept(self, path: tuple[str, ...], value: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        for key, inner in value.items():
            place = (*path, key)
            name = ".".join(place)
            named = name in self.fields
            if self.exclude:
                if not named:
                    yield key, self._clean(place, inner)
            elif named:
                yield key, inner
            elif any(field.startswith(name) for field in self.fields):
                yield key, self._clean(place, inner)


def parse_mask(text: str) -> Mask:
    """Read ``metadata,status.phase`` or ``-status.nodes``."""
    if not text:
        return Mask()
    exclude = text.startswith("-")
    names = text.removeprefix("-").split(",")
    return Mask(fields=frozenset(filter(None, names)), exclude=exclude)
