"""Data filters: a gjson path compared with a list of values, one of which must match.

The quirks are upstream's (dependencies/filter.go:filterData): a boolean ignores the comparator,
numbers and booleans are coerced from text, a string is an unanchored RE2 search, ``!=`` over
several values passes when any of them differs, ``<`` and the like never match a string.
"""

import operator as operators
from collections.abc import Callable, Sequence

from pinnace.bus import Event
from pinnace.languages import gjson, gonumbers, goquote, goregex
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.sensors.filters.outcome import combined, failed
from pinnace.sensors.payloads import document, is_json, render_text
from pinnace.sensors.spec import DataFilter
from pinnace.sensors.verdicts import Check, FilterVerdict

_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    ">=": operators.ge, ">": operators.gt, "=": operators.eq, "": operators.eq,
    "!=": operators.ne, "<": operators.lt, "<=": operators.le,
}  # fmt: skip


def filter_data(
    filters: Sequence[DataFilter], operator: str, event: Event, ambient: Ambient = STILL
) -> FilterVerdict:
    """Evaluate every filter; without data all pass."""
    if not filters or not event.data:
        return combined("data", "and", [])
    if not is_json(event.data):
        return failed("data", operator, "event data not valid JSON")
    payload = document(event.data)
    return combined("data", operator, [_check(entry, payload, ambient) for entry in filters])


def _check(entry: DataFilter, payload: gjson.Document, ambient: Ambient) -> Check:
    what = f"{entry.path} ({entry.type})"
    wanted = f"{entry.comparator or '='} {' or '.join(map(repr, entry.values))}"
    found = payload.get(entry.path)
    if not found.exists:
        error = f"path '{entry.path}' does not exist"
        return Check(what=what, wanted=wanted, passed=False, error=error)
    try:
        if entry.template:
            text = render_text(entry.template, found.string(), ambient)
            found = gjson.parse(goquote.quote(text))
        passed = _matches(entry, found)
    except (Invalid, LanguageError) as error:
        return Check(what=what, wanted=wanted, found=_shown(found), passed=False, error=str(error))
    return Check(what=what, wanted=wanted, found=_shown(found), passed=passed)


def _shown(found: gjson.Result) -> object:
    return found.value() if found.kind in ("true", "false", "number") else found.string()


def _matches(entry: DataFilter, found: gjson.Result) -> bool:
    match entry.type:
        case "bool":
            return any(_boolean(value) == found.bool() for value in entry.values)
        case "number":
            compare, actual = _NUMBERS[entry.comparator], found.float()
            return any(compare(actual, _number(value)) for value in entry.values)
        case "string":
            return any(_text(entry.comparator, value, found.string()) for value in entry.values)
        case other:
            raise Invalid(f"unsupported JSON type '{other}'")


def _boolean(value: str) -> bool:
    parsed = gonumbers.parse_bool(value)
    if parsed is None:
        raise Invalid(f'strconv.ParseBool: parsing "{value}": invalid syntax')
    return parsed


def _number(value: str) -> float:
    parsed = gonumbers.parse_float(value)
    if parsed is None:
        raise Invalid(f'strconv.ParseFloat: parsing "{value}": invalid syntax')
    return parsed


def _text(comparator: str, pattern: str, actual: str) -> bool:
    match = goregex.search(pattern, actual)
    if comparator in ("", "="):
        return match
    return comparator == "!=" and not match
