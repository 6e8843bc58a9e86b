"""The names of expr-lang's own functions, and how the closures among them take arguments.

The parser needs only this much; what the functions do stands in `builtins` and `closures`.
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

PREDICATES: dict[str, tuple[Argument, ...]] = {
    **dict.fromkeys(
        (
            "all", "none", "any", "one", "filter", "map", "find", "findIndex", "findLast",
            "findLastIndex", "groupBy",
        ),
        (_VALUE, _BODY),
    ),
    **dict.fromkeys(("count", "sum"), (_VALUE, _BODY_OR_NOT)),
    **dict.fromkeys(("sortBy", "reduce"), (_VALUE, _BODY, _VALUE_OR_NOT)),
}  # fmt: skip

NAMES = frozenset(
    [
        "len",
        "type",
        "abs",
        "ceil",
        "floor",
        "round",
        "int",
        "float",
        "string",
        "trim",
        "trimPrefix",
        "trimSuffix",
        "upper",
        "lower",
        "split",
        "splitAfter",
        "replace",
        "repeat",
        "join",
        "indexOf",
        "lastIndexOf",
        "hasPrefix",
        "hasSuffix",
        "max",
        "min",
        "mean",
        "median",
        "toJSON",
        "fromJSON",
        "toBase64",
        "fromBase64",
        "now",
        "duration",
        "date",
        "timezone",
        "first",
        "last",
        "get",
        "take",
        "keys",
        "values",
        "toPairs",
        "fromPairs",
        "reverse",
        "uniq",
        "concat",
        "flatten",
        "sort",
        "bitand",
        "bitor",
        "bitxor",
        "bitnand",
        "bitshl",
        "bitshr",
        "bitushr",
        "bitnot",
    ]
)
"""Functions that take only values."""
