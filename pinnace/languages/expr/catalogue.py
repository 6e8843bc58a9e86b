"""The functions of expr that take a closure, and which of their arguments it is.

The parser needs this much; what the functions do stands in `closures`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One argument of a function that takes a closure."""

    predicate: bool = False
    optional: bool = False


_VALUE = Argument()
_BODY = Argument(predicate=True)
_BODY_OR_NOT = Argument(predicate=True, optional=True)
_VALUE_OR_NOT = Argument(optional=True)

_ALWAYS = dict.fromkeys(
    (
        "all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast",
        "findLastIndex", "groupBy",
    ),
    (_VALUE, _BODY),
)  # fmt: skip
_REDUCE = (_VALUE, _BODY, _VALUE_OR_NOT)

PREDICATES: dict[str, tuple[Argument, ...]] = {
    **_ALWAYS,
    **dict.fromkeys(("count", "sum"), (_VALUE, _BODY_OR_NOT)),
    "sortBy": _REDUCE,
    "reduce": _REDUCE,
}
OLD_PREDICATES: dict[str, tuple[Argument, ...]] = {
    **_ALWAYS,
    "count": (_VALUE, _BODY),
    "reduce": _REDUCE,
}
"""Those of 1.15: `sum` and `sortBy` take no closure there."""
