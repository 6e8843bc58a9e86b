"""Masterminds/sprig 3.3: the functions of Go templates and of `sprig.*` in Argo's expressions.

`generic(ambient)` is sprig's GenericFuncMap. Each module here declares one table of name to
function, `signatures` says which Go types they take and return; a function reports trouble with
ValueError. What REFUSED names is there and says why it is refused when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.gofunctions import GoFunction, signature
from pinnace.languages.sprig import (
    certificates,
    chance,
    constraints,
    data,
    dates,
    defaults,
    encoding,
    lists,
    numbers,
    secrets,
    strings,
)
from pinnace.languages.sprig.signatures import SIGNATURES

__all__ = ["REFUSED", "generic"]

_ENVIRONMENT = "a template may not read the process environment"
_NETWORK = "a template may not ask the network"
REFUSED = {
    "env": _ENVIRONMENT,
    "expandenv": _ENVIRONMENT,
    "getHostByName": _NETWORK,
}
"""Functions of sprig that are refused on purpose, and why."""


def _refuse(name: str, why: str) -> Callable[..., Any]:
    def refused(*_arguments: Any) -> Any:
        raise ValueError(f"{name} is refused: {why}")

    return refused


def _function(name: str, apply: Callable[..., Any]) -> GoFunction:
    return GoFunction(name, signature(SIGNATURES[name]), apply)


_STILL_TABLE: dict[str, GoFunction] = {
    name: _function(name, apply)
    for table in (
        strings.TABLE, numbers.TABLE, lists.TABLE, data.TABLE, defaults.TABLE, encoding.TABLE,
        constraints.TABLE, secrets.TABLE,
        {name: _refuse(name, why) for name, why in REFUSED.items()},
    )
    for name, apply in table.items()
}  # fmt: skip


@lru_cache(maxsize=8)
def generic(ambient: Ambient = STILL) -> dict[str, GoFunction]:
    """Every function by name; `now`, `uuidv4` and their kind read the ambient."""
    moving = {**dates.table(ambient), **chance.table(ambient), **certificates.table(ambient)}
    return {**_STILL_TABLE, **{name: _function(name, apply) for name, apply in moving.items()}}
