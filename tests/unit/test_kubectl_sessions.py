"""The format of the kubectl sessions."""

import pytest

from tests.conformance.kubectl.session import Step, matches, read


def test_reading_commands_outputs_and_codes() -> None:
    text = "## about\n$ a\none\n\ntwo\n\n$ b <<E\n> x\n> E\n[3]\n$ c\n"
    assert list(read(text)) == [
        Step(2, "a", ("one", "", "two")),
        Step(7, "b <<E\nx\nE", (), 3),
        Step(11, "c", ()),
    ]


@pytest.mark.parametrize(
    ("expected", "seen", "same"),
    [
        ("NAME   AGE", "NAME        AGE", True),
        ("web <age>", "web 1m3s", True),
        ("web-<id>  0/1", "web-x7k2p   0/1", True),
        ("web-<id>", "web-x", False),
        ("[<n>] (a.b)", "[12] (a.b)", True),
        ("a.b", "axb", False),
        ("one", "one", True),
        ("at <time>: <*>", "at 2026-01-31T12:00:00.5Z: what it is", True),
        ("a\n...\nz", "a\nb\nc\nz", True),
        ("a\n...", "a", True),
        ("a\n...\nz", "a\nb", False),
        ("a", "a\nb", False),
    ],
)
def test_comparing_outputs(expected: str, seen: str, same: bool) -> None:
    assert matches(tuple(expected.split("\n")), tuple(seen.split("\n"))) is same
