"""What expr-lang refuses before it runs: unknown names, and operands whose types can't match.

Mirrors the part of checker/checker.go that an environment of plain data can meet: only literals
and top-level variables have a known type there, everything below them is `any`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import nodes
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.govalues import is_number, type_name

_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})
_LOGICAL = frozenset({"&&", "and", "||", "or"})
_TESTS = frozenset({"in", "contains", "startsWith", "endsWith", "matches"})
_BOOLEAN = _COMPARISONS | _LOGICAL | _TESTS


def check(text: str, tree: Sequence[nodes.Node], env: Mapping[str, Any]) -> None:
    """Raise for the first fault, in the order of the text."""
    lets = [node for node in tree if isinstance(node, nodes.Let)]
    bound = {node.name for node in lets} | {"$env"}
    faults = [
        (node.at, f"cannot redeclare variable {node.name}") for node in lets if node.name in env
    ]
    for node in tree:
        if isinstance(node, nodes.Name) and node.name not in env and node.name not in bound:
            faults.append((node.at, f"unknown name {node.name}"))
        elif isinstance(node, nodes.Binary) and (fault := _mismatch(node, env)):
            faults.append((node.at, fault))
    if faults:
        place, message = min(faults)
        raise LanguageError(LANGUAGE, text, place, message)


def _mismatch(node: nodes.Binary, env: Mapping[str, Any]) -> str | None:
    left, right = _kind(node.left, env), _kind(node.right, env)
    if left is None or right is None:
        return None
    wrong = (node.operator in _COMPARISONS and left != right) or (
        node.operator in _LOGICAL and {left, right} != {"bool"}
    )
    if not wrong:
        return None
    return f"invalid operation: {node.operator} (mismatched types {left} and {right})"


def _kind(node: nodes.Node, env: Mapping[str, Any]) -> str | None:
    """The type of a node as far as it is known without running it."""
    match node:
        case nodes.Literal():
            return _type(node.value)
        case nodes.Name() if node.name in env:
            return _type(env[node.name])
        case nodes.Binary() if node.operator in _BOOLEAN:
            return "bool"
        case nodes.Unary() if node.operator in ("!", "not"):
            return "bool"
    return None


def _type(value: Any) -> str | None:
    """bool, string or number; None for what may be equal to anything."""
    if is_number(value):
        return "number"
    return type_name(value) if isinstance(value, bool | str) else None
