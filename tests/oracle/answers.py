"""Both sides' answers to a case in one form: {"value": <typed>} or {"error": …}."""

import json
import re
from typing import Any

from pinnace.languages.errors import LanguageError
from tests.oracle.languages import LANGUAGES
from tests.oracle.typed import typed


def ours(language: str, case: dict[str, Any]) -> dict[str, Any]:
    """Return Pinnace's answer."""
    try:
        return {"value": typed(LANGUAGES[language].answer(case))}
    except LanguageError as error:
        return {"error": str(error)}


def agree(theirs: dict[str, Any], mine: dict[str, Any]) -> bool:
    """Tell whether both refuse, or both give the same value of the same type."""
    if "error" in theirs or "error" in mine:
        return "error" in theirs and "error" in mine
    if theirs["value"] == mine["value"]:
        return True
    told = [_FUNCTION.sub("a function", json.dumps(answer)) for answer in (theirs, mine)]
    return told[0] == told[1]


_FUNCTION = re.compile(r'{"other": "func[^"]*", "text": "[^"]*"}')
"""A function as a value: Go tells its type and where it is in memory."""
