"""What stands in a path of jq, and what `?//` goes back to: answers as gojq 0.12.19 gave them."""

from typing import Any

import pytest

from pinnace.languages import jqfilter


@pytest.mark.parametrize(
    ("program", "document", "found"),
    [
        # the left side goes on from the path of the right one, which null lets pass
        ("[path(.a + .b)]", None, [["b", "a"]]),
        ("path(if .a then .b else .c end)", {"a": 1}, ["b"]),
        ("[path(reduce (1, 2) as $i (.[0]; .))]", [[1], [2]], [[0]]),
        ('[path(splits(","))]', "a,b",
         [[{"end": 1, "next": 2, "start": None}], [{"end": None, "next": None, "start": 2}]]),
        # the same array or object, not one like it
        ("path(del(.zzz) | .a)", {"a": 1}, ["a"]),
        ("path({} + . | .a)", {"a": 1}, ["a"]),
        ("path(.[0:] as $x | $x[1])", [1, 2], [1]),
        ("path(sort)", [], []),
        ("path(.[1:][1:] as $x | .[2:] | $x[0])", [1, 2, 3], [{"start": 2, "end": None}, 0]),
        ("path(.[0] | sort)", [[]], [0]),
        ("def f: [1, 2]; f | path(f)", None, []),
    ],
)  # fmt: skip
def test_what_a_path_leads_through(program: str, document: Any, found: Any) -> None:
    assert jqfilter.evaluate(program, document, None) == [found]


@pytest.mark.parametrize(
    ("program", "document", "problem"),
    [
        ("path(.a + .b)", {"a": 1, "b": 2}, 'invalid path against: object ({"a":1,"b":2})'),
        ("path(.a == 1)", {"a": [1]}, "invalid path against: boolean (false)"),
        ("path(reduce .[] as $i (.; .[0]))", [1, [2]], "invalid path against: array ([1,[2]])"),
        ("path([.] | add | .a)", {"a": 1}, 'invalid path against: object ({"a":1})'),
        ("path(.[1:1] | sort)", [3, 1], "invalid path against: array ([])"),
        ("path([.[1:][]] as $x | .[1:] | $x[0])", [1, 2, 3],
         "invalid path against: array ([2,3])"),
        ("path(.a |= .b)", {"a": {"b": 1}}, 'invalid path against: object ({"a":1})'),
        ("path((.a, .b) |= 3)", {"a": 1, "b": 2}, 'invalid path against: object ({"a":3,"b":2})'),
        ("pick(indices(.[:2]))", None,
         'setpath([{"end":2,"start":null}]; null) cannot be applied to null: '
         "expected an array but got: null"),
    ],
)  # fmt: skip
def test_where_a_path_ends(program: str, document: Any, problem: str) -> None:
    assert jqfilter.evaluate(f"try {program} catch .", document, None) == [problem]


@pytest.mark.parametrize(
    ("program", "document", "found"),
    [
        # an error after the whole term: the next pattern is tried
        ("[.[] as [$x] ?// $x | $x | if . == 1 then error else . end]", [[1]], [[1]]),
        ("[(.[] as [$x] ?// $x | $x) | error?]", [1], []),
        ("try (. as [$x] ?// $x | $x | error) catch [.]", 1, [1]),
        ('[try (.[] as [$x] ?// $x | $x) catch 9 | if . == 1 then error("e") else . end]',
         [[1]], [[1]]),
        ("try ((. as $x ?// $x | $x) + (1 | error)) catch [.]", 1, [1]),
        ("[reduce (.[] as [$x] ?// $x | $x) as $i (0; $i | if . == 1 then error else . end)]",
         [[1]], [[1]]),
        ("[limit(2; repeat(.[0])) | . as [$x] ?// $x | $x | tonumber]", [["5"]], [5, 5]),
        ("[recurse(if . == 1 then empty else (. as [$x] ?// $x | 1) end) | error?]", 2, []),
        # ... `break` is one, and so `first` and `limit` give more
        ("[first(. as [$x] ?// $x ?// $x | $x)]", 1, [1, 1]),
        ("[limit(1; . as [$x] ?// $x | $x)]", [1], [1, [1]]),
        ("[label $f | (. as $x ?// $x | $x), break $f]", 1, [1]),
        (".[] |= (. as [$x] ?// $x | $x)", [[1]], [[1]]),
        ("[.[] as [$x] ?// $x | $x | if . == 1 then halt_error else . end]", [[1]], [[1]]),
    ],
)  # fmt: skip
def test_what_another_pattern_is_tried_for(program: str, document: Any, found: Any) -> None:
    assert jqfilter.evaluate(program, document, None) == [found]


def test_a_failure_far_down_goes_back_through_all_that_waits() -> None:
    """Three patterns wait for the same failure, the last one first."""
    program = ".[]" + " | (. as [$x] ?// $x | $x)" * 3 + " | if . == 1 then error else . end"
    assert jqfilter.evaluate(f"[{program}]", [[[[1]]]], None) == [[[1]]]


def test_functions_that_walk_take_any_number_of_rounds() -> None:
    assert jqfilter.evaluate("until(. > 3000; . + 1)", 0, None) == [3001]
    assert jqfilter.evaluate("last(recurse(if . < 5000 then . + 1 else empty end))", 0, None) == [
        5000
    ]
    assert jqfilter.evaluate("[.[] as $x ?// $x | $x | until(. > 5000; . + 1)]", [0], None) == [
        [5001]
    ]
