"""``transform``: jq or Lua reshapes the data before the filters (dependencies/transform.go).

jq wins over Lua. Input must be an object; jq's first output must be one too. Context, id and time
stay; the content type becomes JSON.
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
    data = data_object(event)
    try:
        if rule.jq:
            result = jqfilter.first(rule.jq, data)
            if not isinstance(result, dict):
                raise Invalid("jq must give an object", found=repr(result)[:80])
        elif rule.script:
            result = luascript.run_transform(rule.script, data)
        else:
            return event
    except LanguageError as error:
        raise Invalid(str(error)) from error
    return replace(event, data=orjson.dumps(result), datacontenttype="application/json")
