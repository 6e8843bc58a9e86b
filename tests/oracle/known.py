"""Disagreements with Go that are known and kept; docs/differences.md gives each its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Known:
    """A class of cases of one language whose answers may differ."""

    language: str
    reason: str
    covers: Callable[[dict[str, Any], Any, Any], bool]
    """Tells of (case, Go's answer, ours), both as answer objects, whether this is it."""


def _is_offset_of_a_day(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    return "less than 24 hours" in ours.get("error", "")


KNOWN: tuple[Known, ...] = (
    Known("gotime", "Python knows no zone 24 hours or more from UTC", _is_offset_of_a_day),
)


def is_known(language: str, case: dict[str, Any], theirs: Any, ours: Any) -> Known | None:
    """Return the known difference that explains this one, if any does."""
    for known in KNOWN:
        if known.language == language and known.covers(case, theirs, ours):
            return known
    return None
