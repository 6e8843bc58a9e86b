"""Putting the clauses of one filter kind together, under ``and`` or ``or``.

Upstream: pkg/sensors/dependencies/filter.go.
"""

from collections.abc import Sequence

from pinnace.sensors.verdicts import Check, FilterVerdict


def combined(kind: str, operator: str, checks: Sequence[Check]) -> FilterVerdict:
    """Return the verdict of a kind.

    ``and`` stops at the first clause that fails or errs, so an error in a later one doesn't count;
    ``or`` is satisfied by the first that passes, and gathers the errors when none does. All clauses
    are in the verdict, also those after the one that decided.
    """
    if operator == "or":
        passed, error = _any(kind, checks)
    else:
        passed, error = _all(kind, checks)
    return FilterVerdict(
        kind=kind, passed=passed, operator=operator or "and", error=error, checks=tuple(checks)
    )


def failed(kind: str, operator: str, error: str) -> FilterVerdict:
    """Return the verdict of a kind that could not look at the event at all."""
    message = f"{kind} filter error ({error})"
    return FilterVerdict(kind=kind, passed=False, operator=operator or "and", error=message)


def _all(kind: str, checks: Sequence[Check]) -> tuple[bool, str]:
    for check in checks:
        if check.error:
            return False, f"{kind} filter error ({check.error})"
        if not check.passed:
            return False, ""
    return True, ""


def _any(kind: str, checks: Sequence[Check]) -> tuple[bool, str]:
    if any(check.passed and not check.error for check in checks):
        return True, ""
    errors = [check.error for check in checks if check.error]
    return False, f"{kind} filter errors [{' / '.join(errors)}]" if errors else ""
