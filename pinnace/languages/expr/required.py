"""What an expression needs before a template can be filled (util/template/expression_template.go).

Every name and every dotted path it reads, but for what `??` and `?.` guard: `a.b ?? 1` needs
only a. Upstream counts names that `let` binds as well, and so does this.
"""

from __future__ import annotations

from functools import lru_cache

from pinnace.languages import expr
from pinnace.languages.expr import nodes


@lru_cache(maxsize=1024)
def names(text: str) -> tuple[str, ...]:
    """The names and paths in the order of the text; LanguageError if it can't be parsed."""
    root = expr.compile(text).root
    guarded = _guarded(root)
    found: dict[str, None] = {}
    for node in nodes.walk(root):
        if id(node) in guarded:
            continue
        if isinstance(node, nodes.Name):
            found[node.name] = None
        elif isinstance(node, nodes.Member) and (path := nodes.member_path(node)):
            found[path] = None
    return tuple(found)


def _guarded(root: nodes.Node) -> set[int]:
    """The members, by identity, that may lead to nothing."""
    found: set[int] = set()
    for node in nodes.walk(root):
        if isinstance(node, nodes.Binary) and node.operator == "??":
            found.update(id(one) for one in nodes.walk(node.left) if isinstance(one, nodes.Member))
        elif (
            isinstance(node, nodes.Member) and node.optional and isinstance(node.base, nodes.Member)
        ):
            found.add(id(node.base))
    return found
