"""The table of languages: for each how cases are made and what Pinnace answers to one.

A language is a module of this package with:

- ``cases()``: a hypothesis strategy of cases, each a JSON object that the Go side reads too;
- ``answer(case)``: what Pinnace gives, as plain values; raises LanguageError where it refuses.
"""

from collections.abc import Mapping
from types import ModuleType

from tests.oracle.languages import (
    cron,
    durations,
    expr,
    fields,
    gjson,
    goessner,
    gotemplate,
    gotime,
    kubectlpath,
    labels,
    printf,
    quantities,
    regexp,
    strconv,
    strftime,
)

LANGUAGES: Mapping[str, ModuleType] = {
    "expr": expr,
    "gjson": gjson,
    "gotemplate": gotemplate,
    "durations": durations,
    "gotime": gotime,
    "printf": printf,
    "regexp": regexp,
    "strconv": strconv,
    "strftime": strftime,
    "kubectlpath": kubectlpath,
    "goessner": goessner,
    "cron": cron,
    "labels": labels,
    "fields": fields,
    "quantities": quantities,
}
