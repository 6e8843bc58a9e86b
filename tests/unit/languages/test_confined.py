"""jq and Lua end in bounded time and memory, whatever the program does, and go on afterwards."""

import os
import threading

import pytest

from pinnace.languages import jqfilter, luascript
from pinnace.languages.confined import Confined
from pinnace.languages.errors import LanguageError

_SECONDS = 0.3  # of CPU time, so that the tests need not wait for the real limit


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (jqfilter, luascript):
        confined = Confined(module.__name__, "evaluate", _SECONDS)
        monkeypatch.setattr(module, "_CONFINED", confined)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("def f: f; f", "recurses too deeply"),
        ('"a" * 1000000000', "too much memory"),
        ('reduce range(40) as $i ("ab"; . + .)', "too (much memory|long)"),
    ],
)
def test_jq_is_bounded(program: str, message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        jqfilter.run(program, {})
    assert jqfilter.run(".a", {"a": 1}) == [1]


def test_jq_is_bounded_in_time(hasty: None) -> None:
    test_jq_is_bounded("[.] | until(false; [.])", "takes too long")


def test_only_the_first_output_of_a_transform_is_made() -> None:
    assert jqfilter.first("repeat(.)", 1) == 1


def test_jq_sees_no_environment() -> None:
    os.environ["PINNACE_TEST_SECRET"] = "x"
    assert jqfilter.run("env, $ENV", {}) == [{}, {}]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("return ('x'):rep(100):gsub('.', ('y'):rep(1e6))", "too long"),
        ("local s = 'x' while true do s = s .. s end", "too long"),
        ("local t = {} t[6e7] = 1 t[1.5] = {} t[1.5][6e7] = 1", "memory"),
        ("return {unpack({}, 1, 1e9)}", "registry overflow"),
        ("local function f() return 1 + f() end f()", "stack overflow"),
    ],
)
def test_lua_is_bounded(script: str, message: str) -> None:
    with pytest.raises(LanguageError, match=message):
        luascript.transform(script, {})
    assert luascript.accepts("return true", {})


@pytest.mark.parametrize(
    "script",
    [
        "return ('a'):rep(30):find(('a*'):rep(30) .. 'b')",
        "while true do end",
        "local t = {} for i = 1, 1e9 do t[i] = {i} end",
        "while true do pcall(function() while true do end end) end",
    ],
)
def test_lua_is_bounded_in_time(script: str, hasty: None) -> None:
    test_lua_is_bounded(script, "takes too long|memory")


def test_calls_at_the_same_time_get_their_own_answers() -> None:
    found: dict[int, object] = {}

    def ask(number: int) -> None:
        found[number] = [jqfilter.run(".", number + each) for each in range(20)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [[number + each] for each in range(20)] for number in range(4)}
