"""The table of languages: for each how cases are made and what Pinnace answers to one.

A language is a module of this package with:

- ``cases()``: a hypothesis strategy of cases, each a JSON object that the Go side reads too;
- ``answer(case)``: what Pinnace gives, as plain values; raises LanguageError where it refuses.
"""

from collections.abc import Mapping
from types import ModuleType

from tests.oracle.languages import (
    durations,
    expr,
    expr_events,
    gjson,
    gotime,
    printf,
    regexp,
    strconv,
    strftime,
)

LANGUAGES: Mapping[str, ModuleType] = {
    "expr": expr,
    "expr-events": expr_events,
    "gjson": gjson,
    "durations": durations,
    "gotime": gotime,
    "printf": printf,
    "regexp": regexp,
    "strconv": strconv,
    "strftime": strftime,
}
