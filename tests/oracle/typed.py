"""Values written so that their Go type can be read off; go/typed.go writes the same form."""

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinnace.languages import gonumbers, goquote, gotime
from pinnace.languages.durations import Duration
from pinnace.languages.gotypes import is_nil
from pinnace.languages.govalues import type_name


def typed(value: Any) -> Any:
    """Return the typed form: null, true, "text", {"int": "5"}, {"float": "1.5"}, …"""
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int():
            return {"int": str(int(value))}
        case float():
            return {"float": _float(value)}
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case list() | tuple():
            return None if is_nil(value) else [typed(item) for item in value]
        case Mapping():
            pairs = [[typed(key), typed(item)] for key, item in value.items()]
            return {"map": sorted(pairs, key=lambda pair: goquote.json_text(pair[0]).encode())}
        case datetime():
            return {"time": gotime.format(value, gotime.RFC3339_NANO)}
        case Duration():
            return {"duration": str(value.nanoseconds)}
    return {"other": type_name(value), "text": str(value)}


def untyped(form: Any) -> Any:
    """Read the typed form of plain data (int, float, text, bool, nil, lists, maps) back."""
    match form:
        case list():
            return [untyped(item) for item in form]
        case {"int": text}:
            return int(text)
        case {"float": text}:
            return float(text)
        case {"map": pairs}:
            return {key: untyped(item) for key, item in pairs}
    return form


def _text(value: str) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8 travel in surrogates
        return {"bytes": base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()}
    return value


def _float(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return gonumbers.format_shortest(value)
