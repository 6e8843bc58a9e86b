"""The filters of a dependency: one module per kind, put together here.

Upstream: pkg/sensors/dependencies/filter.go. All kinds are evaluated. Under ``and`` the first error
(in the order exprs, data, time, script) fails the whole; under ``or`` only the kinds that are given
count and errors are collected beside the result, except that a script's error always fails.
"""

from pinnace.bus import Event
from pinnace.languages.ambient import STILL, Ambient
from pinnace.sensors.filters.context import filter_context
from pinnace.sensors.filters.data import filter_data
from pinnace.sensors.filters.exprs import filter_exprs
from pinnace.sensors.filters.script import filter_script
from pinnace.sensors.filters.time import filter_time
from pinnace.sensors.spec import Filters
from pinnace.sensors.verdicts import FilterVerdict


def filter_event(
    filters: Filters | None, operator: str, event: Event, ambient: Ambient = STILL
) -> tuple[bool, tuple[FilterVerdict, ...], str]:
    """Return whether the event passes, the verdict of each given kind, and the errors."""
    if filters is None:
        return True, (), ""
    verdicts = tuple(_verdicts(filters, event, ambient))
    if operator == "or":
        return _either(verdicts)
    error = next((verdict.error for verdict in verdicts if verdict.error), "")
    return not error and all(verdict.passed for verdict in verdicts), verdicts, error


def _either(
    verdicts: tuple[FilterVerdict, ...],
) -> tuple[bool, tuple[FilterVerdict, ...], str]:
    script = next((v.error for v in verdicts if v.kind == "script" and v.error), "")
    if script:
        return False, verdicts, script
    errors = " / ".join(verdict.error for verdict in verdicts if verdict.error)
    return any(verdict.passed for verdict in verdicts), verdicts, errors


def _verdicts(filters: Filters, event: Event, ambient: Ambient) -> list[FilterVerdict]:
    found = []
    if filters.exprs is not None:
        found.append(filter_exprs(filters.exprs, filters.expr_operator, event))
    if filters.data is not None:
        found.append(filter_data(filters.data, filters.data_operator, event, ambient))
    if filters.context is not None:
        found.append(filter_context(filters.context, event))
    if filters.time is not None:
        found.append(filter_time(filters.time, event))
    if filters.script:
        found.append(filter_script(filters.script, event))
    return found


__all__ = ["filter_event"]
