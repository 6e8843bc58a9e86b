"""Masterminds/sprig 3.3: the functions of Go templates and of `sprig.*` in Argo's expressions.

`generic(ambient)` is sprig's GenericFuncMap without `env` and `expandenv`, which would let a
template read the environment of the process. Each module here declares one table of name to
function; a function reports trouble with ValueError. Functions that make certificates and
password hashes are not included: a manifest that needs one names a Secret.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.sprig import (
    chance,
    data,
    dates,
    defaults,
    encoding,
    lists,
    numbers,
    strings,
    versions,
)

__all__ = ["REFUSED", "generic"]

REFUSED = frozenset({"env", "expandenv"})
"""Functions of sprig that are refused on purpose."""

_STILL_TABLE: dict[str, Callable[..., Any]] = {
    **strings.TABLE,
    **numbers.TABLE,
    **lists.TABLE,
    **data.TABLE,
    **defaults.TABLE,
    **encoding.TABLE,
    **versions.TABLE,
}


def _refuse(name: str) -> Callable[..., Any]:
    def refused(*_arguments: Any) -> Any:
        raise ValueError(f"{name} is refused: a template may not read the process environment")

    return refused


def generic(ambient: Ambient = STILL) -> dict[str, Callable[..., Any]]:
    """Every function by name; `now`, `uuidv4` and their kind read the ambient."""
    refused = {name: _refuse(name) for name in REFUSED}
    return {**_STILL_TABLE, **dates.table(ambient), **chance.table(ambient), **refused}
