"""Script filter: Lua over the data; only a final boolean ``true`` passes.

Upstream gives the script Lua's whole library (dependencies/filter.go:filterScript); here it runs
without ``os``, ``io`` and ``require`` and within limits of time and memory (docs/differences.md).
"""

from pinnace.bus import Event
from pinnace.languages import luascript
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.sensors.payloads import data_object
from pinnace.sensors.verdicts import Check, FilterVerdict


def filter_script(script: str, event: Event) -> FilterVerdict:
    """Run the script; without data it passes."""
    if not event.data:
        return FilterVerdict(kind="script", passed=True)
    lines = script.strip().splitlines()
    what = lines[-1].strip() if lines else ""
    try:
        passed = luascript.accepts(script, data_object(event))
    except (LanguageError, Invalid) as error:
        check = Check(what=what, wanted=True, passed=False, error=str(error))
        return FilterVerdict(kind="script", passed=False, error=str(error), checks=(check,))
    check = Check(what=what, wanted=True, found=passed, passed=passed)
    return FilterVerdict(kind="script", passed=passed, checks=(check,))
