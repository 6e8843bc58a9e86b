"""Runs functions and operators (gopher-lua's vm.go and state.go): calls, metamethods, messages."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NoReturn

from pinnace.languages import gonumbers
from pinnace.languages.lua.frames import LIBRARY, Frames
from pinnace.languages.lua.values import (
    Builtin,
    Function,
    LuaError,
    Table,
    Value,
    Values,
    equal,
    modulo,
    number_text,
    parse_number,
    quotient,
    text_of,
    true,
    type_of,
)

MAX_CALLS = 256
"""Upstream's CallStackSize."""
MAX_INDEXING = 100
"""Upstream's MaxTableGetLoop: tables behind tables by `__index`."""
MAX_TEXT = 10_000_000
ANONYMOUS = "(anonymous)"

ARITHMETIC: dict[str, tuple[str, Callable[[float, float], float]]] = {
    "+": ("__add", operator.add), "-": ("__sub", operator.sub), "*": ("__mul", operator.mul),
    "/": ("__div", quotient), "%": ("__mod", modulo), "^": ("__pow", gonumbers.power),
}  # fmt: skip


class Tail:
    """`return f(…)`: the call that takes the place of the function that makes it."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Value, arguments: Values) -> None:
        self.function = function
        self.arguments = arguments


class Machine:
    """One run of one script: its globals, and the lines its calls have come to."""

    def __init__(self) -> None:
        self.globals = Table()
        self.frames = Frames()
        self.lines = self.frames.lines
        self.callee = ANONYMOUS
        """What messages call the library function that runs."""
        self.metatables: dict[str, Table | None] = {}
        """Those of all values of a type, such as texts."""

    def fail(self, message: str) -> NoReturn:
        """Raise an error that tells the line."""
        raise LuaError(f"{self.frames.where(1)} {message}")

    def metatable(self, value: Value) -> Table | None:
        """The metatable of a value."""
        if type(value) is Table:
            return value.metatable
        return self.metatables.get(type_of(value))

    def metamethod(self, value: Value, event: str) -> Value:
        """What the value's metatable holds for the event."""
        metatable = self.metatable(value)
        return None if metatable is None else metatable.rest.get(event)

    def _of_either(self, left: Value, right: Value, event: str) -> Value:
        found = self.metamethod(left, event)
        return self.metamethod(right, event) if found is None else found

    def call(self, function: Value, arguments: Values) -> Values:
        """Call a value."""
        while True:
            if type(function) is Builtin:
                return function.run(self, arguments)
            if type(function) is Function:
                break
            function, arguments = self._callable(function, arguments)
        lines = self.lines
        if len(lines) > MAX_CALLS:  # whoever calls the script is none
            self.fail("stack overflow")
        lines.append(function.body.line)
        while True:
            found = function.body.run(function.upvalues, arguments)
            if type(found) is not Tail:
                self.frames.leave()
                return [] if found is None else found
            function, arguments = found.function, found.arguments
            while type(function) is not Function:
                if type(function) is Builtin:
                    values = function.run(self, arguments)
                    self.frames.leave()
                    return values
                function, arguments = self._callable(function, arguments)
            self.frames.tail()

    def _callable(self, value: Value, arguments: Values) -> tuple[Value, Values]:
        method = self.metamethod(value, "__call")
        if type(method) is not Function and type(method) is not Builtin:
            self.fail("attempt to call a non-function object")
        return method, [value, *arguments]

    def one(self, function: Value, *arguments: Value) -> Value:
        """The first result of a call that no name stands for."""
        self.callee = ANONYMOUS
        found = self.call(function, list(arguments))
        return found[0] if found else None

    def call_back(self, function: Value, *arguments: Value) -> Value:
        """The first result of a call that a library function makes."""
        self.lines.append(LIBRARY)
        found = self.one(function, *arguments)
        self.lines.pop()
        return found

    def index(self, value: Value, key: Value) -> Value:
        """`value[key]`."""
        for _ in range(MAX_INDEXING):
            is_table = type(value) is Table
            if is_table:
                found = value.get(key)
                if found is not None:
                    return found
            method = self.metamethod(value, "__index")
            if method is None:
                if not is_table:
                    self._no_table(value, key)
                return None
            if type(method) is Function or type(method) is Builtin:
                return self.one(method, value, key)
            value = method
        return self.fail("too many recursions in gettable")

    def set_index(self, target: Value, key: Value, value: Value) -> None:
        """`target[key] = value`."""
        for _ in range(MAX_INDEXING):
            is_table = type(target) is Table
            if is_table and target.get(key) is not None:
                self.raw_set(target, key, value)
                return
            method = self.metamethod(target, "__newindex")
            if method is None:
                if not is_table:
                    self._no_table(target, key)
                self.raw_set(target, key, value)
                return
            if type(method) is Function or type(method) is Builtin:
                self.one(method, target, key, value)
                return
            target = method
        self.fail("too many recursions in settable")

    def _no_table(self, value: Value, key: Value) -> NoReturn:
        kind = type_of(value)
        self.fail(f"attempt to index a non-table object({kind}) with key '{text_of(key)}'")

    def raw_set(self, table: Table, key: Value, value: Value) -> None:
        """`rawset`."""
        if key is None:
            self.fail("table index is nil")
        if key != key:
            self.fail("table index is NaN")
        table.set(key, value)

    def arithmetic(self, sign: str, left: Value, right: Value) -> Value:
        """A binary operator on what need not be numbers."""
        event, compute = ARITHMETIC[sign]
        method = self._of_either(left, right, event)
        if type(method) is Function or type(method) is Builtin:
            return self.one(method, left, right)
        one, two = _number(left), _number(right)
        if type(one) is float and type(two) is float:
            return compute(one, two)
        kinds = f"{type_of(one)} and {type_of(two)}"
        return self.fail(f"cannot perform {event[2:]} operation between {kinds}")

    def negative(self, value: Value) -> Value:
        """Unary minus."""
        if type(value) is float:
            return -value
        method = self.metamethod(value, "__unm")
        if type(method) is Function or type(method) is Builtin:
            return self.one(method, value)
        number = _number(value)
        if type(number) is not float:
            self.fail("__unm undefined")
        return -number

    def length(self, value: Value) -> Value:
        """`#`."""
        if type(value) is str:
            return float(len(value))
        method = self.metamethod(value, "__len")
        if type(method) is Function or type(method) is Builtin:
            return self.one(method, value)
        if type(value) is not Table:
            self.fail("__len undefined")
        return float(value.length())

    def concatenation(self, values: Values) -> Value:
        """`a .. b .. c`, from the right."""
        right = values.pop()
        while values:
            left = values.pop()
            if type(left) in _TEXTS and type(right) in _TEXTS:
                parts = [written(right), written(left)]
                while values and type(values[-1]) in _TEXTS:
                    parts.append(written(values.pop()))
                if sum(map(len, parts)) > MAX_TEXT:
                    self.fail("string too long")
                right = "".join(reversed(parts))
                continue
            method = self._of_either(left, right, "__concat")
            if type(method) is not Function and type(method) is not Builtin:
                kinds = f"{type_of(left)} and {type_of(right)}"
                self.fail(f"cannot perform concat operation between {kinds}")
            right = self.one(method, left, right)
        return right

    def equals(self, left: Value, right: Value) -> bool:
        """`==`."""
        if type(left) is Table and type(right) is Table and left is not right:
            return self._compared(left, right, "__eq") is True
        return equal(left, right)

    def less(self, left: Value, right: Value) -> bool:
        """`<`."""
        kind = type(left)
        if kind is type(right):
            if kind is float or kind is str:
                return bool(left < right)
            found = self._compared(left, right, "__lt")
            if found is not None:
                return found
        return self._incomparable(left, right)

    def at_most(self, left: Value, right: Value) -> bool:
        """`<=`."""
        kind = type(left)
        if kind is type(right):
            if kind is float or kind is str:
                return bool(left <= right)
            found = self._compared(left, right, "__le")
            if found is not None:
                return found
            found = self._compared(right, left, "__lt")
            if found is not None:
                return not found
            return self._incomparable(right, left)
        return self._incomparable(left, right)

    def _incomparable(self, left: Value, right: Value) -> NoReturn:
        self.fail(f"attempt to compare {type_of(left)} with {type_of(right)}")

    def _compared(self, left: Value, right: Value, event: str) -> bool | None:
        """What a metamethod that both have says; None when they don't."""
        method = self.metamethod(left, event)
        if type(method) is not Function and type(method) is not Builtin:
            return None
        if method is not self.metamethod(right, event):
            return None
        return true(self.one(method, left, right))


_TEXTS = (str, float)


def written(value: Any) -> str:
    """A text or number as a text."""
    return value if type(value) is str else number_text(value)


def _number(value: Value) -> Value:
    if type(value) is not str:
        return value
    number = parse_number(value)
    return value if number is None else number
