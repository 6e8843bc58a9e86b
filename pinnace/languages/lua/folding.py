"""Arithmetic on numbers alone, which upstream computes when it compiles (its constFold)."""

from __future__ import annotations

from pinnace.languages.lua import nodes
from pinnace.languages.lua.machine import ARITHMETIC


def folded(node: nodes.Expression) -> float | None:
    """The number of an expression of numbers alone: computed once, and apart from the constants."""
    match node:
        case nodes.Constant(value=float(value)):
            return value
        case nodes.Parenthesized(inner=inner):
            return folded(inner)
        case nodes.Unary(operator="-", operand=operand):
            found = folded(operand)
            return None if found is None else -found
        case nodes.Binary(operator=sign, left=left, right=right) if sign in ARITHMETIC:
            one, two = folded(left), folded(right)
            return None if one is None or two is None else ARITHMETIC[sign][1](one, two)
    return None
