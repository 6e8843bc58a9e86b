"""Cron schedules; the times are what robfig/cron v3.0.1 answers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pinnace.languages import cron
from pinnace.languages.errors import LanguageError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NEXT = [
    ("* * * * *", "2026-01-01T00:00:30", "2026-01-01T00:01"),
    ("*/15 * * * *", "2026-01-01T00:00", "2026-01-01T00:15"),
    ("5/20 * * * *", "2026-01-01T00:46", "2026-01-01T01:05"),
    ("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"),
    ("0 0 13 * 5", "2026-01-01T00:00", "2026-01-02T00:00"),  # the 13th or a Friday
    ("0 0 */2 * 1", "2026-01-01T00:00", "2026-01-03T00:00"),
    ("0 9-17/2 * * MON-fri", "2026-01-02T17:00", "2026-01-05T09:00"),
    ("@daily", "2026-01-01T12:00", "2026-01-02T00:00"),
    ("@weekly", "2026-01-01T12:00", "2026-01-04T00:00"),
    ("TZ=Pacific/Apia 0 5 30,31 12 *", "2011-12-29T20:00", "2011-12-30T15:00"),  # no 30th there
    ("@every 90s", "2026-01-01T00:00:00.500", "2026-01-01T00:01:30"),
    ("@every 10ms", "2026-01-01T00:00", "2026-01-01T00:00:01"),
    ("TZ=America/New_York 30 2 * * *", "2026-03-08T05:30", "2026-03-09T06:30"),  # skipped hour
    ("CRON_TZ=America/New_York 30 1 * * *", "2026-11-01T05:30", "2026-11-01T06:30"),  # twice
]


@pytest.mark.parametrize(("text", "after", "then"), NEXT)
def test_next(text: str, after: str, then: str) -> None:
    assert cron.parse(text).next(at(after)) == at(then)


def test_a_schedule_that_never_fires() -> None:
    assert cron.parse("0 0 30 2 *").next(at("2026-01-01")) is None


def test_previous_mirrors_next() -> None:
    schedule = cron.parse("30 */3 * * *", ZoneInfo("Europe/Berlin"))
    moments = list(cron.between(schedule, at("2026-03-28"), at("2026-03-30")))
    assert len(moments) > 10
    for earlier, later in zip(moments, moments[1:], strict=False):
        assert schedule.previous(later) == earlier


ERRORS = [
    ("", "empty spec string"),
    ("* * * *", "expected exactly 5 fields, found 4"),
    ("60 * * * *", "minute: end of range (60) above maximum (59): 60"),
    ("* * 0 * *", "day of month: beginning of range (0) below minimum (1): 0"),
    ("5-1 * * * *", "beyond end of range"),
    ("*/0 * * * *", "positive number"),
    ("x * * * *", "failed to parse int from 'x'"),
    ("* * * * 7", "day of week"),
    ("@sometimes", "unrecognized descriptor"),
    ("@every x", "failed to parse duration"),
    ("TZ=Nope/Zone * * * * *", "bad location Nope/Zone"),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        cron.parse(text)
    assert message in caught.value.expected


def test_calendars_take_five_fields_only() -> None:
    with pytest.raises(LanguageError, match="does not accept descriptors"):
        cron.parse("@daily", five_fields_only=True)
