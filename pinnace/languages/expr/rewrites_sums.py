"""The rewriter's shortcuts for `sum`, `reduce` and `count` (mirrors optimizer/sum_*, count_*)."""

from __future__ import annotations

from dataclasses import replace

from pinnace.languages import gonumbers
from pinnace.languages.expr import nodes
from pinnace.languages.expr.natures import BOOL, INT
from pinnace.languages.expr.rewriter import Rewriter


def _builtin(node: nodes.Node, name: str, *counts: int) -> nodes.Builtin | None:
    fits = isinstance(node, nodes.Builtin) and node.name == name and len(node.arguments) in counts
    return node if fits and isinstance(node, nodes.Builtin) else None


def _series(node: nodes.Node) -> tuple[int, int] | None:
    """How many numbers a written range has, and their sum as Go's formula wraps it."""
    if not (isinstance(node, nodes.Binary) and node.operator == ".."):
        return None
    low, high = nodes.whole_number(node.left), nodes.whole_number(node.right)
    if low is None or high is None or high < low:
        return None
    count = gonumbers.wrap(high - low + 1)
    return count, gonumbers.quotient(gonumbers.wrap(count * gonumbers.wrap(low + high)), 2)


def _pointer(node: nodes.Node, name: str = "") -> bool:
    return isinstance(node, nodes.Pointer) and node.name == name


def _each(sum_: int, count: int, body: nodes.Node) -> int | None:
    """The sum of `# * k`, `# + k`, `# - k` over a range."""
    if _pointer(body):
        return sum_
    if not isinstance(body, nodes.Binary):
        return None
    on_left = _pointer(body.left)
    constant = nodes.whole_number(body.right if on_left else body.left)
    if constant is None or not (on_left or _pointer(body.right)):
        return None
    match body.operator:
        case "*":
            return constant * sum_
        case "+":
            return sum_ + count * constant
        case "-":
            return sum_ - count * constant if on_left else count * constant - sum_
    return None


def _body(node: nodes.Node) -> nodes.Node:
    return node.body if isinstance(node, nodes.Predicate) else node


def _reduced(node: nodes.Builtin, sum_: int) -> int | None:
    body = _body(node.arguments[1])
    if not (isinstance(body, nodes.Binary) and body.operator == "+"):
        return None
    sides = (body.left, body.right)
    if not any(_pointer(one) and _pointer(other, "acc") for one, other in (sides, sides[::-1])):
        return None
    if len(node.arguments) == 2:
        return sum_
    initial = nodes.whole_number(node.arguments[2])
    return None if initial is None else initial + sum_


def sum_range(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`sum(1..n)` and `reduce(1..n, # + #acc)` are computed, not counted up."""
    total: int | None = None
    if (call := _builtin(node, "sum", 1, 2)) and (series := _series(call.arguments[0])):
        count, sum_ = series
        total = sum_ if len(call.arguments) == 1 else _each(sum_, count, _body(call.arguments[1]))
    elif (call := _builtin(node, "reduce", 2, 3)) and (series := _series(call.arguments[0])):
        total = _reduced(call, series[1])
    if total is None:
        return node
    return rewriter.typed(nodes.Literal(node.at, gonumbers.wrap(total)), INT)


def sum_array(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`sum([a, b])` is `a + b`, whatever can be added."""
    call = _builtin(node, "sum", 1)
    if call is None or not isinstance(call.arguments[0], nodes.Array):
        return node
    *before, total = call.arguments[0].items or (call,)
    if not before:
        return node
    for item in reversed(before):
        total = nodes.Binary(node.at, "+", item, total)
    return rewriter.typed(total, rewriter.nature(node))


def sum_map(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`sum(map(a, m))` is `sum(a, m)`."""
    call = _builtin(node, "sum", 1)
    inner = _builtin(call.arguments[0], "map", 2) if call else None
    if inner is None:
        return node
    return rewriter.typed(nodes.Builtin(node.at, "sum", inner.arguments), rewriter.nature(node))


def count_any(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`count(a, p) > 0` is `any(a, p)`."""
    if not isinstance(node, nodes.Binary):
        return node
    call, bound = _builtin(node.left, "count", 2), nodes.whole_number(node.right)
    if call is None or (node.operator, bound) not in ((">", 0), (">=", 1)):
        return node
    return rewriter.typed(nodes.Builtin(node.at, "any", call.arguments), BOOL)


def count_threshold(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`count(a, p) > 5` stops counting at six."""
    if not isinstance(node, nodes.Binary):
        return node
    call, bound = _builtin(node.left, "count", 2), nodes.whole_number(node.right)
    if call is None or bound is None or bound < 0:
        return node
    threshold = {">": bound + 1, ">=": bound, "<": bound, "<=": bound + 1}.get(node.operator, 0)
    if threshold <= 1:
        return node
    counted = rewriter.typed(replace(call, threshold=threshold), INT)
    return rewriter.typed(replace(node, left=counted), BOOL)
