"""Expression filters: govaluate over fields of the data (dependencies/filter.go:filterExpr).

Only the boolean ``true`` passes.
"""

from collections.abc import Sequence
from typing import Any

from pinnace.bus import Event
from pinnace.languages import gjson, govaluate
from pinnace.languages.errors import LanguageError
from pinnace.sensors.filters.outcome import combined, failed
from pinnace.sensors.payloads import document, is_json
from pinnace.sensors.spec import ExprFilter
from pinnace.sensors.verdicts import Check, FilterVerdict


def filter_exprs(filters: Sequence[ExprFilter], operator: str, event: Event) -> FilterVerdict:
    """Evaluate every expression; without data all pass."""
    if not filters or not event.data:
        return combined("expr", "and", [])
    if not is_json(event.data):
        return failed("expr", operator, "event data not valid JSON")
    payload = document(event.data)
    return combined("expr", operator, [_check(entry, payload) for entry in filters])


def _check(entry: ExprFilter, payload: gjson.Document) -> Check:
    values: dict[str, Any] = {}
    for name, path in entry.fields:
        found = payload.get(path)
        if not found.exists:
            error = f"path '{path}' does not exist"
            return Check(what=entry.expr, wanted=True, found=values, passed=False, error=error)
        values[name] = found.value()
    try:
        result = govaluate.compile(entry.expr).evaluate(values)
    except LanguageError as error:
        return Check(what=entry.expr, wanted=True, found=values, passed=False, error=str(error))
    return Check(what=entry.expr, wanted=True, found=values, passed=result is True)
