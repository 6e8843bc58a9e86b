"""The node table: ``status.nodes`` as one reconcile sees and changes it.

Copies a node only when it is first changed, so that a reconcile of a workflow with a thousand
finished nodes costs little; counts active and failed children per boundary as it goes, for
parallelism. Mirrors the node functions of ``workflow/controller/operator.go``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from pinnace.objects.clock import rfc3339
from pinnace.workflows import names
from pinnace.workflows.constants import NodeType, Phase

Node: TypeAlias = dict[str, Any]

_COMPLETED = frozenset({Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR})
_FULFILLED = _COMPLETED | {Phase.SKIPPED, Phase.OMITTED}
_UNSUCCESSFUL = frozenset({Phase.FAILED, Phase.ERROR})
_ACTIVE = frozenset({Phase.PENDING, Phase.RUNNING})
#: The types that count as a child for parallelism and failFast.
_COUNTED = frozenset({NodeType.POD, NodeType.STEPS, NodeType.DAG})


def completed(node: Node) -> bool:
    """Tell whether it ran and ended."""
    return node.get("phase") in _COMPLETED


def fulfilled(node: Node) -> bool:
    """Tell whether what waits for it may go on: ended, skipped, omitted, or a ready daemon."""
    return node.get("phase") in _FULFILLED or (
        bool(node.get("daemoned")) and node.get("phase") != Phase.PENDING
    )


def ended(node: Node) -> bool:
    """Tell whether its phase will not change by itself (a ready daemon has not ended)."""
    return node.get("phase") in _FULFILLED


def unsuccessful(node: Node) -> bool:
    """Tell whether it is Failed or Error."""
    return node.get("phase") in _UNSUCCESSFUL


def active(node: Node) -> bool:
    """Tell whether it is Pending or Running."""
    return node.get("phase") in _ACTIVE


def flagged(node: Node, flag: str) -> bool:
    """Tell whether ``nodeFlag`` has ``hooked`` or ``retried``."""
    return bool((node.get("nodeFlag") or {}).get(flag))


def waits_for_lock(node: Node) -> bool:
    """Tell whether it is held back by a mutex or semaphore."""
    return bool((node.get("synchronizationStatus") or {}).get("waiting"))


@dataclass(frozen=True, kw_only=True)
class NewNode:
    """Everything a node is born with."""

    name: str
    type: NodeType
    phase: Phase
    scope: str
    boundary: str = ""
    template: str = ""
    template_ref: dict[str, Any] | None = None
    message: str = ""
    flag: dict[str, bool] | None = None
    inputs: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Nodes:
    """The nodes of one workflow during one reconcile."""

    def __init__(self, workflow: str, nodes: dict[str, Node], now: datetime) -> None:
        self.workflow = workflow
        self.now = now
        self._nodes = dict(nodes)
        self._owned: set[str] = set()
        self._active: Counter[str] = Counter()
        self._unsuccessful: Counter[str] = Counter()
        self._in_boundary: dict[str, list[str]] = {}
        self._edge_sets: dict[str, set[str]] = {}
        for node in self._nodes.values():
            self._tally(node, 1)
            self._in_boundary.setdefault(node.get("boundaryID", ""), []).append(node["id"])

    # -- reading ------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Node]:
        return iter(list(self._nodes.values()))

    def __len__(self) -> int:
        return len(self._nodes)

    def id_of(self, name: str) -> str:
        """Return the id that the node of this name has or would have."""
        return names.node_id(self.workflow, name)

    def get(self, node_id: str) -> Node | None:
        """Return a node by id (a view: change it through :meth:`edit`)."""
        return self._nodes.get(node_id)

    def named(self, name: str) -> Node | None:
        """Return a node by name."""
        return self._nodes.get(self.id_of(name))

    def must(self, name: str) -> Node:
        """Return a node by name that this code has made before."""
        return self._nodes[self.id_of(name)]

    def children(self, node: Node) -> list[Node]:
        """Return its children that exist."""
        found = (self._nodes.get(child) for child in node.get("children") or [])
        return [child for child in found if child is not None]

    def inside(self, boundary: str) -> list[Node]:
        """Return the nodes whose nearest Steps or DAG is this one."""
        return [self._nodes[each] for each in self._in_boundary.get(boundary, [])]

    def active_children(self, boundary: str) -> int:
        """Count children of the boundary that are Pending or Running."""
        return self._active[boundary]

    def unsuccessful_children(self, boundary: str) -> int:
        """Count children of the boundary that are Failed or Error."""
        return self._unsuccessful[boundary]

    def is_new(self, node_id: str) -> bool:
        """Tell whether this reconcile has made or changed the node."""
        return node_id in self._owned

    def as_json(self) -> dict[str, Node]:
        """Return the table as ``status.nodes`` has it."""
        return dict(self._nodes)

    # -- changing -----------------------------------------------------------------------------

    def edit(self, node_id: str) -> Node:
        """Return a node to write to; its own fields may be replaced, not written into."""
        node = self._nodes[node_id]
        if node_id not in self._owned:
            node = {**node, "children": list(node["children"])} if "children" in node else {**node}
            self._nodes[node_id] = node
            self._owned.add(node_id)
        return node

    def update(self, node_id: str, **fields: Any) -> Node:
        """Set fields; None removes one. Returns the node; copies nothing when nothing changes."""
        node = self._nodes[node_id]
        if all(node.get(key) == value for key, value in fields.items()):
            return node
        self._tally(node, -1)
        node = self.edit(node_id)
        for key, value in fields.items():
            if value is None:
                node.pop(key, None)
            else:
                node[key] = value
        self._tally(node, 1)
        return node

    def start(self, new: NewNode) -> Node:
        """Create a node; it must not exist yet."""
        node_id = self.id_of(new.name)
        if node_id in self._nodes:
            raise RuntimeError(f"node {new.name} already initialized")
        boundary = self._nodes.get(new.boundary)
        stamp = rfc3339(self.now)
        node: Node = {
            "id": node_id,
            "name": new.name,
            "displayName": names.display_name(new.name, boundary["name"] if boundary else None),
            "type": str(new.type),
            "templateScope": new.scope,
            "phase": str(new.phase),
            "startedAt": stamp,
            "finishedAt": stamp if new.phase in _FULFILLED else None,
        }
        optional = {
            "templateName": new.template,
            "templateRef": new.template_ref,
            "boundaryID": new.boundary,
            "message": new.message,
            "inputs": new.inputs,
        }
        node.update({key: value for key, value in optional.items() if value})
        if new.flag is not None:
            node["nodeFlag"] = dict(new.flag)
        node.update(new.extra)
        self._nodes[node_id] = node
        self._owned.add(node_id)
        self._in_boundary.setdefault(new.boundary, []).append(node_id)
        self._tally(node, 1)
        return node

    def mark(self, name: str, phase: Phase, message: str | None = None) -> Node:
        """Set a node's phase, and its message when one is given; finishes it when it ends."""
        node = self.must(name)
        fields: dict[str, Any] = {"phase": str(phase)}
        if message is not None:
            fields["message"] = message or None
        node = self.update(node["id"], **fields)
        if fulfilled(node) and not node.get("finishedAt"):
            node = self.update(node["id"], finishedAt=rfc3339(self.now))
        return node

    def add_child(self, parent: str, child: str) -> None:
        """Draw the edge from parent to child (both by name), once."""
        parent_id, child_id = self.id_of(parent), self.id_of(child)
        node = self._nodes[parent_id]
        if child_id in self._edges(parent_id, node):
            return
        node = self.edit(parent_id)
        node.setdefault("children", []).append(child_id)
        self._edges(parent_id, node).add(child_id)

    def outbound(self, node_id: str) -> list[str]:
        """Return the last nodes of what this node runs: where the next step hangs on."""
        node = self._nodes[node_id]
        kind, children = node["type"], node.get("children") or []
        if kind in (NodeType.POD, NodeType.SKIPPED, NodeType.SUSPEND, NodeType.HTTP):
            return [node_id]
        if kind == NodeType.TASK_GROUP:
            return [each for child in children for each in self.outbound(child)] or [node_id]
        if kind == NodeType.RETRY and children:
            return [children[-1]]
        if (node.get("memoizationStatus") or {}).get("hit"):
            return [node_id]
        return [each for last in node.get("outboundNodes") or [] for each in self.outbound(last)]

    # -- private ------------------------------------------------------------------------------

    def _edges(self, parent_id: str, node: Node) -> set[str]:
        """Return the set of a node's children, kept apart so that a thousand edges stay cheap."""
        if parent_id not in self._edge_sets:
            self._edge_sets[parent_id] = set(node.get("children") or [])
        return self._edge_sets[parent_id]

    def _tally(self, node: Node, step: int) -> None:
        if node.get("type") not in _COUNTED:
            return
        boundary = node.get("boundaryID", "")
        if active(node):
            self._active[boundary] += step
        elif unsuccessful(node):
            self._unsuccessful[boundary] += step
