"""Lua as gopher-lua runs it, above all where that isn't what PUC Lua does."""

import math

import pytest

from pinnace.languages.lua.lexer import SyntaxProblem
from pinnace.languages.lua.running import run
from pinnace.languages.lua.values import LuaError, Table


def _plain(value: object) -> object:
    return value.array if isinstance(value, Table) else value


@pytest.mark.parametrize(
    ("script", "result"),
    [
        # numbers: Go's literals and Go's way of writing them
        ("return 1e15 .. ''", "1000000000000000"),
        ("return 1e21 .. ''", "1e+21"),
        ("return tostring(0.1 + 0.2)", "0.30000000000000004"),
        ("return -1 / 0 .. ''", "-Inf"),
        ("return math.huge", 1.7976931348623157e308),
        ("return '0b11' + '1_000' + ' 0x10 '", 1019.0),
        ("local x = -0 return 1 / 0", math.inf),
        ("local x = -1 return 1 / (x / math.huge / math.huge)", math.inf),
        ("return 010", 10.0),
        ("return 007 + 0010", 15.0),
        ("return tonumber('1e3')", None),
        ("return tonumber('10', 2)", 2.0),
        ("return -7 % 3", 2.0),
        ("return 2 ^ -1 ^ 2", 0.5),
        ("return math.log10(0.5)", -0.3010299956639812),
        ("return ('abc'):sub(1e21)", ""),
        # order, length and places of tables
        ("local s = '' for k in pairs({z = 1, [3] = 1, a = 1}) do s = s .. k end return s", "3za"),
        ("local t = {} t[5] = 1 return #t", 5.0),
        ("return #{1, nil, 3, nil}", 3.0),
        ("local t = {1, 2} table.insert(t, 5, 9) return #t", 5.0),
        # texts
        ("return string.format('%d %s %5.1f', 3, nil, 2.25)", "3 nil   2.2"),
        ("return string.format('%d', 'x')", "0"),
        ("return {('abc'):byte()}", [97.0, 98.0, 99.0]),
        ("return select('#', ('a'):match('b'))", 0.0),
        ("return ('THE (quick) fox'):find('%((%a+)%)')", "quick"),
        ("return ('hello world'):gsub('o', {o = '0'})", 2.0),
        ("return ('\xc3\xa9'):upper()", "\xc3\x89"),
        ("return (('x = 1, y = 2'):gsub('(%w+) = (%w+)', '%2 = %1'))", "1 = x, 2 = y"),
        ("return ('f(a(b)c)d'):match('%b()')", "(a(b)c)"),
        ("return ('abab'):match('^(ab)%1$')", "ab"),
        ("return 'a\\65\\x\\\nb'", "aAx\nb"),
        # functions, closures, goto, varargs
        ("local f = function(...) return arg.n end return f(1, nil, 3)", 3.0),
        ("return (function(...) return select(-1, ...) end)(1, 2)", 2.0),
        (
            "local c = {} for i = 1, 2 do c[i] = function() i = i + 1 return i end end"
            " c[1]() return {c[1](), c[2]()}",
            [3.0, 3.0],
        ),
        (
            "local s = 0 for i = 1, 4 do if i % 2 == 0 then goto next end s = s + i ::next:: end"
            " return s",
            4.0,
        ),
        (
            "local function f(n) if n == 0 then return 'x' end return f(n - 1) end return f(1000)",
            "x",
        ),
        # metatables
        ("return setmetatable({}, {__index = function(_, k) return k .. '!' end}).a", "a!"),
        ("return setmetatable({}, {__len = function() return 7 end}) and #'abc'", 3.0),
        ("return -setmetatable({}, {__unm = function() return 4 end})", 4.0),
        ("return ('x'):rep(3)", "xxx"),
        # errors are values with upstream's words
        ("return {pcall(error, {1})}", [False, [1.0]]),
        ("return {pcall(function() error('a') end)}", [False, "<string>:1: a"]),
        ("return {pcall(function() error('a', 0) end)}", [False, "a"]),
        (
            "return {pcall(function() return {} + 1 end)}",
            [False, "<string>:1: cannot perform add operation between table and number"],
        ),
        (
            "return {pcall(string.rep)}",
            [False, "<string>:1: bad argument #1 to (anonymous) (string expected, got nil)"],
        ),
    ],
)
def test_values(script: str, result: object) -> None:
    found = _plain(run(script, "event", Table()))
    assert (list(map(_plain, found)) if isinstance(found, list) else found) == result


def test_numbers_that_are_none() -> None:
    assert math.isnan(run("return 0 / 0", "event", Table()))


@pytest.mark.parametrize(
    ("script", "place", "message"),
    [
        ("x = = 1", 4, "expected a name, found '='"),
        ("return 'a", 7, "unterminated string"),
        ("return [[a", 7, "unterminated multiline string"),
        ("x = 0x", 4, "illegal hexadecimal number"),
        ("x = 1 ?", 6, "Invalid token '?'"),
        ("break", 5, "a loop around break"),
        ("goto x", 5, "no visible label 'x'"),
        ("function f() return ... end", 20, "outside a vararg function"),
        ("f()\n(g)()", 4, "ambiguous syntax"),
        ("x = " + "(" * 300, 204, "nested more than 200 deep"),
        ("a.b:c = 1", 6, "expected '('"),
        ("f() = 1", 0, "nothing can be assigned"),
    ],
)
def test_no_lua(script: str, place: int, message: str) -> None:
    with pytest.raises(SyntaxProblem, match=".*") as caught:
        run(script, "event", Table())
    assert message in caught.value.message
    assert caught.value.place == place


@pytest.mark.parametrize(
    "name", ["os", "io", "require", "load", "loadstring", "dofile", "debug", "coroutine", "package"]
)
def test_out_of_reach(name: str) -> None:
    assert run(f"return {name} == nil", "event", Table()) is True


@pytest.mark.parametrize(
    ("level", "message"),  # library functions have no line, tail calls count, and nothing is above
    [
        (0, "x"), (1, "<string>:1: x"), (2, "<string>:1: x"), (3, "<string>:3: x"),
        (4, "<string>:3: x"), (5, "<string>:3: x"), (6, "<string>:4: x"), (7, "<string>:4: x"),
        (8, " x"),
    ],
)  # fmt: skip
def test_the_level_of_an_error(level: int, message: str) -> None:
    script = f"""local function f() error('x', {level}) end
    local function g()
      table.sort({{1, 2}}, function() f() end) end
    local ok, m = pcall(g) return m"""
    assert run(script, "event", Table()) == message


def test_deep_nesting_costs_little() -> None:
    script = "f = tostring return #{" + "f({f(" * 20 + "1" + ")})" * 20 + "}"
    assert run(script, "event", Table()) == 1


def test_stack_overflow() -> None:
    with pytest.raises(LuaError, match="stack overflow"):
        run("local function f() return 1 + f() end f()", "event", Table())
