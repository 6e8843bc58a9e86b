"""JSON as Go writes it after reading it into a struct: known fields, zero values. Pure.

Upstream hands some payloads through the structs of a Go client library. A shape is written as data:
a dict is a struct, a list of one shape is a slice, ``str``, ``int`` and ``bool`` are themselves,
``object`` is anything, and :class:`Pointer` is a struct that may be null.
"""

from dataclasses import dataclass
from typing import Any

from pinnace.eventsources.emission import Rejected


@dataclass(frozen=True)
class Pointer:
    """A struct that is null where nothing was sent."""

    to: dict[str, Any]


_Shape = Any


def shaped(shape: _Shape, value: Any, where: str = "") -> Any:
    """Return ``value`` as Go re-encodes it; raises Rejected with 400 for a wrong type."""
    match shape:
        case Pointer():
            return None if value is None else shaped(shape.to, value, where)
        case dict():
            _expect(value is None or isinstance(value, dict), "an object", where)
            given = value or {}
            return {k: shaped(s, given.get(k), f"{where}.{k}") for k, s in shape.items()}
        case list():
            _expect(value is None or isinstance(value, list), "a list", where)
            return None if value is None else [shaped(shape[0], v, where) for v in value]
        case _ if shape is object:
            return value
    if value is None:
        return shape()
    _expect(type(value) is shape, shape.__name__, where)
    return value


def _expect(holds: bool, expected: str, where: str) -> None:
    if not holds:
        raise Rejected(400, f"the payload's {where.lstrip('.') or 'body'} is not {expected}")
