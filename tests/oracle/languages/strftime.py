"""strftime patterns, as `workflow.creationTimestamp.<X>` uses them."""

import random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import strftime
from tests.oracle import rolled
from tests.oracle.languages.gotime import moment, read

_PIECES = [*(f"%{character}" for character in strftime.CHARACTERS), "%%", "%q", "%", "%é", "-", ":",
           " ", "T", "Jan", "2006", "x", "%j", "%s"]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return patterns with moments."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    return {"format": rolled.some(dice, _PIECES), "at": moment(dice)}


def answer(case: dict[str, Any]) -> Any:
    """Return the text."""
    return strftime.strftime(read(case["at"]), case["format"])
