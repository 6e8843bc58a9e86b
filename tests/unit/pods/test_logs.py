"""Reading CRI logs."""

import threading
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import BadRequest
from pinnace.pods.layout import Layout
from pinnace.pods.logs import read_log, stdout

_POD: dict[str, Any] = {"metadata": {"name": "p", "namespace": "default", "uid": "u"}}
_LINES = [
    "2026-01-01T00:00:01.5Z stdout F one",
    "2026-01-01T00:00:02Z stderr F two",
    "2026-01-01T00:00:03Z stdout P thr",
    "2026-01-01T00:00:03Z stdout F ee",
    "2026-01-01T00:00:04Z stdout F ",
    "2026-01-01T00:00:05Z stdout P end",
]


def _write(state: Path, number: int = 0, lines: list[str] = _LINES, tail: str = "") -> Path:
    attempt = Layout(state).pod("u").attempt("main", number)
    attempt.path.mkdir(parents=True)
    attempt.log.write_text("".join(line + "\n" for line in lines) + tail)
    return attempt.log


def _read(state: Path, **options: Any) -> str:
    return b"".join(read_log(state, _POD, "main", **options)).decode()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "one\ntwo\nthree\n\nend"),
        ({"tail": 2}, "\nend"),
        ({"tail": 3}, "three\n\nend"),
        ({"tail": 0}, ""),
        ({"tail": 100}, "one\ntwo\nthree\n\nend"),
        ({"limit_bytes": 6}, "one\ntw"),
        ({"since": parse_rfc3339("2026-01-01T00:00:03Z")}, "three\n\nend"),
        ({"since": parse_rfc3339("2026-01-01T00:00:02Z"), "tail": 9}, "two\nthree\n\nend"),
        (
            {"timestamps": True, "tail": 3},
            "2026-01-01T00:00:03Z three\n2026-01-01T00:00:04Z \n2026-01-01T00:00:05Z end",
        ),
    ],
)
def test_what_is_asked_for(tmp_path: Path, options: dict[str, Any], text: str) -> None:
    _write(tmp_path)
    assert _read(tmp_path, **options) == text


def test_an_entry_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    _write(tmp_path, lines=_LINES[:1], tail="2026-01-01T00:00:02Z stdout F tw")
    assert _read(tmp_path) == "one\n"


def test_previous_and_missing(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match='container "main" in pod "p" is waiting to start'):
        _read(tmp_path)
    _write(tmp_path, lines=_LINES[:1])
    with pytest.raises(BadRequest, match="previous terminated container"):
        _read(tmp_path, previous=True)
    _write(tmp_path, 1, lines=_LINES[1:2])
    assert (_read(tmp_path), _read(tmp_path, previous=True)) == ("two\n", "one\n")


def test_stdout_is_exactly_what_was_written(tmp_path: Path) -> None:
    _write(tmp_path)
    attempt = Layout(tmp_path).pod("u").attempt("main", 0)
    assert b"".join(stdout(attempt)) == b"one\nthree\n\nend"


def test_following_stops_when_told(tmp_path: Path) -> None:
    log, stop = _write(tmp_path, lines=_LINES[:1]), threading.Event()
    pieces = read_log(tmp_path, _POD, "main", follow=True, stop=stop)
    assert next(pieces) == b"one\n"
    with log.open("a") as file:
        file.write(_LINES[1] + "\n")
    assert next(pieces) == b"two\n"
    stop.set()
    assert list(pieces) == []
