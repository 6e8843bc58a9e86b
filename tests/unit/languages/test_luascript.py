"""Lua scripts of Sensors: what passes, what is made, and what is out of reach."""

import pytest

from pinnace.languages import luascript
from pinnace.languages.errors import LanguageError

DATA = {"a": 1, "n": None, "l": [1, None, [2], 3], "s": "x"}


@pytest.mark.parametrize(
    ("script", "passes"),
    [
        ("return event.a == 1", True),
        ("if event.s == 'y' then return true end return false", False),
        ("return 1", False),
        ("local x = 1", False),
        ("return event.n == nil and #event.l == 2", True),
        ("return pcall(error, 'x') == false", True),
    ],
)
def test_accepts(script: str, passes: bool) -> None:
    assert luascript.accepts(script, DATA) is passes


@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("event.b = event.a + 1 return event", {"a": 1.0, "b": 2.0, "l": [1.0, 3.0], "s": "x"}),
        ("return {1, 2, {a = 'b'}}", [1.0, 2.0, {"a": "b"}]),
        ("return {}", {}),
        ("return {0 * -1, '\\255', nil, 1}", [-0.0, "\ufffd", None, 1.0]),
        ("return {x = setmetatable({}, {__is_array = true})}", {"x": []}),
    ],
)
def test_transform(script: str, result: object) -> None:
    assert luascript.transform(script, DATA) == result


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("return os.exit()", "attempt to index a non-table object(nil)"),
        ("return io.open('/etc/passwd')", "attempt to index a non-table object(nil)"),
        ("return require('x')", "attempt to call a non-function object"),
        ("return python.eval('1')", "attempt to index a non-table object(nil)"),
        ("return string.rep('x', 1e9)", "string too long"),
        ("return =", "line 1: the script is no Lua"),
        ("return 1", "must return a table"),
        ("return {0/0}", "NaN is no number of JSON"),
        ("return {print}", "a function cannot become JSON"),
        ("local x = 1\nlocal = 2", "line 2: the script is no Lua: parse error: expected a name"),
        ("local t\nt.x = 1", "<string>:2: attempt to index"),
        ("local t = {} t.t = t return t", "contains itself"),
    ],
)
def test_refused(script: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        luascript.transform(script, DATA)
    assert message in caught.value.expected


def test_no_data_passes() -> None:
    assert luascript.accepts("return false", None)
