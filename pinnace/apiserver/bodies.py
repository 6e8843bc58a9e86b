"""Reading request bodies: JSON, YAML or protobuf to plain data that can do no harm later. Pure.

Whatever passes here can be stored and written again: bounded in depth and number of values, keys
are text, integers fit 64 bits, text is real Unicode.
"""

import contextlib
import json
import math
import re
from collections.abc import Iterator
from typing import Any

import orjson

from pinnace.apiserver import protobuf
from pinnace.apiserver.negotiation import PROTOBUF, YAML
from pinnace.objects import yamls
from pinnace.objects.errors import BadRequest

_MAX_DEPTH = 120
_MAX_VALUES = 500_000
_INT64 = 1 << 63
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(body: bytes, media: str) -> Any:
    """Return the data of a body; raises BadRequest saying where it stops making sense."""
    if media == PROTOBUF:
        value: Any = protobuf.decode(body)
        _check_shape(value)
        return value
    if not body.strip():
        raise BadRequest("the request body is empty: expected an object as JSON or YAML")
    value = _yaml(body) if media == YAML else _json(body)
    _check_shape(value)
    return value


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(
            f"the object provided is unrecognized (must be valid JSON): {error}"
        ) from error


def _yaml(body: bytes) -> Any:
    if body.lstrip().startswith(b"{"):  # kubectl sends JSON as YAML, and JSON is read far faster
        with contextlib.suppress(orjson.JSONDecodeError):
            return orjson.loads(body)
    try:
        documents = list(yamls.parse(body.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8: {error}") from error
    except RecursionError as error:
        raise BadRequest("the YAML is nested too deeply") from error
    if len(documents) != 1:
        raise BadRequest(f"expected one YAML document, found {len(documents)}")
    return documents[0].value


def _check_shape(value: Any) -> None:
    """Walk without recursion; an aliased YAML node counts each time it appears."""
    left = _MAX_VALUES
    stack: list[Iterator[Any]] = [iter((value,))]
    while stack:
        inner = next(stack[-1], _END)
        if inner is _END:
            stack.pop()
            continue
        left -= 1
        if left < 0 or len(stack) > _MAX_DEPTH:
            raise BadRequest(
                f"the body has more than {_MAX_VALUES} values or is nested deeper than "
                f"{_MAX_DEPTH} levels"
            )
        stack.extend(_children(inner))


_END = object()


def _children(value: Any) -> list[Iterator[Any]]:
    match value:
        case dict():
            for key in value:
                _check_key(key)
            return [iter(value.values())]
        case list():
            return [iter(value)]
        case _:
            _check_scalar(value)
            return []


def _check_key(key: Any) -> None:
    if not isinstance(key, str):
        raise BadRequest(f"the key {key!r} is not text: put it in quotes")
    _check_scalar(key)


def _check_scalar(value: Any) -> None:
    match value:
        case str():
            if not value.isascii() and _SURROGATE.search(value):
                raise BadRequest("a text holds half a surrogate pair: it is not Unicode")
        case bool() | None:
            pass
        case int():
            if not -_INT64 <= value < _INT64:
                raise BadRequest("an integer does not fit 64 bits")
        case float():
            if not math.isfinite(value):
                raise BadRequest("infinities and NaN have no JSON form")
        case _:
            raise BadRequest(f"a value of type {type(value).__name__} has no JSON form")


def duplicates(body: bytes) -> list[str]:
    """Return the names of keys that stand twice in one JSON object (``fieldValidation``)."""
    found: list[str] = []

    def notice(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen and name not in found:
                found.append(name)
            seen.add(name)

    json.loads(body, object_pairs_hook=notice)
    return found
