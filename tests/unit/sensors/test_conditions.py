"""``conditions``: which dependencies make a trigger fire."""

from itertools import chain, combinations

import pytest

from pinnace.objects.errors import Invalid
from pinnace.sensors.conditions import parse
from pinnace.sensors.joins import step

_NAMES = ("a", "b", "c", "dep-1", "dep_x")


@pytest.mark.parametrize(
    ("text", "present", "holds"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a && b", "a", False),
        ("a && b", "a b", True),
        ("a || b", "b", True),
        ("a&&b||c", "c", True),
        ("a && b || c", "a", False),
        ("c || a && b", "a b", True),
        ("a && (b || c)", "a c", True),
        ("a && (b || c)", "b c", False),
        ("((a))", "a", True),
        ("(a || b) && (a || c)", "b c", True),
        ("dep-1 && dep_x", "dep-1 dep_x", True),
        ("dep_1", "dep-1", True),
        ("dep-x || a", "dep_x", True),
    ],
)
def test_a_condition_holds(text: str, present: str, holds: bool) -> None:
    assert parse(text, _NAMES).holds(present.split()) is holds


def test_an_empty_condition_wants_all_dependencies() -> None:
    condition = parse("", ("a", "b"))
    assert condition.names == ("a", "b")
    assert not condition.holds({"a"})
    assert condition.holds({"a", "b"})
    assert condition.text == "a && b"


def test_only_a_condition_with_and_joins() -> None:
    assert not parse("a || (b || c)", _NAMES).joins
    assert not parse("", ("a",)).joins
    assert parse("a || (b && c)", _NAMES).joins


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nobody", "expected a dependency of this Sensor (a, b, c, dep-1, dep_x), found 'nobody'"),
        ("a && !b", "there is no negation"),
        ("a &&", "found the end"),
        ("(a || b", "a closing parenthesis"),
        ("a b", "expected the end, && or ||"),
        ("a && || b", "found '||'"),
        ("()", "found ')'"),
        ("a == b", "no other operator"),
        ("a & b", "no other operator"),
    ],
)
def test_a_wrong_condition_is_refused(text: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text, _NAMES)
    assert message in str(refused.value)


def test_missing_names_what_is_waited_for() -> None:
    condition = parse("a && (b || c)", _NAMES)
    assert condition.missing({"a"}) == ("b", "c")
    assert condition.missing({"a", "c"}) == ()


def test_or_fires_with_the_event_alone() -> None:
    after = step(parse("a || b", _NAMES), {}, "b", "event")
    assert (after.fires, after.held) == ({"b": "event"}, {})


def test_the_latest_event_of_a_dependency_wins_and_firing_clears_all() -> None:
    condition = parse("(a && b) || c", _NAMES)
    first = step(condition, {}, "a", "old")
    second = step(condition, first.held, "a", "new")
    assert (second.fires, second.held) == (None, {"a": "new"})
    third = step(condition, second.held, "c", "alone")
    assert (third.fires, third.held) == ({"a": "new", "c": "alone"}, {})


def test_what_is_held_for_a_dependency_no_longer_named_is_ignored() -> None:
    after = step(parse("a && b", _NAMES), {"c": "stale", "a": "kept"}, "b", "now")
    assert after.fires == {"a": "kept", "b": "now"}


def test_a_condition_never_holds_by_less_than_it_names() -> None:
    condition = parse("(a && b) || (c && dep-1)", _NAMES)
    subsets = chain.from_iterable(combinations(_NAMES, size) for size in range(6))
    for present in subsets:
        expected = {"a", "b"} <= set(present) or {"c", "dep-1"} <= set(present)
        assert condition.holds(present) is expected
        assert bool(condition.missing(present)) is not expected
