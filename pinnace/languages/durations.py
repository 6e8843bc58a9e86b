"""Go durations: `1h30m`, `250ms`, `-1.5h`, read and written as Go's time package does.

Every `duration`, `interval`, `timeout` and back-off in Argo's YAML is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from pinnace.languages.errors import LanguageError

_UNITS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART = re.compile(r"(\d*)(?:\.(\d*))?([^\d.]*)", re.ASCII)
_LARGEST = 2**63 - 1


@dataclass(frozen=True, order=True)
class Duration:
    """A span of time in whole nanoseconds, as Go's time.Duration."""

    nanoseconds: int

    @property
    def seconds(self) -> float:
        """The span in seconds."""
        return self.nanoseconds / 10**9

    @property
    def timedelta(self) -> timedelta:
        """The span for arithmetic with datetimes (to the microsecond)."""
        return timedelta(microseconds=self.nanoseconds // 1000)

    def as_json(self) -> int:
        """Go marshals a time.Duration as its nanoseconds."""
        return self.nanoseconds

    def __str__(self) -> str:
        return format(self)


def parse(text: str) -> Duration:
    """time.ParseDuration; a LanguageError says which part is wrong."""
    sign, body, start = 1, text, 0
    if body[:1] in ("+", "-"):
        sign, body, start = (-1 if body[0] == "-" else 1), body[1:], 1
    if body == "0":
        return Duration(0)
    if not body:
        raise LanguageError("duration", text, start, f"invalid duration {text!r}: it is empty")
    total, place = 0, 0
    while place < len(body):
        amount, place = _component(text, body, place, start)
        total += amount
        if total > _LARGEST + 1:
            raise _too_long(text)
    if total > _LARGEST + (sign < 0):
        raise _too_long(text)
    return Duration(sign * total)


def _too_long(text: str) -> LanguageError:
    return LanguageError("duration", text, 0, f"invalid duration {text!r}: it is too long")


def _component(text: str, body: str, place: int, start: int) -> tuple[int, int]:
    """The nanoseconds of the number and unit at `place`, and where the next one begins."""
    found = _PART.match(body, place)
    whole, fraction, unit = found.groups() if found else ("", None, "")
    if found is None or not (whole or fraction):
        raise LanguageError("duration", text, start + place, f"invalid duration {text!r}")
    if not unit:
        raise LanguageError(
            "duration",
            text,
            start + found.end(),
            f"missing unit in duration {text!r}: write one of ns, us, ms, s, m, h after the number",
        )
    if unit not in _UNITS:
        raise LanguageError(
            "duration",
            text,
            start + found.start(3),
            f"unknown unit {unit!r} in duration {text!r}: use ns, us, ms, s, m or h",
        )
    exact = int(whole or "0") * _UNITS[unit] if len(whole or "") < 40 else 2**64
    if exact > _LARGEST + 1:
        raise _too_long(text)
    return exact + _part(fraction or "", _UNITS[unit]), found.end()


def _part(fraction: str, scale: int) -> int:
    """The nanoseconds after the point: in floating point, as Go computes them."""
    digits = 0
    for count, digit in enumerate(fraction):
        if digits > _LARGEST // 10 or digits * 10 + int(digit) > _LARGEST + 1:
            fraction = fraction[:count]  # what no longer fits is dropped
            break
        digits = digits * 10 + int(digit)
    power = 1.0
    for _ in fraction:
        power *= 10
    return int(float(digits) * (float(scale) / power)) if digits else 0


def in_units(duration: Duration, unit: int) -> float:
    """Duration.Hours and its kind: whole units and the rest are added as floats."""
    whole, rest = divmod(abs(duration.nanoseconds), unit)
    value = float(whole) + float(rest) / float(unit)
    return -value if duration.nanoseconds < 0 else value


def whole_units(duration: Duration, unit: int) -> int:
    """Duration.Milliseconds and its kind: cut towards zero."""
    whole = abs(duration.nanoseconds) // unit
    return -whole if duration.nanoseconds < 0 else whole


def magnitude(duration: Duration) -> Duration:
    """Duration.Abs: of the shortest one, the longest."""
    return Duration(min(abs(duration.nanoseconds), _LARGEST))


def rounded(duration: Duration, unit: Duration) -> Duration:
    """Duration.Round: to the nearest multiple of the unit, halves away from zero."""
    span, step = duration.nanoseconds, unit.nanoseconds
    if step <= 0:
        return duration
    rest = abs(span) % step
    result = abs(span) - rest if rest + rest < step else abs(span) + step - rest
    if span < 0:
        return Duration(max(-result, -_LARGEST - 1))
    return Duration(min(result, _LARGEST))


def truncated(duration: Duration, unit: Duration) -> Duration:
    """Duration.Truncate: towards zero, to a multiple of the unit."""
    if unit.nanoseconds <= 0:
        return duration
    rest = abs(duration.nanoseconds) % unit.nanoseconds
    return Duration(duration.nanoseconds + (rest if duration.nanoseconds < 0 else -rest))


def format(duration: Duration) -> str:
    """Duration.String(): `1h30m0s`, `1.5s`, `250ms`, `0s`."""
    left = abs(duration.nanoseconds)
    sign = "-" if duration.nanoseconds < 0 else ""
    if left == 0:
        return "0s"
    if left < 10**9:
        unit, scale = next(
            u for u in (("ns", 1), ("µs", 10**3), ("ms", 10**6)) if left < u[1] * 1000
        )
        return sign + _decimal(left, scale) + unit
    minutes, rest = divmod(left, _UNITS["m"])
    text = _decimal(rest, 10**9) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return sign + text


def _decimal(amount: int, scale: int) -> str:
    """amount / scale without trailing zeros."""
    whole, rest = divmod(amount, scale)
    digits = str(rest).rjust(len(str(scale)) - 1, "0").rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)
