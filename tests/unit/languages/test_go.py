"""Go's durations, dates, numbers, quoting and regexps."""

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from pinnace.languages import (
    bellows,
    durations,
    goformat,
    gonumbers,
    goquote,
    goregex,
    gotime,
    strftime,
    tzif,
)
from pinnace.languages.errors import LanguageError

MOMENT = datetime(2026, 1, 2, 15, 4, 5, 678000, tzinfo=timezone(timedelta(hours=-7), "MST"))


@pytest.mark.parametrize(
    ("text", "nanoseconds", "printed"),
    [
        ("1h30m", 5400 * 10**9, "1h30m0s"),
        ("1.5h", 5400 * 10**9, "1h30m0s"),
        ("-250ms", -250 * 10**6, "-250ms"),
        ("100us", 100_000, "100µs"),
        ("0", 0, "0s"),
        ("1h0m0.001s", 3600 * 10**9 + 10**6, "1h0m0.001s"),
    ],
)
def test_duration(text: str, nanoseconds: int, printed: str) -> None:
    assert durations.parse(text).nanoseconds == nanoseconds
    assert str(durations.parse(text)) == printed


@pytest.mark.parametrize("text", ["", "1", "5x", ".s", "1h2", "h", "1d", "99999999h"])
def test_bad_duration(text: str) -> None:
    with pytest.raises(LanguageError):
        durations.parse(text)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        (gotime.RFC3339, "2026-01-02T15:04:05-07:00"),
        (gotime.RFC3339_NANO, "2026-01-02T15:04:05.678-07:00"),
        (gotime.ANSIC, "Fri Jan  2 15:04:05 2026"),
        (gotime.RFC850, "Friday, 02-Jan-26 15:04:05 MST"),
        (gotime.KITCHEN, "3:04PM"),
        ("20060102 .000 002 __2 pm Z0700", "20260102 .678 002   2 pm -0700"),
        (gotime.STRING, "2026-01-02 15:04:05.678 -0700 MST"),
    ],
)
def test_layouts(layout: str, text: str) -> None:
    assert gotime.format(MOMENT, layout) == text
    assert gotime.format(gotime.parse(layout, text), layout) == text


@pytest.mark.parametrize(
    ("text", "zone", "offset"),
    [
        ("1945-08-20 EPT", "America/New_York", -4 * 3600),  # in effect for six weeks
        ("2026-08-20 EWT", "America/New_York", -4 * 3600),  # not in effect, but it has been
        ("2026-08-20 EST", "America/New_York", -5 * 3600),
        ("1942-04-05 BDST", "Europe/London", 2 * 3600),
        ("1969-06-01 BST", "Europe/London", 3600),
        ("2026-06-01 CEST", "Europe/London", 0),  # never there: a made-up zone at UTC
    ],
)
def test_abbreviations_that_a_zone_has_had(text: str, zone: str, offset: int) -> None:
    moment = gotime.parse("2006-01-02 MST", text, ZoneInfo(zone))
    wall = datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)
    assert moment == wall - timedelta(seconds=offset)


@pytest.mark.parametrize("key", ["America/New_York", "Europe/Dublin", "Africa/Abidjan", "UTC"])
def test_local_time_types_are_the_same_from_the_package(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = set(tzif.local_time_types(key))
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    tzif.local_time_types.cache_clear()
    assert set(tzif.local_time_types(key)) == here


def test_strftime_variables() -> None:
    found = strftime.variables(MOMENT, "c")
    assert (found["c"], found["c.H"], found["c.s"]) == ("2026-01-02T22:04:05Z", "22", "1767391445")
    assert (found["c.b"], found["c.L"], found["c.Z"]) == ("Jan", ".678", "UTC")


@pytest.mark.parametrize(
    ("number", "shortest", "as_json"),
    [
        (1e6, "1e+06", "1000000"),
        (123456.0, "123456", "123456"),
        (1234567.0, "1.234567e+06", "1234567"),
        (1e21, "1e+21", "1e+21"),
        (0.0001, "0.0001", "0.0001"),
        (1e-5, "1e-05", "0.00001"),
        (1e-7, "1e-07", "1e-7"),
        (-2.5, "-2.5", "-2.5"),
        (0.0, "0", "0"),
    ],
)
def test_floats(number: float, shortest: str, as_json: str) -> None:
    assert gonumbers.format_shortest(number) == shortest
    assert gonumbers.format_json(number) == as_json


def test_quote() -> None:
    assert goquote.quote('a"\\\n\x01\u00a0é😀') == '"a\\"\\\\\\n\\x01\\u00a0é😀"'
    assert goquote.json_text({"b": "<é>", "a": [1, 2.5, None]}) == (
        '{"a":[1,2.5,null],"b":"\\u003cé\\u003e"}'
    )


def test_regex() -> None:
    assert goregex.search("b+", "abc")
    assert goregex.replace_all("(a)(n)", "banana", "${2}-$1") == "bn-an-aa"
    assert goregex.split("a", "banana") == ["b", "n", "n", ""]
    assert goregex.find_all("a.", "banana", 1) == ["an"]
    with pytest.raises(LanguageError, match="error parsing regexp"):
        goregex.search("(", "x")
    with pytest.raises(LanguageError):  # RE2 has no back references: matching stays linear
        goregex.search(r"(a)\1", "aa")


def test_sequence_formats() -> None:
    assert goformat.sprintf("testuser%02X", 10) == "testuser0A"
    assert goformat.sprintf("%03d", 7) == "007"


def test_bellows() -> None:
    assert bellows.expand({"a.b": 1, "a.c.d": 2, "a.c": 3, "e": 4}) == {
        "a": {"b": 1, "c": {"d": 2}},
        "e": 4,
    }
    assert bellows.has({"a": {"b": None}}, "a.b")
    assert not bellows.has({"a": {"b": None}}, "a.b.c")
