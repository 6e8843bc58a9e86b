"""``transform``: jq or Lua reshapes the data before the filters (dependencies/transform.go).

jq wins over Lua. The input must be an object, jq's first output too. Context, id and time stay; the
content type becomes JSON.
"""

from dataclasses import replace

import orjson

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
            shaped = jqfilter.transform(rule.jq, data)
        else:
            shaped = luascript.transform(rule.script, data)
    except LanguageError as error:
        raise Invalid(str(error)) from error
    return replace(event, data=orjson.dumps(shaped), datacontenttype="application/json")
