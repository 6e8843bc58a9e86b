"""One script, from its text to what it returned, with the libraries that it may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pinnace.languages.lua import base, maths, strings, tables
from pinnace.languages.lua.machine import Machine
from pinnace.languages.lua.parser import parse
from pinnace.languages.lua.statements import Compiler
from pinnace.languages.lua.values import Builtin, LuaError, Table, Value, Values

_LIBRARIES: Mapping[str, Mapping[str, Callable[[Machine, Values], Values]]] = {
    "string": strings.FUNCTIONS, "table": tables.FUNCTIONS, "math": maths.FUNCTIONS,
}  # fmt: skip


def run(script: str, name: str, value: Value) -> Value:
    """The last value that the script returns, with one global of the caller's.

    Raises LuaError, SyntaxProblem, and MemoryError or RecursionError beyond the limits.
    """
    machine = Machine()
    _open(machine)
    machine.globals.set(name, value)
    function = Compiler(machine).script(parse(script))
    machine.lines.append(0)  # who calls the script
    try:
        found = machine.call(function, [])
    except RecursionError as problem:
        raise LuaError("stack overflow") from problem
    return found[-1] if found else None


def _open(machine: Machine) -> None:
    """Set the globals."""
    _fill(machine.globals, base.FUNCTIONS)
    for name, functions in _LIBRARIES.items():
        library = Table()
        _fill(library, functions)
        machine.globals.set(name, library)
        if name == "string":
            library.set("__index", library)
            machine.metatables["string"] = library
        if name == "math":
            for constant, number in maths.CONSTANTS.items():
                library.set(constant, number)
    machine.globals.set("_G", machine.globals)
    machine.globals.set("_VERSION", "Lua 5.1")


def _fill(table: Table, functions: Mapping[str, Callable[[Machine, Values], Values]]) -> None:
    for name, function in functions.items():
        table.set(name, Builtin(function))
