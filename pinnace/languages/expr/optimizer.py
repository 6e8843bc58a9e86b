"""The rewriting that Go's optimizer does between checking and running (mirrors optimizer/).

Most of it can be told from outside: `x and false` never evaluates x, `first(filter(…))` stops at
the first item found, `5 % 0` is refused even where it isn't reached. So it is part of the language.
"""

from __future__ import annotations

from dataclasses import replace

from pinnace.languages.expr import kinds, natures, nodes
from pinnace.languages.expr.folding import fold
from pinnace.languages.expr.natures import BOOL, INT, Nature
from pinnace.languages.expr.rewriter import Rewriter, Visit
from pinnace.languages.expr.rewrites_sums import (
    count_any,
    count_threshold,
    sum_array,
    sum_map,
    sum_range,
)

_FOLDS = 1000


def in_array(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`x in [1, 2]` looks up a set, which takes keys of its own type only."""
    if not (isinstance(node, nodes.Binary) and node.operator == "in"):
        return node
    array = node.right
    if not isinstance(array, nodes.Array) or not array.items:
        return node
    keys = [item.value if isinstance(item, nodes.Literal) else None for item in array.items]
    whole_keys = all(type(key) is int for key in keys)
    if whole_keys and rewriter.nature(node.left).kind == "int":
        kind = "map[int]struct {}"
    elif all(isinstance(key, str) for key in keys):
        kind = "map[string]struct {}"
    else:
        return node
    keyed = rewriter.typed(nodes.Constant(array.at, dict.fromkeys(keys)), Nature(kind))
    return rewriter.typed(replace(node, right=keyed), BOOL)


def in_range(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`x in 1..3` compares."""
    if not (isinstance(node, nodes.Binary) and node.operator == "in"):
        return node
    span = node.right
    if rewriter.nature(node.left).kind != "int" or not isinstance(span, nodes.Binary):
        return node
    if (
        span.operator != ".."
        or nodes.whole_number(span.left) is None
        or nodes.whole_number(span.right) is None
    ):
        return node
    low = nodes.Binary(node.at, ">=", node.left, span.left)
    high = nodes.Binary(node.at, "<=", node.left, span.right)
    return rewriter.typed(nodes.Binary(node.at, "and", low, high), BOOL)


def const_range(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """1.15 makes `1..3` while it compiles, where the memory budget doesn't see it."""
    if not (isinstance(node, nodes.Binary) and node.operator == ".."):
        return node
    low, high = nodes.whole_number(node.left), nodes.whole_number(node.right)
    if low is None or high is None or high - low + 1 > 1_000_000:
        return node
    return rewriter.typed(
        nodes.Constant(node.at, kinds.ints(range(low, high + 1))), Nature("[]int")
    )


def _filter(node: nodes.Node) -> nodes.Builtin | None:
    one = isinstance(node, nodes.Builtin) and node.name == "filter" and len(node.arguments) == 2
    return node if one and isinstance(node, nodes.Builtin) else None


def _has_index(node: nodes.Node) -> bool:
    return any(isinstance(one, nodes.Pointer) and one.name == "index" for one in nodes.walk(node))


def filter_map(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`map(filter(a, p), m)` is one loop; in 1.15 `#index` then counts what the filter saw."""
    if not (isinstance(node, nodes.Builtin) and node.name == "map" and len(node.arguments) == 2):
        return node
    base, body = _filter(node.arguments[0]), node.arguments[1]
    if base is None or base.mapped is not None or not isinstance(body, nodes.Predicate):
        return node
    if rewriter.version.modern and _has_index(body):
        return node
    return rewriter.typed(replace(base, mapped=body.body), rewriter.nature(node))


def filter_len(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`len(filter(a, p))` is `count(a, p)`."""
    if not (isinstance(node, nodes.Builtin) and node.name == "len" and len(node.arguments) == 1):
        return node
    base = _filter(node.arguments[0])
    if base is None:
        return node
    return rewriter.typed(nodes.Builtin(node.at, "count", base.arguments), INT)


def _filter_edge(place: int, edge: str, finder: str) -> Visit:
    """`filter(a, p)[0]` and `first(filter(a, p))` stop at the first item found."""

    def visit(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
        base, throws = None, False
        if (
            isinstance(node, nodes.Member)
            and not node.optional
            and nodes.whole_number(node.key) == place
        ):
            base, throws = _filter(node.base), True
        elif isinstance(node, nodes.Builtin) and node.name == edge and len(node.arguments) == 1:
            base = _filter(node.arguments[0])
        if base is None:
            return node
        found = replace(base, at=node.at, name=finder, throws=throws)
        return rewriter.typed(found, rewriter.nature(node))

    return visit


_COMBINED = {
    ("all", "and"): "and", ("all", "&&"): "&&", ("any", "or"): "or", ("any", "||"): "||",
    ("none", "and"): "or", ("none", "&&"): "||",
}  # fmt: skip


def predicate_combination(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """`all(a, p) && all(a, q)` is one loop over `p && q`."""
    if not isinstance(node, nodes.Binary):
        return node
    left, right = node.left, node.right
    if not (isinstance(left, nodes.Builtin) and isinstance(right, nodes.Builtin)):
        return node
    operator = _COMBINED.get((left.name, node.operator))
    if operator is None or right.name != left.name:
        return node
    one, other = left.arguments[0], right.arguments[0]
    if rewriter.nature(one).type != rewriter.nature(other).type or not nodes.same(one, other):
        return node
    bodies = [part.arguments[1] for part in (left, right)]
    first, second = (body.body for body in bodies if isinstance(body, nodes.Predicate))
    both = predicate_combination(rewriter, nodes.Binary(node.at, operator, first, second))
    found = nodes.Builtin(node.at, left.name, (one, nodes.Predicate(node.at, both)))
    return rewriter.typed(found, BOOL)


def exact(rewriter: Rewriter, node: nodes.Node) -> nodes.Node:
    """Where both sides are known to be int or string, `==` takes nothing else."""
    if not (isinstance(node, nodes.Binary) and node.operator in ("==", "!=")):
        return node
    one, other = rewriter.nature(node.left).type, rewriter.nature(node.right).type
    if one != other or one not in ("int", "string"):
        return node
    if node.operator == "!=" and not rewriter.version.modern:
        return node
    return rewriter.typed(replace(node, exactly=one), natures.BOOL)


_OLD_PASSES: tuple[Visit, ...] = (
    in_range,
    const_range,
    filter_map,
    filter_len,
    _filter_edge(-1, "last", "findLast"),
    _filter_edge(0, "first", "find"),
)
_PASSES: tuple[Visit, ...] = (
    in_range,
    *_OLD_PASSES[2:],
    predicate_combination,
    sum_range,
    sum_array,
    sum_map,
    count_any,
    count_threshold,
)


def optimized(rewriter: Rewriter, root: nodes.Node) -> nodes.Node:
    """Return the tree as it is run."""
    root = rewriter.walk(root, in_array)
    for _ in range(_FOLDS):
        before, root = root, rewriter.walk(root, fold)
        if root is before:
            break
    if any(map(_has_shortcuts, nodes.walk(root))):
        for visit in _PASSES if rewriter.version.modern else _OLD_PASSES:
            root = rewriter.walk(root, visit)
    return rewriter.walk(root, exact)


def _has_shortcuts(node: nodes.Node) -> bool:
    """Whether a pass after folding may have something to do."""
    return isinstance(node, nodes.Builtin) or (
        isinstance(node, nodes.Binary) and node.operator in ("in", "..")
    )
