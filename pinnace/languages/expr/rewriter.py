"""A checked tree, rewritten node by node; what is known of each node goes along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import nodes
from pinnace.languages.expr.natures import UNKNOWN, Nature
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.expr.versions import Version

Visit = Callable[["Rewriter", nodes.Node], nodes.Node]


class Rewriter:
    """Rewrites one checked tree; holds what the checker found out."""

    def __init__(self, text: str, found: Mapping[int, Nature], version: Version) -> None:
        self._text = text
        self._natures = dict(found)
        self._kept: list[nodes.Node] = []  # natures go by identity, so nodes must stay alive
        self.version = version

    def nature(self, node: nodes.Node) -> Nature:
        """What the checker knows of a node."""
        return self._natures.get(id(node), UNKNOWN)

    def typed(self, node: nodes.Node, nature: Nature) -> nodes.Node:
        """The same node, its nature noted."""
        self._natures[id(node)] = nature
        self._kept.append(node)
        return node

    def error(self, node: nodes.Node, message: str) -> LanguageError:
        """The error at a node."""
        return LanguageError(LANGUAGE, self._text, node.at, message)

    def walk(self, node: nodes.Node, visit: Visit) -> nodes.Node:
        """Visit what is below, then the node; a long chain of operators is no deep recursion."""
        if not isinstance(node, nodes.Binary):
            return visit(self, self._rebuilt(node, visit))
        spine = [node]
        while isinstance(spine[-1].left, nodes.Binary):
            spine.append(spine[-1].left)
        left = self.walk(spine[-1].left, visit)
        for one in reversed(spine):
            right = self.walk(one.right, visit)
            if left is not one.left or right is not one.right:
                one = self._like(one, replace(one, left=left, right=right))
            left = visit(self, one)
        return left

    def _rebuilt(self, node: nodes.Node, visit: Visit) -> nodes.Node:
        changed: dict[str, Any] = {}
        for name in nodes.branches(type(node)):
            before = getattr(node, name)
            after = self._inside(before, visit)
            if after is not before:
                changed[name] = after
        return self._like(node, replace(node, **changed)) if changed else node

    def _inside(self, value: Any, visit: Visit) -> Any:
        if isinstance(value, nodes.Node):
            return self.walk(value, visit)
        if isinstance(value, tuple):
            found = tuple(self._inside(item, visit) for item in value)
            same = all(one is other for one, other in zip(found, value, strict=True))
            return value if same else found
        return value

    def _like(self, old: nodes.Node, new: Any) -> Any:
        return self.typed(new, self.nature(old))
