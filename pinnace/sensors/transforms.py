"""``transform``: jq or Lua reshapes the data before the filters (dependencies/transform.go).

jq wins over Lua. The input must be an object, jq's first output too. Context, id and time stay; the
content type becomes JSON.
"""

import json
from dataclasses import replace
from typing import Any

from pinnace.bus import Event
from pinnace.languages import jqfilter, luascript
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid
from pinnace.sensors.payloads import data_object
from pinnace.sensors.spec import Transform


def transform(rule: Transform, event: Event) -> Event:
    """Return the event with reshaped data; raises Invalid when that fails."""
    if not (rule.jq or rule.script):
        return event
    data = data_object(event)
    try:
        if rule.jq:
            shaped = jqfilter.transform(rule.jq, _float64(data))
        else:
            shaped = luascript.transform(rule.script, data)
    except LanguageError as error:
        raise Invalid(str(error)) from error
    return replace(event, data=_json(shaped), datacontenttype="application/json")


_EXACT = 2**53


def _float64(value: Any) -> Any:
    """The data with integers as upstream decodes them: float64 keeps no more than 53 bits."""
    match value:
        case list():
            return [_float64(item) for item in value]
        case dict():
            return {key: _float64(item) for key, item in value.items()}
        case int() if abs(value) > _EXACT:
            return int(float(value))
    return value


def _json(shaped: Any) -> bytes:
    """Write the result; integers may have any size, infinities and NaN are refused as in Go."""
    try:
        text = json.dumps(
            shaped, allow_nan=False, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
    except ValueError as error:
        raise Invalid(f"the transform's result is no JSON: {error}") from error
    return text.encode("utf-8", "replace")
