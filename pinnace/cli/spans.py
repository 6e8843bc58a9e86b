"""Options that are spans of time, as Go and people write them: 10m, 1h30m, 2d."""

import re
from collections.abc import Callable
from typing import Any

import click

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


def seconds(text: str) -> float:
    """Return the seconds of a span; raises ValueError."""
    if text.isdigit():
        return float(text)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"expected a span of time such as 90s, 10m, 1h30m or 2d, found {text!r}")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def seconds_option(*names: str, **more: Any) -> Callable[..., Any]:
    """Return an option whose value is a number of seconds, or None."""

    def convert(ctx: click.Context, param: click.Parameter, text: str | None) -> float | None:
        if text is None:
            return None
        try:
            return seconds(text)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return click.option(*names, callback=convert, metavar="SPAN", **more)
