"""Tell of jq programs that upstream compiles wrongly: gojq 0.12.19 loses count of its stack.

Where the ways of a condition, `,`, `//` or `try` meet, the last of them ends by pushing a constant
or a variable, and another comes next, its optimizer drops what was pushed for one way only.
"""

from typing import Any

from pinnace.languages.jq.constants import UNKNOWN, literal
from pinnace.languages.jq.parser import Node, parse
from pinnace.languages.jq.tokens import SyntaxFault


def leaves_a_value(program: str) -> bool:
    """Tell whether a way keeps its value on the stack, where objects, calls and `|=` find it."""
    return any(
        node[0] == "pipe" and _joined(node[1]) and _replaces(node[2]) for node in _nodes(program)
    )


def leaves_unset(program: str) -> bool:
    """Tell whether a pattern before the last lacks a variable: what it was before is left there."""
    return any(
        node[0] == "bind" and len({_variables(pattern) for pattern in node[2]}) > 1
        for node in _nodes(program)
    )


def _nodes(program: str) -> list[Node]:
    try:
        found = [parse(program)]
    except SyntaxFault:
        return []
    for node in found:  # it grows
        found += [part for part in node if isinstance(part, tuple)]
    return [node for node in found if node and isinstance(node[0], str)]


def _variables(pattern: Any) -> frozenset[str]:
    if isinstance(pattern, tuple):
        return frozenset().union(*map(_variables, pattern))
    is_name = isinstance(pattern, str) and pattern.startswith("$")
    return frozenset({pattern}) if is_name else frozenset()


def _last(node: Node) -> Node:
    """What of a node runs last."""
    while node[0] in ("group", "pipe", "bind", "def", "label"):
        node = node[-1]
    return node


def _joined(node: Node) -> bool:
    """Tell whether ways meet at the end of a node, the last of which ends with a push."""
    node = _last(node)
    match node:
        case ("if", _, then, other):
            constant = literal(then) is not UNKNOWN and literal(other) is not UNKNOWN
            return constant or _pushes(other)
        case ("binary", "or" | "and", _, _):
            return True
        case ("binary", "//", _, other) | ("comma", _, other):
            return _pushes(other)
        case ("try", _, handler) if handler is not None:
            return _pushes(handler)
    return False


def _pushes(node: Node) -> bool:
    return _last(node)[0] in ("variable", "reduce") or _joined(node)


def _replaces(node: Node) -> bool:
    """Tell whether the first thing a node does is to put another value in place of its input."""
    while node[0] in ("group", "pipe"):
        node = node[1]
    return node[0] in ("variable", "break") or literal(node) is not UNKNOWN
