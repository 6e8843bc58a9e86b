"""Reading an untyped manifest: every step knows its field path, so a refusal can name it.

Pure; used by :mod:`pinnace.sensors.parsing` and by the trigger kinds.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pinnace.objects.errors import Invalid


@dataclass(frozen=True)
class Node:
    """A value of a manifest and the path to it; an absent value is ``None``."""

    value: Any
    path: str
    name: str
    kind: str = "Sensor"

    def refuse(
        self, message: str, *, expected: str = "", found: str = "", fix: str = ""
    ) -> Invalid:
        """Make the error that names this object and field."""
        return Invalid(
            message, kind=self.kind, name=self.name, field=self.path, expected=expected,
            found=found, fix=fix,
        )  # fmt: skip

    @property
    def given(self) -> bool:
        """Tell whether the manifest has this field (``null`` counts as absent, as in Go)."""
        return self.value is not None

    def __getitem__(self, key: str) -> "Node":
        """Return the field ``key`` of this object."""
        value = self.mapping().get(key)
        return Node(value, f"{self.path}.{key}" if self.path else key, self.name, self.kind)

    def __iter__(self) -> Iterator["Node"]:
        """Yield the entries of this list."""
        for index, value in enumerate(self._typed(list, "a list") or []):
            yield Node(value, f"{self.path}[{index}]", self.name, self.kind)

    def mapping(self) -> dict[str, Any]:
        """Return this object, or an empty one when it is absent."""
        return self._typed(dict, "an object") or {}

    def text(self) -> str:
        """Return this string, or "" when it is absent."""
        return self._typed(str, "a string") or ""

    def required(self, message: str) -> str:
        """Return this string; refuses an empty one with ``message``."""
        if text := self.text():
            return text
        raise self.refuse(message, expected="a value that is not empty")

    def flag(self) -> bool:
        """Return this boolean, or False when it is absent."""
        return bool(self._typed(bool, "true or false"))

    def integer(self) -> int | None:
        """Return this integer, or None when it is absent."""
        if isinstance(self.value, bool):
            raise self._mistyped("an integer")
        return self._typed(int, "an integer")  # type: ignore[no-any-return]  # checked in there

    def texts(self) -> tuple[str, ...]:
        """Return this list of strings."""
        return tuple(entry.text() for entry in self)

    def choice(self, allowed: Collection[str], message: str) -> str:
        """Return this string; refuses one that isn't among ``allowed``."""
        text = self.text()
        if text not in allowed:
            shown = ", ".join(repr(choice) for choice in allowed if choice)
            raise self.refuse(message.format(text), expected=f"one of {shown}", found=repr(text))
        return text

    def _typed(self, wanted: type, label: str) -> Any:
        if self.value is None or isinstance(self.value, wanted):
            return self.value
        raise self._mistyped(label)

    def _mistyped(self, label: str) -> Invalid:
        shown = repr(self.value)
        return self.refuse("", expected=label, found=shown if len(shown) < 80 else shown[:77] + "…")
