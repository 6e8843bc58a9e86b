"""The table of languages: for each how cases are made and what Pinnace answers to one.

A language is a module of this package with:

- ``cases()``: a hypothesis strategy of cases, each a JSON object that the Go side reads too;
- ``CASES``, when not 20,000 are compared;
- ``answer(case)``: what Pinnace gives, as plain values; raises LanguageError where it refuses.
"""

from collections.abc import Mapping
from types import ModuleType

from tests.oracle.languages import (
    cron,
    depends,
    durations,
    expr,
    expr_events,
    fields,
    gjson,
    goessner,
    gotemplate,
    gotime,
    govaluate,
    jq,
    kubectlpath,
    labels,
    lua,
    printf,
    quantities,
    regexp,
    sensors,
    sjson,
    strconv,
    strftime,
    tags,
)

LANGUAGES: Mapping[str, ModuleType] = {
    "expr": expr,
    "expr-events": expr_events,
    "gjson": gjson,
    "gotemplate": gotemplate,
    "durations": durations,
    "gotime": gotime,
    "printf": printf,
    "regexp": regexp,
    "strconv": strconv,
    "strftime": strftime,
    "cron": cron,
    "fields": fields,
    "goessner": goessner,
    "govaluate": govaluate,
    "kubectlpath": kubectlpath,
    "labels": labels,
    "quantities": quantities,
    "sensors": sensors,
    "sjson": sjson,
    "tags": tags,
    "depends": depends,
    "jq": jq,
    "lua": lua,
}
