"""Cron schedules: the next three times, around changes of the clock."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pinnace.languages import cron
from tests.oracle.documents import grown

_ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kolkata",
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo", "America/Havana", "Asia/Beirut",
    "Asia/Kathmandu", "Europe/Dublin", "America/St_Johns", "Atlantic/Azores", "Pacific/Chatham",
    "Africa/Casablanca", "Asia/Tehran", "America/Santiago", "Antarctica/Troll",
)  # fmt: skip
_MOMENTS = (  # near a gap or a fold of some of these zones
    "2026-03-29T00:30", "2026-10-25T00:10", "2026-03-08T06:00", "2026-11-01T05:30",
    "2018-11-04T02:00", "2018-02-17T23:30", "2026-04-04T14:30", "2026-10-03T15:00",
    "2026-04-23T21:30", "2026-10-29T21:00", "2024-02-28T23:59",
    "2026-03-28T21:30", "2026-12-31T23:58", "2026-03-21T20:00", "2026-09-06T03:30",
)  # fmt: skip
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_NAMES = (
    (), (), (),
    ("jan", "Feb", "MAR", "oct", "nov", "dec"), ("sun", "Mon", "TUE", "fri", "sat"),
)  # fmt: skip
_DESCRIPTORS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
                "@every 1h30m", "@every 90s", "@every 0.5s", "@every 1500ms", "@every -1h",
                "@every 24h", "@every 100000h")  # fmt: skip
_WRONG = ("@Daily", "@every", "@every  1h", "@every x", "@reboot", "@daily ", " @daily", "", " ")
_WRONG_PARTS = (
    "60",
    "x",
    "-1",
    "1-2-3",
    "*/0",
    "1/2/3",
    "7",
    "5-1",
    "*/",
    "/5",
    "-",
    "1-",
    "*/x",
    "mon-",
    "jan",
    "1.5",
    "*/-1",
    "**",
    ",",
    "L",
    "5-3",
    "99999999999999999999",
)


def _value(dice: Random, index: int) -> str:
    if _NAMES[index] and dice.random() < 0.3:
        return dice.choice(_NAMES[index])
    low, high = _BOUNDS[index]
    text = str(dice.choice((low, high, dice.randint(low, high), dice.randint(low, high))))
    return dice.choice(("", "", "", "", "", "", "", "0", "+")) + text


def _part(dice: Random, index: int) -> str:
    kind = dice.randrange(12)
    step = f"/{dice.choice((1, 2, 3, 5, 7, 15, 20, 40))}" if dice.random() < 0.3 else ""
    if kind < 5:
        return f"{dice.choice(('*', '*', '*', '?'))}{step}"
    if kind == 5:
        low, high = _BOUNDS[index]
        first = dice.randint(low, high)
        return f"{first}-{dice.randint(first, high)}{step}"
    if kind == 6 and dice.random() < 0.2:
        return dice.choice(_WRONG_PARTS)
    return f"{_value(dice, index)}{step}"


def _field(dice: Random, index: int) -> str:
    count = dice.choice((1, 1, 1, 1, 2, 3))
    return ",".join(_part(dice, index) for _ in range(count))


def _spec(dice: Random) -> str:
    kind = dice.random()
    if kind < 0.06:
        return dice.choice(_DESCRIPTORS)
    if kind < 0.07:
        return dice.choice(_WRONG)
    count = 5 if dice.random() < 0.98 else dice.choice((4, 6, 1))
    fields = [_field(dice, min(index, 4)) for index in range(count)]
    return dice.choice((" ", " ", " ", "  ", "\t")).join(fields)


def _prefix(dice: Random) -> str:
    name = dice.choice((*_ZONES, *_ZONES, "", "Local", "Mars/City", "Europe", "../etc"))
    return f"{dice.choice(('TZ', 'CRON_TZ'))}={name}{dice.choice((' ', '  '))}"


def _case(dice: Random) -> dict[str, Any]:
    moment = datetime.fromisoformat(dice.choice(_MOMENTS)).replace(tzinfo=UTC)
    moment += timedelta(minutes=dice.randint(-600, 600), seconds=dice.choice((0, 0, 1, 30, 59)))
    if dice.random() < 0.2:
        moment += timedelta(days=dice.randint(-3000, 3000), microseconds=dice.randrange(10**6))
    return {
        "spec": (_prefix(dice) if dice.random() < 0.2 else "") + _spec(dice),
        "zone": dice.choice(_ZONES),
        "start": moment.isoformat().replace("+00:00", "Z"),
        "five_fields_only": dice.random() < 0.2,
    }


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return schedules with a moment to start from and its time zone."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return the next three times."""
    zone = ZoneInfo(case["zone"])
    schedule = cron.parse(case["spec"], zone, five_fields_only=case["five_fields_only"])
    moment: datetime | None = datetime.fromisoformat(case["start"])
    found: list[datetime | None] = []
    while moment is not None and len(found) < 3:
        moment = schedule.next(moment)
        found.append(moment and moment.astimezone(UTC))
    return found
