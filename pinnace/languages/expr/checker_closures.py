"""Functions with a closure, as the checker sees them (checker.go's builtinNode)."""

from __future__ import annotations

from collections.abc import Callable

from pinnace.languages.expr import natures, nodes
from pinnace.languages.expr.checker import VISITORS, Checker, Scope
from pinnace.languages.expr.natures import BOOL, INT, UNKNOWN, Nature

_GROUPS = Nature("map[interface {}][]interface {}")
_TESTS = frozenset(
    "all none any one filter count find findLast findIndex findLastIndex".split()  # noqa: SIM905
)
"""Those whose closure must answer true or false."""


def _array_of(checker: Checker, element: Nature) -> Nature:
    """What `map` and `filter` give: 1.15 takes it for a slice of that very type."""
    if checker.version.strict:
        return natures.array_of(element)
    return Nature(f"[]{element.type or natures.ANY}")


def _filtered(checker: Checker, collection: Nature, _body: Nature) -> Nature:
    return natures.ARRAY if collection.unknown else _array_of(checker, checker.elements(collection))


def _same(nature: Nature) -> Callable[[Checker, Nature, Nature], Nature]:
    return lambda _checker, _collection, _body: nature


def _element(checker: Checker, collection: Nature, _body: Nature) -> Nature:
    return checker.elements(collection)


def _body(_checker: Checker, _collection: Nature, body: Nature) -> Nature:
    return body


_GIVES: dict[str, Callable[[Checker, Nature, Nature], Nature]] = {
    **dict.fromkeys(("all", "none", "any", "one"), _same(BOOL)),
    **dict.fromkeys(("count", "findIndex", "findLastIndex"), _same(INT)),
    **dict.fromkeys(("find", "findLast"), _element),
    "filter": _filtered,
    "map": lambda checker, _collection, body: _array_of(checker, body),
    "groupBy": _same(_GROUPS),
    "sortBy": lambda _checker, collection, _body: collection,
    "reduce": _body,
    "sum": _body,
}
_POINTERS: dict[str, dict[str, Nature]] = {
    "map": {"index": INT},
    "reduce": {"index": INT, "acc": UNKNOWN},
}


def _builtin(checker: Checker, node: nodes.Builtin) -> Nature:
    if node.name not in checker.version.predicates:
        return checker.builtin(node)
    collection = checker.visit(node.arguments[0])
    if not (collection.array or collection.unknown):
        raise checker.error(
            node.arguments[0], f"builtin {node.name} takes only array (got {collection})"
        )
    if len(node.arguments) == 1:  # count(array) and sum(array)
        return INT if node.name == "count" else checker.elements(collection)
    checker.scopes.append(Scope(collection, _POINTERS.get(node.name, {})))
    body = checker.visit(node.arguments[1])
    checker.scopes.pop()
    if body.nil:
        raise checker.error(node.arguments[1], "predicate should return a value (got nil)")
    if node.name in _TESTS and not (body.kind == "bool" or body.unknown):
        raise checker.error(node.arguments[1], f"predicate should return boolean (got {body})")
    for extra in node.arguments[2:]:
        _extra(checker, node.name, extra)
    return _GIVES[node.name](checker, collection, body)


def _extra(checker: Checker, name: str, node: nodes.Node) -> None:
    found = checker.visit(node)
    if name == "sortBy" and not (found.kind == "string" or found.unknown):
        raise checker.error(node, f"sortBy order argument must be a string (got {found})")


def _predicate(checker: Checker, node: nodes.Predicate) -> Nature:
    return checker.visit(node.body)


VISITORS[nodes.Builtin] = _builtin
VISITORS[nodes.Predicate] = _predicate
