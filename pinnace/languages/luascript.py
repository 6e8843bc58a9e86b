"""Lua 5.1: a Sensor's `filters.script` and `transform.script`, bounded in time and memory.

The script sees the event's data as the global `event`. Upstream (gopher-lua) opens every standard
library; here `os`, `io`, `require`, `load`, `debug`
and `coroutine` are gone, because a Sensor comes from a
file and runs beside everything else: docs/differences.md says so. JSON null is dropped on the
way in, and nested arrays inside arrays too, as upstream does. Scripts run in a child process
(`confined`): Lua's own hook does not interrupt a pattern that backtracks for hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lupa.lua51 as lua

from pinnace.languages.confined import Confined, Refused
from pinnace.languages.errors import LanguageError
from pinnace.languages.govalues import type_name

LANGUAGE = "lua"
MAX_MEMORY = 64 * 1024 * 1024
MAX_INSTRUCTIONS = 20_000_000
MAX_SECONDS = 5
MAX_DEPTH = 100

_PRELUDE = """
local limit, seconds, sethook = ...
local clock = os.clock  -- CPU time: the count alone misses slow instructions
local deadline = clock() + seconds
for _, name in ipairs({"os", "io", "require", "package", "module", "dofile", "loadfile", "load",
                       "loadstring", "debug", "python", "collectgarbage", "newproxy", "print",
                       "coroutine"}) do  -- a coroutine would run without the hook
  _G[name] = nil
end
string.dump = nil
string.rep = (function(rep)
  return function(s, n)
    if n * #s > 10000000 then error("string too long") end
    return rep(s, n)
  end
end)(string.rep)
local spent = 0
local function check()
  if spent > limit or clock() > deadline then error("script takes too long", 0) end
end
local function checked(...) check() return ... end
for _, name in ipairs({"pcall", "xpcall"}) do  -- neither may catch the end of the time
  local call = _G[name]
  _G[name] = function(...) return checked(call(...)) end
end
sethook(function() spent = spent + 10000 check() end, "", 10000)
return function(t)
  local meta = getmetatable(t)
  return type(meta) == "table" and meta.__is_array == true
end
"""


def _runtime() -> tuple[Any, Any]:
    """A fresh interpreter, and its test for tables that are declared arrays."""
    runtime = lua.LuaRuntime(
        unpack_returned_tuples=True,
        register_eval=False,
        register_builtins=False,
        attribute_filter=_no_attributes,
        max_memory=MAX_MEMORY,
    )
    hook = runtime.eval("debug.sethook")
    return runtime, runtime.execute(_PRELUDE, MAX_INSTRUCTIONS, MAX_SECONDS, hook)


def _no_attributes(_object: Any, _name: Any, _setting: bool) -> Any:
    raise AttributeError("Python objects are out of reach of a script")


_CONFINED = Confined(__name__, "evaluate")


def evaluate(script: str, data: Any, wanted: str) -> Any:
    """What `accepts` or `transform` (`wanted`) gives: the child's side of them."""
    try:
        runtime, is_array = _runtime()
        runtime.globals()["event"] = _to_table(runtime, data)
        result = runtime.execute(script)
    except (lua.LuaError, MemoryError) as problem:
        message = next(iter(str(problem).splitlines()), "not enough memory")
        raise LanguageError(LANGUAGE, script, 0, message) from problem
    last = result[-1] if isinstance(result, tuple) and result else result
    if wanted == "accepts":
        return last is True
    if lua.lua_type(last) != "table":
        message = f"the script must return a table, but returned {type_name(last)}"
        raise LanguageError(LANGUAGE, script, 0, message)
    return _Reader(script, is_array).read(last, 0)


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


def _to_table(runtime: Any, value: Any) -> Any:
    if isinstance(value, Mapping):
        table = runtime.table()
        for key, item in value.items():
            if item is not None:
                table[key] = _to_table(runtime, item)
        return table
    if isinstance(value, list):
        table = runtime.table()
        kept = (item for item in value if item is not None and not isinstance(item, list))
        for index, item in enumerate(kept, 1):
            table[index] = _to_table(runtime, item)
        return table
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class _Reader:
    """Turns one script's tables into JSON data."""

    def __init__(self, script: str, is_array: Any) -> None:
        self._script = script
        self._is_array = is_array

    def read(self, value: Any, depth: int) -> Any:
        """Integer keys make an array (string keys are lost), as upstream; `{}` is an object."""
        if depth > MAX_DEPTH:
            message = "the table contains itself or is too deep"
            raise LanguageError(LANGUAGE, self._script, 0, message)
        if lua.lua_type(value) != "table":
            whole = isinstance(value, int) and not isinstance(value, bool)
            return float(value) if whole else value
        items = list(value.items())
        numbered = [(key, item) for key, item in items if isinstance(key, int | float)]
        if numbered or self._is_array(value):
            ordered = sorted(numbered, key=lambda pair: pair[0])
            return [self.read(item, depth + 1) for _, item in ordered]
        return {
            str(key): self.read(item, depth + 1)
            for key, item in items
            if lua.lua_type(item) != "function"
        }
