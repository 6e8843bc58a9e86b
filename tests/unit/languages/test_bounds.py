"""No text of a manifest hangs a language or takes the memory: it ends, most with an error.

jq and Lua are in test_confined.py, gjson and govaluate beside their other tests.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.languages import (
    cron,
    durations,
    expr,
    goformat,
    goregex,
    gotemplate,
    gotime,
    strftime,
    tags,
)
from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath import goessner, kubernetes
from pinnace.objects.errors import PinnaceError
from pinnace.objects.quantities import parse_quantity
from pinnace.objects.selectors import parse_fields, parse_labels

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


def _nested(depth: int) -> Any:
    tree: Any = {}
    for _ in range(depth):
        tree = {"a": tree}
    return tree


_ITEMS = {"a": [{"a": [{"b": 1}] * 2_000}] * 2_000}
_KUBECTL = [
    ("{" + "..a" * 12 + "}", _nested(300)),
    ("{range .a[*]}{range .a[*]}{.b}{end}{end}", _ITEMS),
    ("{range .a[*]}" * 5_000, _ITEMS),
    ("{.a[?(" + "(" * 5_000 + "@.b==1)]}", _ITEMS),
]


@pytest.mark.parametrize(("template", "document"), _KUBECTL, ids=lambda each: str(each)[:40])
def test_kubectl_templates(template: str, document: Any) -> None:
    _refused(lambda: kubernetes.render(template, document))


_LONG = 200_000
_ENDING: dict[str, Callable[[], Any]] = {
    "a duration": lambda: durations.parse("9" * _LONG + "h"),
    "many durations": lambda: durations.parse("1h" * _LONG),
    "a width": lambda: goformat.sprintf("%999999999d", 5),
    "widths": lambda: goformat.sprintf("%*d" * 1_000, *[9_999_999] * 2_000),
    "a precision": lambda: goformat.sprintf("%.999999999f", 1.5),
    "open tags": lambda: tags.find_tags("{{" * _LONG),
    "directives": lambda: strftime.strftime(datetime(2026, 3, 1, tzinfo=UTC), "%Y" * _LONG),
    "a layout": lambda: gotime.parse("2006-01-02 " * 2_000, "2026-01-02 " * 2_000),
    "an exponent": lambda: parse_quantity("1e999999999"),
    "a quantity": lambda: parse_quantity("9" * _LONG),
    "a set": lambda: parse_labels("a in (" + "b," * _LONG + "c)"),
    "brackets": lambda: parse_labels("(" * _LONG),
    "fields": lambda: parse_fields("a=b," * _LONG),
}


@pytest.mark.parametrize("name", _ENDING)
def test_it_ends(name: str) -> None:
    with contextlib.suppress(LanguageError, PinnaceError):
        assert len(str(_ENDING[name]())) < 10_000_000
