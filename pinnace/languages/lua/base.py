"""The functions without a prefix (gopher-lua's baselib.go), but for those that reach outside.

`print` prints nothing: a script has no output. Each function takes the machine and its arguments.
"""

from __future__ import annotations

from pinnace.languages import gonumbers
from pinnace.languages.lua import arguments
from pinnace.languages.lua.frames import LIBRARY
from pinnace.languages.lua.machine import ANONYMOUS, MAX_CALLS, Machine
from pinnace.languages.lua.values import (
    Builtin,
    Function,
    LuaError,
    Table,
    Value,
    Values,
    equal,
    text_of,
    true,
    truncated,
    type_of,
)

MAX_UNPACKED = 5000
"""Upstream's registry holds 5120 values."""


def _assert(machine: Machine, given: Values) -> Values:
    if not true(arguments.get(given, 1)):
        machine.fail(arguments.text_or(machine, given, 2, "assertion failed!"))
    return given


def _error(machine: Machine, given: Values) -> Values:
    value = arguments.anything(machine, given, 1)
    level = arguments.whole(machine, given, 2, 1)
    if type(value) is str and level > 0:
        value = f"{machine.frames.where(level)} {value}"
    raise LuaError(value)


def _getmetatable(machine: Machine, given: Values) -> Values:
    metatable = machine.metatable(arguments.anything(machine, given, 1))
    if metatable is None:
        return [None]
    protected = metatable.rest.get("__metatable")
    return [metatable if protected is None else protected]


def _setmetatable(machine: Machine, given: Values) -> Values:
    metatable = arguments.one_of(machine, given, 2, ("nil", "table"))
    value = arguments.get(given, 1)
    if value is None:
        machine.fail("cannot set metatable to a nil object.")
    before = machine.metatable(value)
    if before is not None and before.rest.get("__metatable") is not None:
        machine.fail("cannot change a protected metatable")
    if type(value) is Table:
        value.metatable = metatable
    else:
        machine.metatables[type_of(value)] = metatable
    return [value]


def _next(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    key, value = table.next(arguments.get(given, 2))
    return [None] if key is None else [key, value]


def _step(machine: Machine, given: Values) -> Values:
    key, value = arguments.table(machine, given, 1).next(arguments.get(given, 2))
    return [] if key is None else [key, value]


def _place(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    index = arguments.whole(machine, given, 2) + 1
    value = table.get_int(index)
    return [] if value is None else [float(index), value]


_STEP, _PLACE = Builtin(_step), Builtin(_place)


def _pairs(machine: Machine, given: Values) -> Values:
    return [_STEP, arguments.table(machine, given, 1), None]


def _ipairs(machine: Machine, given: Values) -> Values:
    return [_PLACE, arguments.table(machine, given, 1), 0.0]


def _pcall(machine: Machine, given: Values) -> Values:
    function = arguments.anything(machine, given, 1)
    if type(function) is not Function and type(function) is not Builtin:
        method = machine.metamethod(function, "__call")
        if type(method) is not Function and type(method) is not Builtin:
            return [False, f"attempt to call a {type_of(function)} value"]
    lines, line = len(machine.lines), machine.lines[-1]
    machine.callee = ANONYMOUS
    machine.lines.append(LIBRARY)
    try:
        return [True, *machine.call(function, given[1:])]
    except LuaError as error:
        return [False, error.value]
    except RecursionError:
        return [False, "stack overflow"]
    finally:
        machine.frames.unwind(lines, line)


def _xpcall(machine: Machine, given: Values) -> Values:
    function = arguments.function(machine, given, 1)
    handler = arguments.function(machine, given, 2)
    lines, line = len(machine.lines), machine.lines[-1]
    machine.callee = ANONYMOUS
    machine.lines.append(LIBRARY)
    try:
        return [True, *machine.call(function, [])]
    except LuaError as error:
        try:
            if len(machine.lines) > MAX_CALLS:
                del machine.lines[lines:]
            return [False, machine.one(handler, error.value)]
        except LuaError as second:
            return [False, second.value]
    finally:
        machine.frames.unwind(lines, line)


def _print(machine: Machine, given: Values) -> Values:
    for value in given:
        tostring(machine, value)
    return []


def _rawequal(machine: Machine, given: Values) -> Values:
    left = arguments.anything(machine, given, 1)
    return [equal(left, arguments.anything(machine, given, 2))]


def _rawget(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    return [table.get(arguments.anything(machine, given, 2))]


def _rawset(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    key = arguments.anything(machine, given, 2)
    machine.raw_set(table, key, arguments.anything(machine, given, 3))
    return []


def _select(machine: Machine, given: Values) -> Values:
    chosen = arguments.one_of(machine, given, 1, ("number", "string"))
    size = len(given)
    if type(chosen) is str:
        if chosen != "#":
            arguments.bad(machine, 1, f"invalid string '{chosen}'")
        return [float(size - 1)]
    index = truncated(chosen)
    index = size + index if index < 0 else min(index, size)
    if index < 1:
        arguments.bad(machine, 1, "index out of range")
    return given[index:]


def _tonumber(machine: Machine, given: Values) -> Values:
    base = arguments.whole(machine, given, 2, 10)
    value = arguments.anything(machine, given, 1)
    if type(value) is str:
        value = _parsed(value, base, arguments.get(given, 2) is None)
    return [value if type(value) is float else None]


def _parsed(text: str, base: int, free: bool) -> float | None:
    text = text.strip(" \n\t")
    if "." in text:
        return gonumbers.parse_float(text)
    if free and text.lower().startswith("0x"):
        base, text = 16, text[2:]
    whole = gonumbers.parse_int(text, base)
    return None if whole is None else float(whole)


def tostring(machine: Machine, value: Value) -> Value:
    """`tostring`: what `__tostring` gives may be anything."""
    method = machine.metamethod(value, "__tostring")
    if type(method) is Function or type(method) is Builtin:
        return machine.call_back(method, value)
    return text_of(value)


def _tostring(machine: Machine, given: Values) -> Values:
    return [tostring(machine, arguments.anything(machine, given, 1))]


def _type(machine: Machine, given: Values) -> Values:
    return [type_of(arguments.anything(machine, given, 1))]


def _unpack(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    start = arguments.whole(machine, given, 2, 1)
    end = arguments.whole(machine, given, 3, table.length())
    if end - start > MAX_UNPACKED:
        machine.fail("registry overflow")
    return [table.get_int(index) for index in range(start, end + 1)]


FUNCTIONS = {
    "assert": _assert, "error": _error, "getmetatable": _getmetatable, "ipairs": _ipairs,
    "next": _next, "pairs": _pairs, "pcall": _pcall, "print": _print, "rawequal": _rawequal,
    "rawget": _rawget, "rawset": _rawset, "select": _select, "setmetatable": _setmetatable,
    "tonumber": _tonumber, "tostring": _tostring, "type": _type, "unpack": _unpack,
    "xpcall": _xpcall,
}  # fmt: skip
