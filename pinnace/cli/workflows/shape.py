"""The nodes of a workflow as a tree for people. Pure.

A node hangs below the group or retry that has it as a child, else below the DAG or Steps that it
belongs to. Mirrors ``convertToRenderTrees`` and ``renderChild`` of cmd/argo/commands/common/get.go.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.workflows.constants import NodeType, Phase

Node = Mapping[str, Any]
Shown = Callable[[Node], bool]

_INDEX = re.compile(r"\((\d+)")


@dataclass(frozen=True)
class Line:
    """A node and the branches drawn before it."""

    branches: str
    node: Node


@dataclass(frozen=True, kw_only=True)
class Branches:
    """How the branches are drawn."""

    only: str
    first: str
    middle: str
    last: str
    through: str
    blank: str = "  "


UTF8 = Branches(only="──", first="┬─", middle="├─", last="└─", through="│ ")
ASCII = Branches(only="--", first="+-", middle="|-", last="`-", through="| ")


def lines(
    nodes: Mapping[str, Node], root: str, drawn: Branches = UTF8, shown: Shown = lambda node: True
) -> Iterator[Line]:
    """Yield the lines of the tree below (and with) a root node."""
    if root in nodes:
        yield from _Tree(nodes, drawn, shown).walk(root, " ", " ")


class _Tree:
    def __init__(self, nodes: Mapping[str, Node], drawn: Branches, shown: Shown) -> None:
        self._nodes, self._drawn, self._shown = nodes, drawn, shown
        self._children: dict[str, list[str]] = {}
        in_groups = {
            child: node_id
            for node_id, node in nodes.items()
            if node["type"] in (NodeType.STEP_GROUP, NodeType.RETRY)
            for child in node.get("children") or ()
        }
        for node_id, node in nodes.items():
            above = in_groups.get(node_id) or node.get("boundaryID")
            if above and node["type"] != NodeType.TASK_GROUP:  # its items stand in its place
                self._children.setdefault(above, []).append(node_id)
        for found in self._children.values():
            found.sort(key=self._order)

    def _order(self, node_id: str) -> tuple[str, str, int, str]:
        """Order by start, then name; items of a loop by their numbers."""
        node = self._nodes[node_id]
        name = str(node.get("displayName", ""))
        item = _INDEX.search(name)
        number = int(item.group(1)) if item else -1
        return str(node.get("startedAt") or ""), name.partition("(")[0], number, name

    def walk(self, node_id: str, own: str, below: str) -> Iterator[Line]:
        """Yield a node and what is below it; a hidden one gives its place to its children."""
        node = self._nodes[node_id]
        hidden = self._hidden(node)
        if not hidden:
            yield Line(own, node)
        indented = not hidden or node["type"] == NodeType.STEP_GROUP
        children = self._children.get(node_id, [])
        for number, child in enumerate(children):
            branch, through = self._branch(number, len(children), hidden) if indented else ("", "")
            before = own if hidden and number == 0 else below
            yield from self.walk(child, before + branch, below + through)

    def _hidden(self, node: Node) -> bool:
        match node["type"]:
            case NodeType.RETRY:
                return len(node.get("children") or ()) == 1
            case NodeType.STEP_GROUP:
                return True
            case NodeType.SKIPPED if node["phase"] == Phase.OMITTED:
                return True
        return not self._shown(node)

    def _branch(self, number: int, count: int, hidden: bool) -> tuple[str, str]:
        """Return what is drawn before a child and before what is below it."""
        drawn = self._drawn
        if hidden and count == 1:
            return drawn.only, drawn.blank
        if hidden and number == 0:
            return drawn.first, drawn.through
        if number == count - 1:
            return drawn.last, drawn.blank
        return drawn.middle, drawn.through
