"""The two versions of expr that Argo uses, as a table of what differs between them.

Workflows evaluate with expr-lang/expr 1.17, event sources' `filter.expression` with its ancestor
antonmedv/expr 1.15. Where the code asks `version.…`, they part; everything else they share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pinnace.languages.expr import catalogue, signatures
from pinnace.languages.expr.catalogue import Argument
from pinnace.languages.expr.natures import Signature


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """What one version of the language has, and how it behaves."""

    name: str
    predicates: Mapping[str, tuple[Argument, ...]]
    """Functions that take a closure, and their arguments."""
    overloads: Mapping[str, tuple[Signature, ...]]
    rules: Mapping[str, signatures.Rule]
    # grammar
    modern: bool
    """`if`/`else`, `a; b`, `1 < x < 3`, `?.[0]`, `::name()`, `\\u{1F600}`, 0b and 0o numbers,
    raw strings and bytes, members of string literals, a comma after the last argument."""
    loose_not: bool
    """`not` may stand before any operator, and gets lost where the operator binds too loosely."""
    # names
    names_shadow: bool
    """A variable wins over the function of its name."""
    strict: bool
    """Unknown names are errors; else they are nil, and no variable's type is known."""
    # types
    kinds_are_types: bool
    """The checker takes a duration for the int64 it is, and compares what has the same kind."""
    deep_equal: bool
    """Arrays are equal only when all types in them are: `[1] != [1.0]`."""

    @property
    def names(self) -> frozenset[str]:
        """Every function of the language."""
        return frozenset({*self.predicates, *self.overloads, *self.rules, "get"})


V1_17 = Version(
    name="1.17",
    predicates=catalogue.PREDICATES,
    overloads=signatures.OVERLOADS,
    rules=signatures.RULES,
    modern=True,
    loose_not=False,
    names_shadow=True,
    strict=True,
    kinds_are_types=False,
    deep_equal=False,
)
_YOUNG = {"timezone"} | {name for name in signatures.OVERLOADS if name.startswith("bit")}
V1_15 = Version(
    name="1.15",
    predicates=catalogue.OLD_PREDICATES,
    overloads={n: o for n, o in signatures.OLD_OVERLOADS.items() if n not in _YOUNG},
    rules=signatures.OLD_RULES,
    modern=False,
    loose_not=True,
    names_shadow=False,
    strict=False,
    kinds_are_types=True,
    deep_equal=True,
)
