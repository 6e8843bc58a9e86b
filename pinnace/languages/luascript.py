"""Lua 5.1: a Sensor's `filters.script` and `transform.script`, bounded in time and memory.

The script sees the event's data as the global `event`. Upstream (gopher-lua) opens every standard
library; here `os`, `io`, `require`, `load`, `debug` and `coroutine` are gone, because a Sensor
comes from a file and runs beside everything else: docs/differences.md says so. JSON null is dropped
on the way in, and nested arrays inside arrays too, as upstream does
(pkg/sensors/dependencies/transform.go). Scripts run in a child process (`confined`), which the
system ends when it takes too long or too much.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

from pinnace.languages import gounicode
from pinnace.languages.confined import Confined, Refused
from pinnace.languages.errors import LanguageError
from pinnace.languages.lua.formatting import from_python, to_python
from pinnace.languages.lua.lexer import SyntaxProblem
from pinnace.languages.lua.running import run
from pinnace.languages.lua.values import LuaError, Table, Value, text_of, type_of

LANGUAGE = "lua"
MAX_DEPTH = 100
"""Tables within tables that become JSON; upstream crashes on one that holds itself."""
_STACK = 50_000
"""Python's calls: 256 calls of Lua, each with some for its statements and expressions."""

_CONFINED = Confined(__name__, "evaluate")


def evaluate(script: str, data: Any, wanted: str) -> Any:
    """What `accepts` or `transform` (`wanted`) gives: the child's side of them."""
    sys.setrecursionlimit(_STACK)
    try:
        last = run(_to_lua(script), "event", _to_table(data))
    except SyntaxProblem as problem:
        message = f"the script is no Lua: {problem.message}"
        line = script.count("\n", 0, problem.place) + 1
        raise LanguageError(LANGUAGE, script, problem.place, f"line {line}: {message}") from problem
    except LuaError as problem:
        raise LanguageError(LANGUAGE, script, 0, to_python(text_of(problem.value))) from problem
    if wanted == "accepts":
        return last is True
    if type(last) is not Table:
        message = f"the script must return a table, but returned {type_of(last)}"
        raise LanguageError(LANGUAGE, script, 0, message)
    return _Reader(script).read(last, 0)


def _confined(script: str, data: Any, wanted: str) -> Any:
    if not isinstance(data, Mapping):
        raise LanguageError(LANGUAGE, script, 0, "the event data must be a JSON object")
    try:
        return _CONFINED.call(script, data, wanted)
    except Refused as problem:
        raise LanguageError(LANGUAGE, script, 0, str(problem)) from problem


def accepts(script: str, data: Any) -> bool:
    """A Sensor's script filter: it passes only if the script returns true."""
    return data is None or _confined(script, data, "accepts") is True


def transform(script: str, data: Any) -> Any:
    """A Sensor's transform: the table that the script returns, as JSON data."""
    return _confined(script, data, "transform")


def _to_lua(text: str) -> str:
    """A text as Lua's bytes."""
    return text if text.isascii() else from_python(gounicode.valid(text))


def _to_table(data: Mapping[str, Any]) -> Table:
    table = Table()
    for key, item in data.items():
        if item is not None:
            table.set(_to_lua(key), _to_value(item))
    return table


def _to_value(value: Any) -> Value:
    match value:
        case Mapping():
            return _to_table(value)
        case list():
            table = Table()
            kept = (item for item in value if item is not None and not isinstance(item, list))
            table.array.extend(map(_to_value, kept))
            return table
        case str():
            return _to_lua(value)
        case bool():
            return value
    return float(value)


class _Reader:
    """Turns one script's tables into JSON data."""

    def __init__(self, script: str) -> None:
        self._script = script

    def read(self, value: Value, depth: int) -> Any:
        """Integer keys make an array (string keys are lost), as upstream; `{}` is an object."""
        if depth > MAX_DEPTH:
            raise self._refused("the table contains itself or is too deep")
        match value:
            case None | bool():
                return value
            case float():
                if not math.isfinite(value):
                    raise self._refused(f"{text_of(value)} is no number of JSON")
                return value
            case str():
                return gounicode.valid(to_python(value))
            case Table():
                return self._table(value, depth + 1)
        raise self._refused(f"a {type_of(value)} cannot become JSON")

    def _table(self, table: Table, depth: int) -> Any:
        size = table.length()
        declared = table.metatable is not None and table.metatable.get("__is_array") is True
        if size or declared:
            return [self.read(item, depth) for item in table.array[:size]]
        found: dict[str, Any] = {}
        for key in sorted(table.rest, key=lambda key: type(key) is not str):  # texts win less
            item = table.rest[key]
            if item is not None:
                plain = key[0] if type(key) is tuple else key
                name = gounicode.valid(to_python(text_of(plain)))
                found[name] = self.read(item, depth)
        return found

    def _refused(self, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._script, 0, message)
