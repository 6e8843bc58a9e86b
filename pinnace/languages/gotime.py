"""Go's dates: `2006-01-02T15:04:05Z07:00` as a pattern to print (here) and to parse dates with.

Used by sprig's `date`, expr's `date` and govaluate's reading of quoted strings. `golayouts` splits
a layout into pieces, `gotimeparse` reads by them, `gomoments` holds what datetime can't.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from pinnace.languages import gomoments, gozones
from pinnace.languages.golayouts import DAYS, MONTHS, pieces
from pinnace.languages.gotimeparse import parse

__all__ = ["DAYS", "MONTHS", "add_date", "format", "go_string", "go_syntax", "parse"]

ANSIC = "Mon Jan _2 15:04:05 2006"
UNIX_DATE = "Mon Jan _2 15:04:05 MST 2006"
RUBY_DATE = "Mon Jan 02 15:04:05 -0700 2006"
RFC822 = "02 Jan 06 15:04 MST"
RFC850 = "Monday, 02-Jan-06 15:04:05 MST"
RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST"
RFC3339 = "2006-01-02T15:04:05Z07:00"
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
KITCHEN = "3:04PM"
STRING = "2006-01-02 15:04:05.999999999 -0700 MST"


def _offset(moment: datetime, colon: str, parts: int) -> str:
    """`+01`, `+0100`, `+01:00:00`: one to three parts."""
    total = gomoments.offset(moment)
    minutes = abs(total) // 60
    # Go takes the sign of whole minutes: 30 seconds west of UTC print as +00
    sign = "-" if total <= -60 else "+"
    seconds = abs(total) % 60 if sign == "-" or total >= 0 else total
    texts = [f"{minutes // 60:02d}", f"{minutes % 60:02d}", f"{seconds:02d}"]
    return sign + colon.join(texts[:parts])


def zone_name(moment: datetime) -> str:
    """The abbreviation of the zone (`UTC`, `CET`), or its offset when it has none."""
    return gozones.name(moment) or _offset(moment, "", 2)


def _year(moment: datetime) -> str:
    year = gomoments.year(moment)
    return f"{'-' if year < 0 else ''}{abs(year):04d}"


_PRINT: dict[str, Callable[[datetime], str]] = {
    "January": lambda t: MONTHS[t.month - 1],
    "Jan": lambda t: MONTHS[t.month - 1][:3],
    "Monday": lambda t: DAYS[t.weekday()],
    "Mon": lambda t: DAYS[t.weekday()][:3],
    "MST": zone_name,
    "2006": _year,
    "06": lambda t: f"{abs(gomoments.year(t)) % 100:02d}",
    "01": lambda t: f"{t.month:02d}",
    "1": lambda t: str(t.month),
    "02": lambda t: f"{t.day:02d}",
    "_2": lambda t: f"{t.day:2d}",
    "2": lambda t: str(t.day),
    "002": lambda t: f"{t.timetuple().tm_yday:03d}",
    "__2": lambda t: f"{t.timetuple().tm_yday:3d}",
    "15": lambda t: f"{t.hour:02d}",
    "03": lambda t: f"{(t.hour + 11) % 12 + 1:02d}",
    "3": lambda t: str((t.hour + 11) % 12 + 1),
    "04": lambda t: f"{t.minute:02d}",
    "4": lambda t: str(t.minute),
    "05": lambda t: f"{t.second:02d}",
    "5": lambda t: str(t.second),
    "PM": lambda t: "PM" if t.hour >= 12 else "AM",
    "pm": lambda t: "pm" if t.hour >= 12 else "am",
}


def format(moment: datetime, layout: str) -> str:
    """Time.Format(layout); a naive datetime is taken for UTC."""
    aware = gomoments.aware(moment)
    return "".join(text + _print(aware, directive) for text, directive in pieces(layout))


def _print(moment: datetime, directive: str) -> str:
    if not directive:
        return ""
    if directive in _PRINT:
        return _PRINT[directive](moment)
    if directive[0] in ".,":
        return _fraction(moment, directive)
    if directive[0] == "Z" and not moment.utcoffset():
        return "Z"
    digits = directive.replace(":", "")
    return _offset(moment, ":" if ":" in directive else "", len(digits) // 2)


def _fraction(moment: datetime, directive: str) -> str:
    digits = f"{gomoments.nanosecond(moment):09d}"[: len(directive) - 1]
    if directive[1] == "9":
        digits = digits.rstrip("0")
        return directive[0] + digits if digits else ""
    return directive[0] + digits


def go_string(moment: datetime) -> str:
    """Time.String(): how `%v` prints a date."""
    return format(moment, STRING)


def go_syntax(moment: datetime) -> str:
    """Time.GoString(): how `%#v` prints a date."""
    aware = gomoments.aware(moment)
    zone = gozones.location(aware.tzinfo or UTC)
    place = "time.UTC" if zone == "UTC" else f'time.Location("{zone}")'
    place = "time.Local" if aware.tzinfo is gozones.LOCAL else place
    parts = (
        gomoments.year(aware), f"time.{MONTHS[aware.month - 1]}", aware.day, aware.hour,
        aware.minute, aware.second, gomoments.nanosecond(aware), place,
    )  # fmt: skip
    return f"time.Date({', '.join(map(str, parts))})"


def add_date(moment: datetime, years: int, months: int, days: int) -> datetime:
    """Time.AddDate: a day that the month hasn't flows into the next one."""
    aware = gomoments.aware(moment)
    total = (gomoments.year(aware) + years) * 12 + aware.month - 1 + months
    first = gomoments.civil((total // 12, total % 12 + 1, 1), (0, 0, 0), 0, UTC)
    day = gomoments.add(first, (aware.day - 1 + days) * 86_400 * 10**9)
    zone: tzinfo = aware.tzinfo or UTC
    clock = (aware.hour, aware.minute, aware.second)
    date = (gomoments.year(day), day.month, day.day)
    return gomoments.civil(date, clock, gomoments.nanosecond(aware), zone)
