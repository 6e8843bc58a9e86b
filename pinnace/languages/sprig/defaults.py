"""sprig's defaults and choices: `default`, `empty`, `coalesce`, `ternary`, `fail`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.govalues import truth
from pinnace.languages.sprig.casts import want_text


def empty(value: Any) -> bool:
    """Whether the value is the zero of its type."""
    return not truth(value)


def _default(fallback: Any, *given: Any) -> Any:
    return fallback if not given or empty(given[0]) else given[0]


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if not empty(value)), None)


def _ternary(yes: Any, no: Any, test: Any) -> Any:
    if not isinstance(test, bool):
        raise ValueError("ternary: the last argument must be a bool")
    return yes if test else no


def _fail(message: Any) -> Any:
    raise ValueError(want_text(message))


TABLE: dict[str, Callable[..., Any]] = {
    "default": _default,
    "empty": empty,
    "coalesce": _coalesce,
    "all": lambda *values: not any(map(empty, values)),
    "any": lambda *values: any(not empty(value) for value in values),
    "ternary": _ternary,
    "fail": _fail,
}
