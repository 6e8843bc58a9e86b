"""Times as Argo writes them: whole seconds or Go durations, and back to words.

Mirrors ``ParseStringToDuration`` of workflow_types.go and argo's ``humanize.Duration``.
"""

import re
from datetime import UTC, datetime, timedelta

from pinnace.objects.clock import parse_rfc3339
from pinnace.workflows.problems import Problem

_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0,
}  # fmt: skip
_LONGEST = timedelta(days=36500)


def parse_duration(value: object) -> timedelta:
    """Read ``20`` (seconds) or ``1h30m``; raises Problem when it is neither."""
    text = str(value).strip()
    if re.fullmatch(r"-?\d+", text):
        return timedelta(seconds=int(text))
    sign = -1 if text.startswith("-") else 1
    body = text.lstrip("+-")
    parts = _PART.findall(body)
    if not parts or "".join(number + unit for number, unit in parts) != body:
        raise Problem(f"unable to parse {text} as a duration: expected seconds or e.g. 1h30m")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return sign * min(timedelta(seconds=seconds), _LONGEST)


def humanize(duration: timedelta) -> str:
    """Write a duration in its two largest units: ``2 minutes 0 seconds``."""
    total = int(duration.total_seconds())
    units = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    start = next((i for i, (_, size) in enumerate(units) if total >= size), len(units) - 1)
    words = []
    for name, size in units[start : start + 2]:
        count, total = divmod(total, size)
        words.append(f"{count} {name}" + ("" if count == 1 else "s"))
    return " ".join(words)


def instant(text: object) -> datetime | None:
    """Read a status time; None when it is not set."""
    return parse_rfc3339(str(text)) if text else None


def go_seconds(seconds: float) -> str:
    """Write seconds as Go's ``fmt.Sprint`` of a float64 does: ``3`` and not ``3.0``."""
    return str(int(seconds)) if seconds == int(seconds) else repr(seconds)


def go_time(moment: datetime) -> str:
    """Write a time as Go's ``%s`` of a time.Time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S +0000 UTC")
