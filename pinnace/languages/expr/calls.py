"""How arguments reach a function of the environment: as Go's reflection hands them over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pinnace.languages import gomoments
from pinnace.languages.durations import Duration
from pinnace.languages.expr.natures import of_type, of_value
from pinnace.languages.expr.versions import Version
from pinnace.languages.gofunctions import GoFunction
from pinnace.languages.gotypes import MAP, Int64, Map, nil_list
from pinnace.languages.govalues import type_name

_ZEROS: dict[str, Any] = {
    "string": "",
    "int": 0,
    "int64": Int64(0),
    "bool": False,
    "float64": 0.0,
    "[]any": nil_list(),
    "map[string]any": Map(MAP, nil=True),
    "[]uint8": b"",
    "time.Time": gomoments.ZERO,
    "time.Duration": Duration(0),
}
"""What nil is for a parameter of a type in 1.17; 1.15 refuses it."""


def fitted(function: Callable[..., Any], given: Sequence[Any], version: Version) -> Sequence[Any]:
    """The arguments as the function takes them; ValueError if it doesn't."""
    if isinstance(function, GoFunction):  # it checks for itself
        types = function.types
        if not version.modern or not types.parameters:
            return given
        return [
            _ZEROS.get(types.parameter(place)) if value is None else value
            for place, value in enumerate(given)
        ]
    signature = getattr(function, "signature", None)
    if signature is None:
        return given
    if len(given) != len(signature.takes):
        wanted = f"expected {len(signature.takes)}, got {len(given)}"
        raise ValueError(f"invalid number of arguments: {wanted}")
    if version.modern:
        given = [
            _ZEROS.get(wanted) if value is None else value
            for wanted, value in zip(signature.takes, given, strict=True)
        ]
    for wanted, value in zip(signature.takes, given, strict=True):
        if not of_value(value).assignable(of_type(wanted)):
            raise ValueError(f"cannot use {type_name(value)} as argument (type {wanted})")
    return given
