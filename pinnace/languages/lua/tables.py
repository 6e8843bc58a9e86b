"""The functions of `table` (gopher-lua's tablelib.go)."""

from __future__ import annotations

from collections.abc import Callable

from pinnace.languages import gosort
from pinnace.languages.lua import arguments
from pinnace.languages.lua.frames import LIBRARY
from pinnace.languages.lua.machine import Machine, written
from pinnace.languages.lua.values import Value, Values, true, type_of


def _sort(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    less: Callable[[Value, Value], bool] = machine.less
    if len(given) > 1:
        function = arguments.function(machine, given, 2)

        def less(left: Value, right: Value) -> bool:
            return true(machine.one(function, left, right))

    machine.lines.append(LIBRARY)
    try:
        gosort.sort(table.array, less)
    except IndexError:
        machine.fail("the table became shorter while it was sorted")
    machine.lines.pop()
    return []


def _getn(machine: Machine, given: Values) -> Values:
    return [float(arguments.table(machine, given, 1).length())]


def _remove(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    return [table.remove(-1 if len(given) == 1 else arguments.whole(machine, given, 2))]


def _insert(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    if len(given) == 1:
        machine.fail("wrong number of arguments")
    if len(given) == 2:
        table.append(given[1])
    else:
        table.insert(arguments.whole(machine, given, 2), arguments.anything(machine, given, 3))
    return []


def _concat(machine: Machine, given: Values) -> Values:
    table = arguments.table(machine, given, 1)
    joint = arguments.text_or(machine, given, 2, "")
    size = table.length()
    start = arguments.whole(machine, given, 3, 1)
    end = min(arguments.whole(machine, given, 4, size), size)
    if len(given) == 3 and not 1 <= start <= size:
        return [""]
    start = max(min(start, size), 1)
    values: Values = []
    for index in range(start, end + 1):
        value = table.get_int(index)
        if type(value) is not str and type(value) is not float:
            message = f"invalid value ({type_of(value)}) at index {index} in table for concat"
            machine.fail(message)
        values.append(value)
    # a single number stays one
    return values if len(values) == 1 else [joint.join(map(written, values))]


FUNCTIONS = {
    "concat": _concat, "getn": _getn, "insert": _insert, "maxn": _getn, "remove": _remove,
    "sort": _sort,
}  # fmt: skip
