"""The methods that templates reach: those of dates, durations, months, weekdays and versions."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from pinnace.languages import gomethods
from pinnace.languages.durations import Duration
from pinnace.languages.gofunctions import GoFunction, signature
from pinnace.languages.gomethods import Methods
from pinnace.languages.gotypes import Named
from pinnace.languages.sprig.semver import METHODS as VERSION_METHODS
from pinnace.languages.sprig.semver import Version

_TABLES: tuple[tuple[type, Methods], ...] = (
    (datetime, gomethods.TIME),
    (Duration, gomethods.DURATION),
    (Named, gomethods.NAMED),
    (tzinfo, gomethods.LOCATION),
    (Version, VERSION_METHODS),
)


def method(receiver: Any, name: str) -> GoFunction | None:
    """The method of that name, bound to the receiver; None if templates can't call one."""
    for kind, table in _TABLES:
        if isinstance(receiver, kind) and name in table:
            types, apply = table[name]
            several = "," in types.rpartition(") ")[2]
            return None if several else GoFunction(name, signature(types), partial(apply, receiver))
    return None
