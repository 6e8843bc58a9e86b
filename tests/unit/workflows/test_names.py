"""Names, ids, durations: pure text."""

from datetime import timedelta

import pytest

from pinnace.workflows import names
from pinnace.workflows.durations import go_seconds, humanize, parse_duration
from pinnace.workflows.problems import Problem


@pytest.mark.parametrize(
    ("node", "step"),
    [
        ("wf[0].flip", "flip"),
        ("wf[0].flip(0:a)", "flip"),
        ("wf[0].flip(0:a)(1)", "flip"),
        ("wf.task", "task"),
        ("wf.a.b(2:x.y)", "b"),
        ("wf.fanout1(0:1)(0)[0]", "fanout1"),
        ("wf", "wf"),
    ],
)
def test_step_of(node: str, step: str) -> None:
    assert names.step_of(node) == step


@pytest.mark.parametrize(
    ("node", "boundary", "shown"),
    [
        ("wf", None, "wf"),
        ("wf[0]", "wf", "[0]"),
        ("wf[0].a", "wf", "a"),
        ("wf.a", "wf", "a"),
        ("wf[0].a(0:x)", "wf", "a(0:x)"),
        ("wf[0].a[1].b", "wf[0].a", "b"),
        ("wf.onExit", None, "wf.onExit"),
    ],
)
def test_display_name(node: str, boundary: str | None, shown: str) -> None:
    assert names.display_name(node, boundary) == shown


def test_pod_names() -> None:
    assert names.pod_name("wf", "wf", "main") == "wf"
    long = names.pod_name("w" * 60, "x", "t" * 250)
    assert long.startswith("w" * 60 + "-" + "t" * 100)
    assert len(long.rsplit("-", 1)[0]) == 242
    assert names.pod_name("wf", "wf.a", "").startswith("wf-")


@pytest.mark.parametrize(
    ("name", "index"), [("a(12:x(y)", 0), ("a(3:x)", 3), ("a(4)", 4), ("a", 0)]
)
def test_loop_index(name: str, index: int) -> None:
    assert names.loop_index(name) == index


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("20", 20), ("1h30m", 5400), ("1.5s", 1.5), ("250ms", 0.25), ("-3s", -3), (7, 7)],
)
def test_durations(text: object, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "x", "1d", "s", "1h 2m"])
def test_bad_durations(text: str) -> None:
    with pytest.raises(Problem, match="as a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (120, "2 minutes 0 seconds"),
        (3661, "1 hour 1 minute"),
        (90000, "1 day 1 hour"),
    ],
)
def test_humanize(seconds: int, words: str) -> None:
    assert humanize(timedelta(seconds=seconds)) == words


def test_go_seconds() -> None:
    assert [go_seconds(each) for each in (3.0, 0.5)] == ["3", "0.5"]
