"""Walks an object beside its type and tells what does not fit; pure.

Comes from :mod:`pinnace.objects.schema.types`; goes to the API server (``fieldValidation``) and to
``pinnace lint``. How a finding is worded is the caller's affair.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.schema.types import SCALARS, Type, type_named

_QUANTITY = re.compile(r"[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_INT64 = 1 << 63


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not fit, at ``path`` (``spec.containers[0].image``)."""

    problem: Literal["unknown", "type", "required"]
    path: str
    owner: str
    expected: str = ""
    value: Any = None


def check(value: object, of: Type) -> list[Finding]:
    """Return everything in ``value`` that its type does not have or has otherwise."""
    return list(_object(value, of, ""))


def prune(value: object, of: Type) -> Any:
    """Return ``value`` without the fields that its type does not have."""
    if not isinstance(value, dict):
        return value
    return {
        name: _pruned(inner, field.expression)
        for name, inner in value.items()
        if (field := of.fields.get(name) or of.fields.get("*")) is not None
    }


def _pruned(value: object, expression: str) -> Any:
    if expression in SCALARS:
        return value
    if expression[0] == "[" and isinstance(value, list):
        return [_pruned(inner, expression[1:]) for inner in value]
    if expression[0] == "{" and isinstance(value, dict):
        return {name: _pruned(inner, expression[1:]) for name, inner in value.items()}
    return value if expression[0] in "[{" else prune(value, type_named(expression))


def _object(value: object, of: Type, path: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield Finding(problem="type", path=path, owner=of.name, expected=of.name, value=value)
        return
    for name, inner in value.items():
        below = f"{path}.{name}" if path else str(name)
        field = of.fields.get(name) or of.fields.get("*")
        if field is None:
            yield Finding(problem="unknown", path=below, owner=of.name, value=inner)
        elif inner is not None:
            yield from _value(inner, field.expression, below, of)
    for field in of.fields.values():
        if field.required and value.get(field.name) is None:
            below = f"{path}.{field.name}" if path else field.name
            yield Finding(problem="required", path=below, owner=of.name, expected=field.expression)


def _value(value: object, expression: str, path: str, owner: Type) -> Iterator[Finding]:
    if expression in SCALARS:
        if not _FITS[expression](value):
            yield Finding(
                problem="type", path=path, owner=owner.name, expected=expression, value=value
            )
    elif expression[0] == "[" and isinstance(value, list):
        for index, inner in enumerate(value):  # a null element is one that controllers trip on
            if inner is not None or expression != "[any":
                yield from _value(inner, expression[1:], f"{path}[{index}]", owner)
    elif expression[0] == "{" and isinstance(value, dict):
        for name, inner in value.items():
            if inner is not None:
                yield from _value(inner, expression[1:], f"{path}.{name}", owner)
    elif expression[0] in "[{":
        yield Finding(problem="type", path=path, owner=owner.name, expected=expression, value=value)
    else:
        yield from _object(value, type_named(expression), path)


def _is_int(value: object) -> bool:
    in_range = isinstance(value, int) and -_INT64 <= value < _INT64
    return in_range and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parse_rfc3339(value)
    except ValueError:
        return False
    return True


def _is_base64(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_quantity(value: object) -> bool:
    return _is_number(value) or (isinstance(value, str) and bool(_QUANTITY.fullmatch(value)))


_FITS: dict[str, Callable[[object], bool]] = {
    "any": lambda value: True,
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "number": _is_number,
    "time": _is_time,
    "bytes": _is_base64,
    "quantity": _is_quantity,
    "int-or-string": lambda value: isinstance(value, str) or _is_int(value),
    "any-string": lambda value: not isinstance(value, dict | list),
}
