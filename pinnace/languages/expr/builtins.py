"""expr's functions by name: tables (mirrors builtin/builtin.go and lib.go).

They raise ValueError and `machine` adds the place. How many arguments each takes is the checker's
business (`signatures`). Closures (`map`, `filter`, …) are in `closures`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages import gomoments, goquote
from pinnace.languages.expr import conversions, dates, decoding, sorting
from pinnace.languages.expr.arrays import ARRAYS, NEW_ARRAYS, OLD_ARRAYS
from pinnace.languages.expr.numbers import NUMBERS, OLD_NUMBERS
from pinnace.languages.expr.texts import TEXTS
from pinnace.languages.govalues import text

_SHARED: dict[str, Callable[..., Any]] = {
    **TEXTS,
    **ARRAYS,
    "type": conversions.type_of,
    "float": conversions.to_float,
    "string": text,
    "toJSON": lambda value: goquote.json_text(value, indent="  "),
    "fromJSON": decoding.from_json,
    "date": dates.date,
    "duration": dates.duration,
    "timezone": dates.timezone,
}
VALUES: dict[str, Callable[..., Any]] = {
    **NUMBERS,
    **_SHARED,
    **NEW_ARRAYS,
    "len": conversions.length,
    "int": conversions.to_int,
    "sort": sorting.sort,
}
OLD_VALUES: dict[str, Callable[..., Any]] = {
    **OLD_NUMBERS,
    **_SHARED,
    **OLD_ARRAYS,
    "len": conversions.old_length,
    "int": conversions.old_to_int,
    "sort": lambda value, order="asc": sorting.old_sort(value, "", order),
    "sortBy": sorting.old_sort,
}
"""Those of 1.15."""
CHARGED = frozenset({"repeat", "reverse", "concat", "flatten", "sort"})
"""Those of 1.17 whose results count against the memory budget."""
AMBIENT: dict[str, Callable[..., Any]] = {
    "now": lambda ambient, zone=None: (
        ambient.now() if zone is None else gomoments.in_zone(ambient.now(), zone)
    ),
}
"""Those that depend on when and where they are called."""
