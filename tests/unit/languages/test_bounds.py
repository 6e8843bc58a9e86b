"""No text of a manifest hangs a language or takes the memory: it ends, most with an error.

jq and Lua are in test_confined.py, gjson and govaluate beside their other tests.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.languages import cron, expr, goregex, gotemplate
from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath import goessner

_DOUBLING = '{{$x := "xxxxxxxx"}}{{range until 60}}{{$x = STEP}}{{end}}{{len $x}}'
_TEMPLATES = [
    '{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}',
    '{{define "a"}}{{template "a" .}}{{template "a" .}}{{end}}{{template "a" .}}',
    "{{range until 1000000000}}x{{end}}",
    "{{untilStep 0 1000000000 1}}",
    "{{range until 1000}}{{range until 1000}}{{range until 1000}}{{end}}{{end}}{{end}}",
    '{{repeat 1000000000 "x"}}',
    '{{indent 1000000000 "x"}}',
    "{{randAlphaNum 1000000000}}",
    *(
        _DOUBLING.replace("STEP", step)
        for step in (
            "print $x $x", 'printf "%s%s" $x $x', "join $x (list $x $x $x)", "cat $x $x",
            "list $x $x | toJson", 'replace "x" "xxxx" $x', "list $x $x",
        )
    ),
]  # fmt: skip
_EXPRESSIONS = [
    'repeat("ab", 1000000000)',
    "1..1000000000",
    "all(1..1000, all(1..1000, all(1..1000, true)))",
    'reduce(1..60, #acc + #acc, "xx")',
    "(" * 5000 + "1" + ")" * 5000,
    '"a" matches "((a{1,1000}){1,1000}){1,1000}"',
]


def _refused(work: Callable[[], Any]) -> None:
    with pytest.raises(LanguageError):
        work()


@pytest.mark.parametrize("text", _TEMPLATES)
def test_templates(text: str) -> None:
    _refused(lambda: gotemplate.render(text, {}))


@pytest.mark.parametrize("text", _EXPRESSIONS)
def test_expressions(text: str) -> None:
    _refused(lambda: expr.evaluate(text, {}))


def test_patterns_take_linear_time() -> None:
    assert not goregex.search("(x+x+)+y", "x" * 100_000)
    _refused(lambda: goregex.search("((a{0,100}){0,100}){0,100}", "a"))


def test_jsonpath_ends() -> None:
    tree: Any = [1, 2]
    for _ in range(8):
        tree = [tree, tree]
    try:
        goessner.query("$..*..*..*..*..*", tree)
    except LanguageError as refused:
        assert "jsonpath" in str(refused).lower()


def test_a_schedule_that_never_comes() -> None:
    assert cron.parse("0 0 30 2 *").next(datetime(2026, 1, 1, tzinfo=UTC)) is None
