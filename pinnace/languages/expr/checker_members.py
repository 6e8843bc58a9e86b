"""Members, slices and calls, as the checker sees them (checker.go's memberNode to callNode)."""

from __future__ import annotations

from typing import Any

from pinnace.languages.expr import dates, natures, nodes
from pinnace.languages.expr.checker import VISITORS, Checker, Refused
from pinnace.languages.expr.natures import UNKNOWN, Nature


def _text(node: nodes.Node) -> str | None:
    """The member's name when it is written in the text."""
    value: Any = node.value if isinstance(node, nodes.Literal) else None
    return value if isinstance(value, str) else None


def _member(checker: Checker, node: nodes.Member) -> Nature:
    name = _text(node.key)
    if isinstance(node.base, nodes.Name) and node.base.name == "$env":
        if name is None:
            return UNKNOWN
        strict = checker.version.strict and not node.optional
        return checker.variable(node, name, strict=strict, builtins=not checker.version.strict)
    base, key = checker.visit(node.base), checker.visit(node.key)
    if base.unknown:
        return UNKNOWN
    if name is not None:
        if base.nil:
            raise checker.error(node, f"type nil has no field {name}")
        signature = dates.signature(base.type, name)
        if signature:
            return Nature("func", signature=signature)
    found = _element(checker, node, base, key)
    if found is None:
        shown = f"has no field {name}" if name is not None else f"[{key}] is undefined"
        raise checker.error(node, f"type {base} {shown}")
    return found


def _element(checker: Checker, node: nodes.Member, base: Nature, key: Nature) -> Nature | None:
    if base.kind == "map" and base.type:
        wanted = natures.of_type(natures.key_type(base.type))
        nil = key.nil and not checker.version.strict
        if not (key.assignable(wanted) or key.unknown or nil):
            raise checker.error(node.key, f"cannot use {key} to get an element from {base}")
    elif base.array:
        if not (checker.integer(key) or key.unknown):
            raise checker.error(
                node.key, f"array elements can only be selected using an integer (got {key})"
            )
    else:
        return None
    return checker.elements(base)


def _slice(checker: Checker, node: nodes.Slice) -> Nature:
    base = checker.visit(node.base)
    if base.unknown and checker.version.strict:
        return UNKNOWN  # and its bounds are not looked at
    if not (base.array or base.kind == "string" or base.unknown):
        raise checker.error(node, f"cannot slice {base}")
    for bound in (node.start, node.stop):
        if bound is None:
            continue
        found = checker.visit(bound)
        if not (checker.integer(found) or found.unknown):
            raise checker.error(bound, f"non-integer slice index {found}")
    return base if checker.version.strict else natures.of_type(base.type)


def _call(checker: Checker, node: nodes.Call) -> Nature:
    callee = node.callee
    if isinstance(callee, nodes.Name) and callee.name == "$env":
        raise checker.error(node, "$env is not callable")
    found = checker.visit(callee)
    if found.unknown:
        return UNKNOWN
    name = "function"
    if isinstance(callee, nodes.Name):
        name = callee.name
    elif isinstance(callee, nodes.Member):
        name = _text(callee.key) or name
    if found.nil:
        raise checker.error(node, f"{name} is nil; cannot call nil as function")
    if found.builtin is not None:
        return checker.function(found.builtin, node, node.arguments)
    if found.kind != "func":
        raise checker.error(node, f"{found} is not callable")
    if found.signature is None:
        return _unseen(checker, node)
    try:
        return checker.arguments(name, found.signature, node.arguments)
    except Refused as problem:
        raise checker.error(node, str(problem)) from problem


def _unseen(checker: Checker, node: nodes.Call) -> Nature:
    for argument in node.arguments:
        checker.visit(argument)
    return UNKNOWN


VISITORS[nodes.Member] = _member
VISITORS[nodes.Slice] = _slice
VISITORS[nodes.Call] = _call
