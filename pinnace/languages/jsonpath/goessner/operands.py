"""What stands beside an operator, read as a number, a bool, a text or a list.

Every value is compared through the text that Go prints for it, so `@.n == "5"` holds for no number
and `@.s + 1` for no string.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages.gonumbers import parse_bool, parse_float, parse_int
from pinnace.languages.govalues import text as shown
from pinnace.languages.jsonpath.goessner.errors import Refused

_NO_VALUE = object()

Apply = Callable[[tuple[Any, ...], Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Operation:
    """An operator's function and its operands, which may be operations again."""

    function: Callable[[Operands, Any, Any], Any]
    left: Any
    right: Any


@dataclass(frozen=True, eq=False)
class Selector:
    """A path within the expression."""

    steps: tuple[Any, ...]


class Operands:
    """One evaluation: what `@`, `$` and `nil` are, and how values are read as types."""

    def __init__(self, root: Any, current: Any, apply: Apply) -> None:
        self.names = {"$": root, "@": current, "nil": None, "null": None}
        self._apply = apply

    def value(self, argument: Any) -> Any:
        """What an argument stands for, when it is an operation."""
        if isinstance(argument, Selector):
            found = self._apply(argument.steps, self.names["$"], self.names["@"])
            return _quoted(found) if isinstance(found, str) else found
        if isinstance(argument, Operation):
            return argument.function(self, argument.left, argument.right)
        return argument

    def _named(self, argument: Any) -> Any:
        value = self.value(argument)
        return self.names.get(value, value) if isinstance(value, str) else value

    def number(self, argument: Any) -> float:
        """The argument as a float."""
        value = None if argument is None else parse_float(shown(self._named(argument)))
        if value is None:
            raise Refused("invalid argument. expected number")
        return value

    def integer(self, argument: Any) -> int:
        """The argument as an integer."""
        value = None if argument is None else parse_int(shown(self._named(argument)))
        if value is None:
            raise Refused("invalid argument. expected integer")
        return value

    def boolean(self, argument: Any) -> bool:
        """The argument as a bool; nil is false."""
        value = self._named(argument)
        found = False if value is None else parse_bool(shown(value))
        if found is None:
            raise Refused("invalid argument. expected boolean")
        return found

    def text(self, argument: Any) -> str:
        """The argument as text: a string in single quotes, anything else as Go prints it."""
        if argument is None:
            raise Refused("invalid argument. is nil")
        value = self.value(argument)
        if not isinstance(value, str):
            return shown(value)
        if value in self.names:
            named = self.names[value]
            return _requoted(named, always=True) if isinstance(named, str) else shown(named)
        return _requoted(value, always=False)

    def pattern(self, argument: Any) -> str:
        """The argument as text without its single quotes."""
        text = self.text(argument)
        return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text

    def elements(self, argument: Any) -> list[Any]:
        """The items of a list or the values of an object."""
        value = self._named(argument)
        if isinstance(value, str) and value[:1] + value[-1:] in ("[]", "{}"):
            try:
                value = read_json(value)
            except ValueError as problem:
                raise Refused("invalid argument") from problem
        if isinstance(value, Mapping):
            return list(value.values())
        if not isinstance(value, list):
            raise Refused("invalid argument. expected array, map, or slice")
        return value

    def equal(self, left: Any, right: Any) -> bool:
        """Whether both are the same number, or print the same."""
        try:
            return self.number(left) == self.number(right)
        except Refused:
            return self.text(left) == self.text(right)

    def contains(self, item: Any, collection: Any) -> bool:
        """Whether a list holds a number or a (quoted) string."""
        wanted: Any = _NO_VALUE
        for kind in (self.number, self.text):
            with contextlib.suppress(Refused):
                wanted = kind(item)
                break
        return any(type(one) is type(wanted) and one == wanted for one in self.elements(collection))


def _quoted(text: str) -> str:
    return text if len(text) > 1 and text[0] == text[-1] == "'" else f"'{text}'"


def _requoted(text: str, *, always: bool) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return f"'{text[1:-1]}'"
    return _quoted(text) if always else text


def read_json(text: str) -> Any:
    """A list or an object; raises ValueError."""
    return json.loads(text, parse_int=float, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
