"""sprig's defaults and choices: `default`, `empty`, `coalesce`, `ternary`, `fail`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.sprig.casts import is_empty


def _default(fallback: Any, *given: Any) -> Any:
    return fallback if not given or is_empty(given[0]) else given[0]


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if not is_empty(value)), None)


def _fail(message: str) -> Any:
    raise ValueError(message)


TABLE: dict[str, Callable[..., Any]] = {
    "default": _default,
    "empty": is_empty,
    "coalesce": _coalesce,
    "all": lambda *values: not any(map(is_empty, values)),
    "any": lambda *values: any(not is_empty(value) for value in values),
    "ternary": lambda yes, no, test: yes if test else no,
    "fail": _fail,
}
