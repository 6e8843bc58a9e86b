"""How library functions read their arguments (gopher-lua's auxlib.go), and their messages."""

from __future__ import annotations

from typing import NoReturn

from pinnace.languages.lua.machine import Machine, written
from pinnace.languages.lua.values import (
    Builtin,
    Function,
    Table,
    Value,
    Values,
    parse_number,
    truncated,
    type_of,
)


def get(given: Values, place: int) -> Value:
    """An argument counted from 1; nil when it wasn't given."""
    return given[place - 1] if place <= len(given) else None


def bad(machine: Machine, place: int, message: str) -> NoReturn:
    """`bad argument #1 to …`."""
    machine.fail(f"bad argument #{place} to {machine.callee} ({message})")


def mistyped(machine: Machine, given: Values, place: int, wanted: str) -> NoReturn:
    """An argument of another type."""
    bad(machine, place, f"{wanted} expected, got {type_of(get(given, place))}")


def anything(machine: Machine, given: Values, place: int) -> Value:
    """An argument that must be there, and may be nil."""
    if place > len(given):
        bad(machine, place, "value expected")
    return given[place - 1]


def number(machine: Machine, given: Values, place: int) -> float:
    """A number, or a text of one."""
    value = get(given, place)
    if type(value) is str:
        found = parse_number(value)
        value = value if found is None else found
    if type(value) is not float:
        mistyped(machine, given, place, "number")
    return value


def whole(machine: Machine, given: Values, place: int, default: int | None = None) -> int:
    """A number as Go's int; texts are none."""
    value = get(given, place)
    if value is None and default is not None:
        return default
    if type(value) is not float:
        mistyped(machine, given, place, "number")
    return truncated(value)


def text(machine: Machine, given: Values, place: int) -> str:
    """A text, or a number as a text."""
    value = get(given, place)
    if type(value) is not str and type(value) is not float:
        mistyped(machine, given, place, "string")
    return written(value)


def text_or(machine: Machine, given: Values, place: int, default: str) -> str:
    """A text that may be missing; numbers are none."""
    value = get(given, place)
    if value is None:
        return default
    if type(value) is not str:
        mistyped(machine, given, place, "string")
    return value


def table(machine: Machine, given: Values, place: int) -> Table:
    """A table."""
    value = get(given, place)
    if type(value) is not Table:
        mistyped(machine, given, place, "table")
    return value


def function(machine: Machine, given: Values, place: int) -> Builtin | Function:
    """A function."""
    value = get(given, place)
    if type(value) is not Function and type(value) is not Builtin:
        mistyped(machine, given, place, "function")
    return value


def one_of(machine: Machine, given: Values, place: int, types: tuple[str, ...]) -> Value:
    """A value of one of the types."""
    value = get(given, place)
    if type_of(value) not in types:
        bad(machine, place, f"{' or '.join(types)} expected, got {type_of(value)}")
    return value
