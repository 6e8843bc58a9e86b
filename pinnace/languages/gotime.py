"""Go's date layouts: `2006-01-02T15:04:05Z07:00` as a pattern to print and to parse dates with.

Used by sprig's `date`, expr's `date` and govaluate's reading of quoted strings. A layout is split
into pieces by :func:`_pieces`; two tables say how each piece prints and what it accepts.
Python's datetimes end at microseconds, so finer digits are cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from pinnace.languages.errors import LanguageError

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

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

_PIECE = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|2006|_2006|__2|_2|[12345]|PM|pm"
    r"|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07"
    r"|[.,]0+(?!\d)|[.,]9+(?!\d)"
)


def _pieces(layout: str) -> Iterator[tuple[str, str]]:
    """(literal text, directive) pairs; the last directive is empty."""
    place = 0
    for found in _PIECE.finditer(layout):
        start, directive = found.start(), found.group(0)
        if directive == "_2006":  # an underscore, then the year
            start, directive = start + 1, "2006"
        yield layout[place:start], directive
        place = found.end()
    yield layout[place:], ""


def _offset(moment: datetime, colon: str, seconds: bool, *, hours_only: bool = False) -> str:
    total = int((moment.utcoffset() or timedelta()).total_seconds())
    sign = "-" if total < 0 else "+"
    minutes, rest = divmod(abs(total), 60)
    text = f"{sign}{minutes // 60:02d}"
    if not hours_only:
        text += f"{colon}{minutes % 60:02d}"
    return text + (f"{colon}{rest:02d}" if seconds else "")


def zone_name(moment: datetime) -> str:
    """The abbreviation of the zone (`UTC`, `CET`), or its offset when it has none."""
    name = moment.tzname() or "UTC"
    return _offset(moment, "", False) if name.startswith("UTC") and name != "UTC" else name


_PRINT: dict[str, Callable[[datetime], str]] = {
    "January": lambda t: MONTHS[t.month - 1],
    "Jan": lambda t: MONTHS[t.month - 1][:3],
    "Monday": lambda t: DAYS[t.weekday()],
    "Mon": lambda t: DAYS[t.weekday()][:3],
    "MST": zone_name,
    "2006": lambda t: f"{t.year:04d}",
    "06": lambda t: f"{t.year % 100:02d}",
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
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return "".join(text + _print(aware, directive) for text, directive in _pieces(layout))


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
    colon = ":" if ":" in directive else ""
    return _offset(moment, colon, len(digits) == 7, hours_only=len(digits) == 3)


def _fraction(moment: datetime, directive: str) -> str:
    digits = f"{moment.microsecond:06d}000"[: len(directive) - 1]
    if directive[1] == "9":
        digits = digits.rstrip("0")
        return directive[0] + digits if digits else ""
    return directive[0] + digits


_ZONE_COLON, _ZONE_PLAIN, _ZONE_HOURS = r"[+-]\d\d:\d\d", r"[+-]\d{4}", r"[+-]\d\d"
_ACCEPT = {
    "January": "(?P<month_name>" + "|".join(MONTHS) + ")",
    "Jan": "(?P<month_short>" + "|".join(month[:3] for month in MONTHS) + ")",
    "Monday": "(?:" + "|".join(DAYS) + ")",
    "Mon": "(?:" + "|".join(day[:3] for day in DAYS) + ")",
    "MST": r"(?P<zone>[A-Z]{3,5}(?:[+-]\d{1,2})?|[+-]\d\d)",
    "2006": r"(?P<year>\d{4})",
    "06": r"(?P<short_year>\d\d)",
    "01": r"(?P<month>\d\d)",
    "1": r"(?P<month>\d\d?)",
    "02": r"(?P<day>\d\d)",
    "_2": r" *(?P<day>\d\d?)",
    "2": r"(?P<day>\d\d?)",
    "002": r"(?P<day_of_year>\d{3})",
    "__2": r" *(?P<day_of_year>\d{1,3})",
    "15": r"(?P<hour>\d\d)",
    "03": r"(?P<hour>\d\d)",
    "3": r"(?P<hour>\d\d?)",
    "04": r"(?P<minute>\d\d)",
    "4": r"(?P<minute>\d\d?)",
    "05": r"(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?",
    "5": r"(?P<second>\d\d?)(?:[.,](?P<fraction>\d+))?",
    "PM": "(?P<half>AM|PM)",
    "pm": "(?P<half>am|pm)",
    "-0700": f"(?P<offset>{_ZONE_PLAIN})",
    "-07:00": f"(?P<offset>{_ZONE_COLON})",
    "-07": f"(?P<offset>{_ZONE_HOURS})",
    "Z0700": f"(?P<offset>Z|{_ZONE_PLAIN})",
    "Z07:00": f"(?P<offset>Z|{_ZONE_COLON})",
    "Z07": f"(?P<offset>Z|{_ZONE_HOURS})",
}


@lru_cache(maxsize=128)
def _reader(layout: str) -> re.Pattern[str]:
    pattern, seconds_read = "", False
    for text, directive in _pieces(layout):
        pattern += re.escape(text)
        if directive[:1] in (".", ",") and directive:
            # the seconds before it already accept a fraction; alone it must be there
            pattern += "" if seconds_read else rf"[.,](?P<fraction>\d{{{len(directive) - 1}}})"
        elif directive:
            accepted = _ACCEPT.get(directive, r"(?P<offset>[+-][\d:]+)")
            # of a part that stands twice in the layout the first counts
            name = accepted[accepted.find("(?P<") : accepted.find(">") + 1]
            pattern += accepted.replace(name, "(?:") if name and name in pattern else accepted
        seconds_read = directive in ("05", "5")
    return re.compile(pattern, re.ASCII)


def parse(layout: str, text: str, zone: tzinfo = UTC) -> datetime:
    """time.ParseInLocation(layout, text, zone); what the layout doesn't name is year 1, day 1."""
    found = _reader(layout).fullmatch(text)
    if found is None:
        raise LanguageError("date", text, 0, f"cannot parse {text!r} as {layout!r}")
    try:
        return _assemble(found.groupdict(), zone)
    except ValueError as problem:
        raise LanguageError("date", text, 0, f"cannot parse {text!r}: {problem}") from problem


