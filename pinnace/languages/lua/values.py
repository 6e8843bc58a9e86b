"""What scripts compute with: nil is None, numbers are floats, texts are latin-1 (one per byte)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pinnace.languages import gonumbers

if TYPE_CHECKING:
    from pinnace.languages.lua.machine import Machine

MAX_ARRAY_INDEX = 67108864
Value = Any
Values = list[Any]


class LuaError(Exception):
    """What `error` raises; the value is any Lua value, mostly a text."""

    def __init__(self, value: Value) -> None:
        super().__init__(value)
        self.value = value


class Builtin:
    """A function of the libraries: of the machine and the arguments."""

    __slots__ = ("run",)

    def __init__(self, run: Callable[[Machine, Values], Values]) -> None:
        self.run = run


class Function:
    """A function of the script: its body, and boxes of what it captured."""

    __slots__ = ("body", "upvalues")

    def __init__(self, body: Any, upvalues: tuple[list[Value], ...]) -> None:
        self.body = body
        self.upvalues = upvalues


class UserData:
    """A value that scripts can only hand on."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


_TYPES: dict[type, str] = {
    type(None): "nil", bool: "boolean", float: "number", str: "string", Builtin: "function",
    Function: "function", UserData: "userdata",
}  # fmt: skip


def type_of(value: Value) -> str:
    """What `type` tells."""
    return _TYPES[type(value)]


class Table:
    """A table as upstream keeps it: an array from 1, and the rest in the order of first use.

    A key that was taken away keeps its place (its value is None), as upstream keeps it.
    """

    __slots__ = ("_order", "_places", "array", "metatable", "rest")

    def __init__(self) -> None:
        self.array: Values = []
        self.rest: dict[Any, Value] = {}
        self.metatable: Table | None = None
        self._order: Values = []
        self._places: dict[Any, int] = {}

    def get(self, key: Value) -> Value:
        """The value without metamethods."""
        if type(key) is str:
            return self.rest.get(key)
        if type(key) is float:
            if is_array_key(key):
                index = int(key) - 1
                return self.array[index] if index < len(self.array) else None
        elif type(key) is bool:  # Python takes false for 0
            return self.rest.get((key,))
        return self.rest.get(key)

    def get_int(self, index: int) -> Value:
        """The element at a place of the array."""
        return self.array[index - 1] if 0 < index <= len(self.array) else None

    def set(self, key: Value, value: Value) -> None:
        """Set the value without metamethods."""
        if type(key) is float and is_array_key(key):
            self.set_int(int(key), value)
            return
        if type(key) is bool:
            key = (key,)
        if value is not None or key in self.rest:
            self.rest[key] = value

    def set_int(self, index: int, value: Value) -> None:
        """Set an element of the array, with nils before it where there is nothing."""
        if not 1 <= index < MAX_ARRAY_INDEX:
            self.set(float(index), value)
            return
        size = len(self.array)
        if index <= size:
            self.array[index - 1] = value
            return
        if index > size + 1:
            self.array.extend([None] * (index - size - 1))
        self.array.append(value)

    def set_list(self, values: Values) -> None:
        """Set the elements from 1 on."""
        self.array[: len(values)] = values

    def length(self) -> int:
        """The last place of the array that isn't nil."""
        size = len(self.array)
        while size and self.array[size - 1] is None:
            size -= 1
        return size

    def append(self, value: Value) -> None:
        """LTable.Append."""
        if value is not None:
            self.set_int(self.length() + 1, value)

    def insert(self, index: int, value: Value) -> None:
        """LTable.Insert."""
        if index > len(self.array) or index <= 0:
            self.set_int(index, value)
        else:
            self.array.insert(index - 1, value)

    def remove(self, index: int) -> Value:
        """LTable.Remove: any place below 1 is the last one."""
        if not self.array or index > len(self.array):
            return None
        return self.array.pop(index - 1 if index >= 1 else -1)

    def next(self, key: Value) -> tuple[Value, Value]:
        """The pair behind a key; nil when there is none."""
        if key is None or (type(key) is float and 0 < key < MAX_ARRAY_INDEX and is_whole(key)):
            array = self.array
            for index in range(int(key or 0), len(array)):
                if array[index] is not None:
                    return float(index + 1), array[index]
            # upstream's `next` of a place beyond the array begins with the second key
            return self._from(1 if array and key is not None and key > len(array) else 0)
        self._arrange()
        place = self._places.get((key,) if type(key) is bool else key, 0)
        return self._from(place + 1)

    def _arrange(self) -> None:
        if len(self._order) == len(self.rest):
            return
        self._order = list(self.rest)
        self._places = {key: place for place, key in enumerate(self._order)}

    def _from(self, start: int) -> tuple[Value, Value]:
        self._arrange()
        for place in range(start, len(self._order)):
            key = self._order[place]
            value = self.rest[key]
            if value is not None:
                return (key[0] if type(key) is tuple else key), value
        return None, None


_TYPES[Table] = "table"


def is_whole(number: float) -> bool:
    """Whether an int64 holds the number."""
    return -(2.0**63) <= number < 2.0**63 and number == int(number)


def is_array_key(number: float) -> bool:
    """Whether the number is a place of arrays."""
    return 0 < number < MAX_ARRAY_INDEX and number == int(number)


def truncated(number: float) -> int:
    """Go's int(number), also of what no int64 holds (on amd64)."""
    return int(number) if -(2.0**63) <= number < 2.0**63 else gonumbers.MIN_INT64


def number_text(number: float) -> str:
    """A number as Go writes it: without exponent while it is whole."""
    return str(int(number)) if is_whole(number) else gonumbers.format_shortest(number)


def text_of(value: Value) -> str:
    """`tostring`, without metamethods."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case str():
            return value
    return f"{type_of(value)}: {id(value):#x}"


def parse_number(text: str) -> float | None:
    """The number that a text stands for in arithmetic: Go's literals too (0b11, 1_000, 017)."""
    text = text.strip(" \t\n")
    whole = gonumbers.parse_int(text, 0)
    return float(whole) if whole is not None else gonumbers.parse_float(text)


def true(value: Value) -> bool:
    """Whether a condition holds: all but nil and false does, 0 too."""
    return value is not None and value is not False


def equal(left: Value, right: Value) -> bool:
    """`rawequal`."""
    return type(left) is type(right) and (
        left is right if type(left) is Table else bool(left == right)
    )


def modulo(left: float, right: float) -> float:
    """`%`: the sign is that of the divisor."""
    found = remainder(left, right)
    if (right > 0 > found) or (right < 0 < found):
        found += right
    return found


def remainder(left: float, right: float) -> float:
    """Go's math.Mod."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return math.nan


def quotient(left: float, right: float) -> float:
    """`/`, by zero too."""
    try:
        return left / right
    except ZeroDivisionError:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, math.copysign(1, left) * math.copysign(1, right))
