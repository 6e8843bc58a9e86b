"""An event as the text that paths and templates look into (upstream: triggers/params.go)."""

import base64
import re
from functools import lru_cache
from typing import Any

import orjson
import yaml

from pinnace.bus import Event
from pinnace.languages import gjson, gotemplate
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError
from pinnace.objects.errors import Invalid

_JSON, _YAML = "application/json", "application/yaml"

#: encoding/json escapes these for the sake of HTML, so parameters that carry JSON text show it.
_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def data_json(event: Event) -> bytes:
    """Return the event's data as JSON; raises Invalid when it is none."""
    match event.datacontenttype:
        case "application/json":
            if not is_json(event.data):
                raise Invalid("event data is not valid JSON")
            return event.data
        case "application/yaml":
            try:
                return orjson.dumps(yaml.safe_load(event.data), option=orjson.OPT_SORT_KEYS)
            except (yaml.YAMLError, TypeError) as error:
                raise Invalid(f"failed converting yaml event data to JSON: {error}") from error
        case other:
            raise Invalid(f"unsupported event content type: {other}")


@lru_cache(maxsize=8)
def document(data: bytes) -> gjson.Document:
    """Return JSON bytes ready for paths: the filters and parameters of an event share it."""
    return gjson.Document(data)


@lru_cache(maxsize=8)
def is_json(data: bytes) -> bool:
    """Tell whether the bytes are one JSON value, as gjson and encoding/json see it."""
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:  # it refuses halves of surrogate pairs, and depth
        return gjson.valid(data.decode("utf-8", "replace"))
    return True


def context_json(event: Event) -> bytes:
    """Return the event's context as Go marshals it."""
    return _as_go(orjson.dumps(event.context()).decode()).encode()


def whole_event(event: Event) -> str:
    """Return the event as Go marshals it: the data are bytes there, so base64 here, or null."""
    data = base64.b64encode(event.data).decode() if event.data else None
    return _as_go(orjson.dumps({"context": event.context(), "data": data}).decode())


def _as_go(text: str) -> str:
    return re.sub("[<>&\u2028\u2029]", lambda found: _HTML[found[0]], text)


def data_object(event: Event) -> dict[str, Any]:
    """Return the data as an object, null as an empty one; raises Invalid for anything else."""
    try:
        found = orjson.loads(event.data)
    except orjson.JSONDecodeError as error:
        raise Invalid("event data is not valid JSON") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Invalid("event data must be a JSON object", found=type(found).__name__)
    return found


def render(template: str, payload: bytes, ambient: Ambient) -> str:
    """Render a parameter's template over decoded JSON; raises Invalid when nothing comes out."""
    return render_text(template, gjson.parse(payload.decode()).value(), ambient)


def render_text(template: str, input_: Any, ambient: Ambient) -> str:
    """Render a Go template with ``.Input``; raises Invalid when nothing comes out."""
    try:
        out = gotemplate.render(template, {"Input": input_}, ambient=ambient)
    except LanguageError as error:
        raise Invalid(str(error)) from error
    if out in ("", "<no value>"):
        raise Invalid(f"template '{template}' evaluated to empty string or no value")
    return out
