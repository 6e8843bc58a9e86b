"""`fromJSON` and `fromBase64` of expr, as Go's encoding packages read."""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

from pinnace.languages.govalues import type_name


def _no_constant(name: str) -> float:
    raise ValueError(f"invalid JSON: {name} is no number")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"cannot unmarshal number {digits} into a float64")
    return value


def from_json(value: Any) -> Any:
    """encoding/json into `any`: every number is a float."""
    if not isinstance(value, str):
        raise ValueError(
            f"cannot use {type_name(value)} as argument (type string) to call fromJSON"
        )
    whole = value
    try:
        found = json.loads(
            whole, parse_int=_finite, parse_float=_finite, parse_constant=_no_constant
        )
    except json.JSONDecodeError as problem:
        raise ValueError(f"invalid JSON at character {problem.pos}: {problem.msg}") from problem
    except RecursionError as problem:
        raise ValueError("invalid JSON: nested too deeply") from problem
    return _valid(found) if "\\u" in whole else found


def _valid(value: Any) -> Any:
    """Half of a surrogate pair becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_valid(item) for item in value]
    if isinstance(value, dict):
        return {_valid(key): _valid(item) for key, item in value.items()}
    return value


def from_base64(value: str) -> str:
    """base64.StdEncoding: the ends of lines are skipped, the padding must be there."""
    try:
        data = base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ValueError(f"illegal base64 data: {problem}") from problem
    return data.decode("utf-8", "surrogateescape")
