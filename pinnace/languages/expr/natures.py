"""What the checker knows of a node's type before the program runs (mirrors checker/nature).

A nature is a Go type by name, as `%T` prints it; None is "unknown until it runs". From the name
follow its kind, its element and what may be assigned to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pinnace.languages.govalues import type_name

ANY = "interface {}"
_KINDS = {
    ANY: "interface", "time.Time": "struct", "time.Duration": "int64", "time.Month": "int",
    "time.Weekday": "int", "*time.Location": "ptr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's parameters and what it returns."""

    takes: tuple[str, ...]
    gives: str
    variadic: bool = False
    results: int = 1  # without an error


@dataclass(frozen=True, slots=True)
class Nature:
    """The type of a node, as far as it is known."""

    type: str | None = None
    nil: bool = False
    element: Nature | None = None  # of an array, when it is known better than by its type
    signature: Signature | None = None  # of a function, when it is known
    builtin: str | None = None  # the language's function that the name stands for

    @property
    def unknown(self) -> bool:
        """Whether only running will tell."""
        return (self.type is None and not self.nil) or self.type == ANY

    @property
    def kind(self) -> str:
        """reflect.Kind."""
        return kind_of(self.type)

    @property
    def integer(self) -> bool:
        """One of Go's own integer types."""
        return self.type in ("int", "int64", "uint8")

    @property
    def number(self) -> bool:
        """One of Go's own numeric types."""
        return self.integer or self.type == "float64"

    @property
    def array(self) -> bool:
        """A slice or an array."""
        return self.kind in ("slice", "array")

    def elem(self) -> Nature:
        """The nature of its elements."""
        if self.element is not None and self.array:
            return self.element
        return of_type(element_type(self.type))

    def assignable(self, to: Nature) -> bool:
        """Whether Go lets it be assigned there."""
        kind = to.kind
        if self.nil and kind in ("ptr", "interface", "func", "map", "slice"):
            return True
        if self.type is None or to.type is None:
            return False
        return self.type == to.type or kind == "interface"

    def __str__(self) -> str:
        return self.type or "unknown"


UNKNOWN = Nature()
NIL = Nature(nil=True)
BOOL, INT, FLOAT, STRING = Nature("bool"), Nature("int"), Nature("float64"), Nature("string")
ARRAY, MAP, BYTES = Nature("[]interface {}"), Nature("map[string]interface {}"), Nature("[]uint8")
TIME, DURATION = Nature("time.Time"), Nature("time.Duration")
FUNCTION = Nature("func")
_SHARED = {
    str(n): n for n in (BOOL, INT, FLOAT, STRING, ARRAY, MAP, BYTES, TIME, DURATION, FUNCTION)
}  # fmt: skip


def kind_of(type: str | None) -> str:
    """reflect.Kind of a type's name."""
    if type is None:
        return "invalid"
    if type in _KINDS:
        return _KINDS[type]
    if type.startswith("["):
        return "slice" if type.startswith("[]") else "array"
    return "map" if type.startswith("map[") else type


def element_type(type: str | None) -> str | None:
    """The type of what a slice, array or map holds."""
    kind = kind_of(type)
    if type is None or kind not in ("slice", "array", "map"):
        return None
    return type[type.index("]") + 1 :]


def key_type(type: str) -> str:
    """The type of a map's keys."""
    return type[len("map[") : type.index("]")]


def of_type(type: str | None) -> Nature:
    """The nature of values of a type."""
    return UNKNOWN if type is None else _SHARED.get(type) or Nature(type)


def of_value(value: Any) -> Nature:
    """The nature of a variable of the environment."""
    if value is None:
        return NIL
    if callable(value):
        return Nature("func", signature=getattr(value, "signature", None))
    name = type_name(value)
    return of_type(name)


def array_of(element: Nature) -> Nature:
    """An []interface {} of which more is known."""
    return Nature(str(ARRAY), element=element)


def comparable(left: Nature, right: Nature) -> bool:
    """Whether `==` may stand between them."""
    return (
        left.unknown or right.unknown or left.nil or right.nil
        or (left.number and right.number)
        or (left.array and right.array)
        or left.assignable(right)
    )  # fmt: skip
