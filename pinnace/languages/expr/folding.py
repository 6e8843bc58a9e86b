"""What can be computed from literals alone, before the program runs (mirrors optimizer/fold.go)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pinnace.languages.expr import natures, nodes, operators
from pinnace.languages.expr.natures import BOOL
from pinnace.languages.expr.rewriter import Rewriter


def fold(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """The node, or what it amounts to."""
    match node:
        case nodes.Unary():
            return _unary(rewriter, node)
        case nodes.Binary():
            return _binary(rewriter, node)
        case nodes.Array() if node.items and all(map(_is_plain, node.items)):
            values = [item.value for item in node.items if isinstance(item, nodes.Literal)]
            return rewriter.typed(nodes.Constant(node.at, values), natures.ARRAY)
        case nodes.Builtin(name="filter"):
            return _filters(rewriter, node)
    return node


def _is_plain(node: nodes.Node) -> bool:
    """A number, a string or a bool."""
    return isinstance(node, nodes.Literal) and isinstance(node.value, int | float | str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _literal(rewriter: Rewriter, at: int, value: Any) -> nodes.Node:
    return rewriter.typed(nodes.Literal(at, value), natures.of_value(value))


def _unary(rewriter: Rewriter, node: nodes.Unary) -> nodes.Node:
    if not isinstance(node.operand, nodes.Literal):
        return node
    value = node.operand.value
    counts = node.operator in ("-", "+")
    if not (_is_number(value) if counts else isinstance(value, bool)):
        return node
    return _literal(rewriter, node.at, operators.unary(node.operator, value))


_NUMERIC = frozenset({"+", "-", "*", "/", "**", "^"})


def _binary(rewriter: Rewriter, node: nodes.Binary) -> nodes.Node:
    if node.operator in _LOGIC:
        return _logic(rewriter, node)
    if not (isinstance(node.left, nodes.Literal) and isinstance(node.right, nodes.Literal)):
        return node
    left, right = node.left.value, node.right.value
    if node.operator == "%" and type(left) is int and type(right) is int and right == 0:
        raise rewriter.error(node, "integer divide by zero")
    if not _folds(node.operator, left, right):
        return node
    apply: Callable[[Any, Any], Any] = operators.BINARY[node.operator]
    return _literal(rewriter, node.at, apply(left, right))


def _folds(operator: str, left: Any, right: Any) -> bool:
    if operator in _NUMERIC and _is_number(left) and _is_number(right):
        return True
    if operator == "%":
        return type(left) is int and type(right) is int
    texts = isinstance(left, str) and isinstance(right, str)
    same = type(left) is type(right) and type(left) in (int, str, bool)
    return (operator == "+" and texts) or (operator == "==" and same)


_LOGIC = {"and": True, "&&": True, "or": False, "||": False}
"""The value that leaves the other side as it is."""


def _logic(rewriter: Rewriter, node: nodes.Binary) -> nodes.Node:
    neutral = _LOGIC[node.operator]
    left, right = _bool(node.left), _bool(node.right)
    if left is neutral:
        return rewriter.typed(node.right, BOOL)
    if right is neutral:
        return rewriter.typed(node.left, BOOL)
    if left is None and right is None:
        return node
    return _literal(rewriter, node.at, not neutral)


def _bool(node: nodes.Node) -> bool | None:
    value = node.value if isinstance(node, nodes.Literal) else None
    return value if isinstance(value, bool) else None


def _filters(rewriter: Rewriter, node: nodes.Builtin) -> nodes.Node:
    """`filter(filter(a, p), q)` is one loop."""
    base = node.arguments[0]
    if not (isinstance(base, nodes.Builtin) and base.name == "filter"):
        return node
    bodies = [one.arguments[1] for one in (base, node)]
    first, second = (body.body for body in bodies if isinstance(body, nodes.Predicate))
    both = nodes.Predicate(bodies[0].at, nodes.Binary(node.at, "&&", first, second))
    return rewriter.typed(replace(node, arguments=(base.arguments[0], both)), rewriter.nature(node))
