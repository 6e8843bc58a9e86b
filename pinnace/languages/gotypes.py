"""Go types that Python's own do not tell apart: int64 and uint8, []string and []int, nil slices.

Plain Python data stands for what encoding/json and literals give: int is int, float is float64,
list is []interface {}, dict is map[string]interface {}. What else a Go function may return is one
of these subclasses, so that `typeOf`, `%T`, `toJson` and the checks of arguments see the type.
They behave as their base in everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Int64(int):
    """An int64, which is not assignable to an int."""

    __slots__ = ()
    go_type = "int64"


class Uint8(int):
    """A byte."""

    __slots__ = ()
    go_type = "uint8"


class Uint64(int):
    """A uint64."""

    __slots__ = ()
    go_type = "uint64"


class Slice(list[Any]):
    """A slice of some element type, or a nil one."""

    __slots__ = ("go_type", "nil")

    def __init__(self, go_type: str, items: Iterable[Any] = (), *, nil: bool = False) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.nil = nil

    def __deepcopy__(self, memo: dict[int, Any]) -> Slice:
        return Slice(self.go_type, self, nil=self.nil)


class Map(dict[str, Any]):
    """A map of some element type, or a nil one, which can be read but not written."""

    __slots__ = ("go_type", "nil")

    def __init__(
        self, go_type: str, items: Mapping[str, Any] | None = None, *, nil: bool = False
    ) -> None:
        super().__init__(items or {})
        self.go_type = go_type
        self.nil = nil

    def __setitem__(self, key: str, value: Any) -> None:
        if self.nil:
            raise ValueError("assignment to entry in nil map")
        super().__setitem__(key, value)

    def __deepcopy__(self, memo: dict[int, Any]) -> Map:
        return Map(self.go_type, self, nil=self.nil)


LIST, MAP = "[]interface {}", "map[string]interface {}"


def strings(items: Iterable[str]) -> Slice:
    """A []string."""
    return Slice("[]string", items)


def nil_list() -> Slice:
    """A nil []interface {}: empty, and `null` in JSON."""
    return Slice(LIST, nil=True)


def is_nil(value: Any) -> bool:
    """Whether it is nil, or a nil slice or map."""
    return value is None or bool(getattr(value, "nil", False))


class Named(int):
    """A time.Month or time.Weekday: an integer that prints as its name."""

    go_type: str
    name: str

    def __new__(cls, value: int, go_type: str, name: str) -> Named:
        """The integer, its Go type, and what its String method gives."""
        made = super().__new__(cls, value)
        made.go_type, made.name = go_type, name
        return made

    def __str__(self) -> str:
        return self.name
