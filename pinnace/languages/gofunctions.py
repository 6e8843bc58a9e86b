"""Functions with Go's signatures: how many arguments of which types they take, what they return.

Go templates and expr call sprig's functions by reflection, so an int64 is refused where an int is
wanted and a count of arguments that is wrong is an error. A signature is written as Go would:
`(int, string) string`, `(any, ...any) int64`; `any` is interface {} and an error result is left
out, for our functions raise ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from pinnace.languages.durations import Duration
from pinnace.languages.gotypes import LIST, MAP, Int64, Map, Slice, Uint64, nil_list
from pinnace.languages.govalues import type_name

VALUE = "reflect.Value"
"""The type of parameters that take anything, nil included, as it is."""

_EXACT: dict[str, type] = {"bool": bool, "int": int, "float64": float}
_GO_NAMES = {"[]any": LIST, "map[string]any": MAP, "any": "interface {}"}
_SIGNATURE = re.compile(r"\((.*?)\) ?(.*)")


@dataclass(frozen=True)
class Signature:
    """The parameters' types, the last one repeated when variadic, and the result's."""

    parameters: tuple[str, ...]
    variadic: bool
    result: str

    def count(self, given: int) -> str | None:
        """What is wrong with that number of arguments, if anything."""
        fixed = len(self.parameters) - self.variadic
        if self.variadic:
            return f"want at least {fixed} got {given}" if given < fixed else None
        return f"want {fixed} got {given}" if given != fixed else None

    def parameter(self, index: int) -> str:
        """The type of the argument at an index."""
        return self.parameters[min(index, len(self.parameters) - 1)]


@lru_cache(maxsize=512)
def signature(text: str) -> Signature:
    """Read `(string, ...any) bool`."""
    found = _SIGNATURE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no signature")
    parameters = tuple(part for part in found.group(1).split(", ") if part)
    variadic = bool(parameters) and parameters[-1].startswith("...")
    if variadic:
        parameters = (*parameters[:-1], parameters[-1].removeprefix("..."))
    return Signature(parameters, variadic, found.group(2))


@dataclass(frozen=True)
class GoFunction:
    """A function with its signature; calling it checks the arguments and types the result."""

    name: str
    types: Signature
    apply: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        """Call it as reflection does: ValueError for a wrong number or type of arguments."""
        wrong = self.types.count(len(arguments))
        if wrong:
            raise ValueError(f"wrong number of args for {self.name}: {wrong}")
        for index, argument in enumerate(arguments):
            if not assignable(argument, self.types.parameter(index)):
                raise mismatch(argument, self.types.parameter(index))
        return self.trusted(*arguments)

    def trusted(self, *arguments: Any) -> Any:
        """Call it with arguments that were checked."""
        return typed_result(self.apply(*arguments), self.types.result)


def mismatch(argument: Any, wanted: str) -> ValueError:
    """The error for an argument of the wrong type."""
    shown = "nil" if argument is None else type_name(argument)
    name = _GO_NAMES.get(wanted, wanted)
    return ValueError(f"wrong type for value; expected {name}; got {shown}")


def assignable(value: Any, wanted: str) -> bool:
    """reflect's AssignableTo, for a value that is not an untyped nil."""
    if wanted in ("any", VALUE):
        return True
    if wanted in _EXACT:
        return type(value) is _EXACT[wanted]
    if wanted == "string":
        return isinstance(value, str)
    if wanted == "time.Time":
        return isinstance(value, datetime)
    if wanted == "time.Duration":
        return isinstance(value, Duration)
    return value is not None and type_name(value) == _GO_NAMES.get(wanted, wanted)


def zero(wanted: str) -> Any:
    """The nil of a type that has one; ValueError where the type has none."""
    if wanted in ("any", VALUE):
        return None
    if wanted == "map[string]any":
        return Map(MAP, nil=True)
    if wanted == "[]any":
        return nil_list()
    if wanted.startswith("*"):
        return None
    raise ValueError(f"invalid value; expected {wanted}")


def typed_result(value: Any, result: str) -> Any:
    """The value as the Go type that the function declares."""
    if result == "int64" and type(value) is int:
        return Int64(value)
    if result == "uint64" and type(value) is int:
        return Uint64(value)
    if result in ("[]string", "[]int", "[][]any") and type(value) is list:
        return Slice("[][]interface {}" if result == "[][]any" else result, value)
    if result == "map[string]string" and type(value) is dict:
        return Map(result, value)
    return value
