"""The table of commands, and how arguments are read."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pinnace.cli.ages import long, short
from pinnace.cli.commands import SECTIONS
from pinnace.cli.main import cli
from pinnace.cli.objects.naming import Named, read_names
from pinnace.cli.objects.prose import words
from pinnace.cli.spans import seconds
from pinnace.objects.clock import parse_rfc3339

ENTRIES = [entry for _, entries in SECTIONS for entry in entries]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_is_there_and_has_an_example(entry) -> None:
    command = cli.get_command(click.Context(cli), entry.name)
    assert command is not None
    below = list(command.commands) if isinstance(command, click.Group) else []
    for typed in ([entry.name], *([entry.name, name] for name in below)):
        told = CliRunner().invoke(cli, [*typed, "--help"])
        assert told.exit_code == 0, told.output
        assert f"Usage: cli {' '.join(typed)} " in told.output
        assert "Example:" in told.output and f"pinnace {' '.join(typed)}" in told.output


def test_helps_are_whole_and_describe_each_option() -> None:
    groups = [cli.get_command(click.Context(cli), entry.name) for entry in ENTRIES]
    below = {group: list(group.commands.values()) for group in groups if hasattr(group, "commands")}
    for group in below:
        told = CliRunner().invoke(group, ["--help"], terminal_width=80).output
        assert "..." not in told.partition("Commands:")[2], told
    for command in [*groups, *(each for found in below.values() for each in found)]:
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert [each.name for each in options if not each.help] == [], command.name


def test_the_help_names_all_in_sections_and_loads_none() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from pinnace.cli.main import cli;"
        "told = CliRunner().invoke(cli, ['--help']).output;"
        "loaded = [m for m in sys.modules if m.startswith(('pinnace.plane', 'pinnace.apiserver',"
        "'httpx', 'yaml'))];"
        "print(loaded); print(told)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    first, told = done.stdout.split("\n", 1)
    assert first == "[]"
    assert all(f"{title}:" in told for title, _ in SECTIONS)
    assert all(f"  {entry.name} " in told for entry in ENTRIES)


def test_an_unknown_command_is_answered_with_near_ones() -> None:
    told = CliRunner().invoke(cli, ["delet"])
    assert told.exit_code == 2
    assert "Did you mean delete?" in told.output


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["pods"], [Named("pods")]),
        (["pods,wf"], [Named("pods,wf")]),
        (["pod", "a", "b"], [Named("pod", ("a", "b"))]),
        (["wf/a", "tfjob/b"], [Named("wf", ("a",)), Named("tfjob", ("b",))]),
    ],
)
def test_what_objects_are_named(typed: list[str], expected: list[Named]) -> None:
    assert read_names(typed) == expected


@pytest.mark.parametrize(
    "typed", [[], ["wf/a", "b"], ["wf", "tfjob/b"], ["wf/"], ["/a"], ["a/b/c"]]
)
def test_what_names_nothing(typed: list[str]) -> None:
    with pytest.raises(click.UsageError):
        read_names(typed)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("apiVersion", "API Version"), ("boundaryID", "Boundary ID"), ("uid", "UID"),
        ("podGC", "Pod GC"), ("entrypoint", "Entrypoint"), ("a-1", "a-1"), ("a.b/c", "a.b/c"),
    ],
)  # fmt: skip
def test_fields_in_words(name: str, expected: str) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172_800), ("1.5s", 1.5)],
)
def test_spans_of_time(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "x", "5 m", "m", "-1s"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="expected a span"):
        seconds(text)


@pytest.mark.parametrize(
    ("later", "expected_short", "expected_long"),
    [
        ("10:00:00", "0s", "0 seconds"), ("10:00:01", "1s", "1 second"),
        ("10:01:01", "1m", "1 minute 1 seconds"), ("12:05:00", "2h", "2 hours 5 minutes"),
    ],
)  # fmt: skip
def test_how_long_it_took(later: str, expected_short: str, expected_long: str) -> None:
    start, end = (parse_rfc3339(f"2026-01-01T{at}Z") for at in ("10:00:00", later))
    assert short(start, end) == expected_short
    assert long((end - start).total_seconds()) == expected_long
