"""`workflow.creationTimestamp.<X>`: one character, one part of a date.

Mirrors the strftime table of argo-workflows' util/strftime: the letters that
`github.com/argoproj/pkg/strftime` knows, without the percent sign.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pinnace.languages import gotime

_DIRECTIVE = re.compile("%(.)", re.DOTALL)
_LAYOUTS = {
    "B": "January",
    "b": "Jan",
    "m": "01",
    "A": "Monday",
    "a": "Mon",
    "d": "02",
    "H": "15",
    "I": "03",
    "M": "04",
    "S": "05",
    "Y": "2006",
    "y": "06",
    "p": "PM",
    "Z": "MST",
    "z": "-0700",
    "L": ".000",
}

CHARACTERS = tuple(_LAYOUTS)
"""Every X that `creationTimestamp.X` knows."""


def format(moment: datetime, character: str) -> str:
    """The part of the moment that the character names; KeyError for an unknown character."""
    return gotime.format(moment.astimezone(UTC), _LAYOUTS[character])


def variables(moment: datetime, prefix: str) -> dict[str, str]:
    """`prefix`, `prefix.<X>` for every X, `prefix.s` and `prefix.RFC3339`."""
    utc = moment.astimezone(UTC)
    named = {f"{prefix}.{character}": format(utc, character) for character in CHARACTERS}
    named[prefix] = gotime.format(utc, gotime.RFC3339)
    named[f"{prefix}.s"] = str(int(utc.timestamp()))
    named[f"{prefix}.RFC3339"] = gotime.format(utc, gotime.RFC3339)
    return named


def strftime(moment: datetime, pattern: str) -> str:
    """strftime.Format: `%Y-%m-%d` and the like; what isn't known stays as it is."""
    return _DIRECTIVE.sub(lambda found: _directive(moment, found.group(1)), pattern)


def _directive(moment: datetime, character: str) -> str:
    if character == "%":
        return "%"
    layout = _LAYOUTS.get(character)
    return f"%{character}" if layout is None else gotime.format(moment, layout)