def _assemble(parts: dict[str, str | None], zone: tzinfo) -> datetime:
    date = datetime(
        _year(parts),
        _month(parts),
        int(parts.get("day") or 1),
        _hour(parts),
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        int((parts.get("fraction") or "0")[:6].ljust(6, "0")),
        tzinfo=_zone(parts, zone),
    )
    ordinal = parts.get("day_of_year")
    return date.replace(month=1, day=1) + timedelta(days=int(ordinal) - 1) if ordinal else date


def _year(parts: dict[str, str | None]) -> int:
    short = parts.get("short_year")
    if short:
        return int(short) + (1900 if int(short) >= 69 else 2000)
    return int(parts.get("year") or 1) or 1


def _month(parts: dict[str, str | None]) -> int:
    named = parts.get("month_name") or parts.get("month_short")
    if named:
        return [month[:3] for month in MONTHS].index(named[:3]) + 1
    return int(parts.get("month") or 1)


def _hour(parts: dict[str, str | None]) -> int:
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").lower()
    if half and hour > 12:
        raise ValueError("hour out of range")
    return hour % 12 + (12 if half == "pm" else 0) if half else hour


def _zone(parts: dict[str, str | None], default: tzinfo) -> tzinfo:
    offset, name = parts.get("offset"), parts.get("zone")
    if offset:
        return _fixed(offset, name)
    if name is None:
        return default
    # Go keeps an abbreviation it doesn't know as a fictitious zone with offset zero
    return UTC if name in ("UTC", "GMT") else timezone(timedelta(0), name)


def _fixed(offset: str, name: str | None) -> tzinfo:
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "").ljust(6, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6]))
    span = -span if offset[0] == "-" else span
    if not span:
        return UTC
    return timezone(span, name) if name and name.isalpha() else timezone(span)


def go_string(moment: datetime) -> str:
    """Time.String(): how `%v` prints a date."""
    return format(moment, STRING)


def add_date(moment: datetime, years: int, months: int, days: int) -> datetime:
    """Time.AddDate: a day that the month hasn't flows into the next one."""
    total = (moment.year + years) * 12 + moment.month - 1 + months
    first = moment.replace(year=total // 12, month=total % 12 + 1, day=1)
    return first + timedelta(days=moment.day - 1 + days)


def truncate(moment: datetime, span: timedelta) -> datetime:
    """Time.Truncate: down to a multiple of the span since year 1."""
    if span <= timedelta(0):
        return moment
    return moment - (moment - datetime(1, 1, 1, tzinfo=UTC)) % span
