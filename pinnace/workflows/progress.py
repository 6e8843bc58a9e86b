"""Progress and resource use: pods' own, summed upwards through the graph.

Mirrors ``workflow/progress/updater.go`` and ``util/resource``.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pinnace.objects.quantities import parse_quantity
from pinnace.objects.types import Object
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.durations import instant
from pinnace.workflows.nodes import Node, Nodes, ended

_COUNTED = frozenset(
    {NodeType.POD, NodeType.HTTP, NodeType.PLUGIN, NodeType.CONTAINER, NodeType.SUSPEND}
)
_GOOD_ENDS = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.OMITTED})
_PROGRESS = re.compile(r"(\d+)/(\d+)")
_DEFAULTS = {"cpu": "100m", "memory": "100Mi"}
#: What one second of use counts as 1: a core, and 100 MiB.
_UNITS = {"cpu": Decimal(1), "memory": Decimal(100 * 1024 * 1024)}


def parse_progress(text: object) -> tuple[int, int] | None:
    """Read ``N/M``; None when it is not a valid progress."""
    match = _PROGRESS.fullmatch(str(text or "").strip())
    if match is None:
        return None
    done, total = int(match.group(1)), int(match.group(2))
    return (done, total) if total > 0 and done <= total else None


def update_sums(nodes: Nodes) -> tuple[str, dict[str, int]]:
    """Bring progress and resource use of every node up to date; return the workflow's own."""
    done = total = 0
    spent: dict[str, int] = {}
    for node in nodes:
        if node["type"] == NodeType.POD:
            _add(spent, node.get("resourcesDuration") or {})
        if node["type"] not in _COUNTED:
            continue
        progress = parse_progress(node.get("progress")) or (0, 1)
        if node["phase"] in _GOOD_ENDS:
            progress = (progress[1], progress[1])
        nodes.update(node["id"], progress=f"{progress[0]}/{progress[1]}")
        done, total = done + progress[0], total + progress[1]
    for node in nodes:
        if node["type"] not in _COUNTED:
            _sum_below(nodes, node)
    return f"{done}/{total}", spent


def _sum_below(nodes: Nodes, node: Node) -> None:
    if ended(node) and "resourcesDuration" in node and not nodes.is_new(node["id"]):
        return
    done = total = 0
    spent: dict[str, int] = {}
    for below in _below(nodes, node):
        if below["type"] in _COUNTED:
            progress = parse_progress(below.get("progress")) or (0, 1)
            done, total = done + progress[0], total + progress[1]
        if below["type"] == NodeType.POD:
            _add(spent, below.get("resourcesDuration") or {})
    fields: dict[str, Any] = {}
    if total:
        fields["progress"] = f"{done}/{total}"
    if ended(node):
        fields["resourcesDuration"] = spent
    nodes.update(node["id"], **fields)


def _below(nodes: Nodes, node: Node) -> Iterator[Node]:
    """Walk everything that can be reached from a node, each node once."""
    seen: set[str] = set()
    stack = list(node.get("children") or [])
    while stack:
        node_id = stack.pop()
        child = nodes.get(node_id)
        if node_id in seen or child is None:
            continue
        seen.add(node_id)
        yield child
        stack += child.get("children") or []


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for name, seconds in more.items():
        total[name] = total.get(name, 0) + int(seconds)


def of_pod(pod: Object) -> dict[str, int]:
    """Return what a pod has used: request (or limit, or a default) times whole seconds it ran."""
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    wanted = {
        each["name"]: _request(each)
        for part in ("initContainers", "containers")
        for each in spec.get(part) or []
    }
    total: dict[str, int] = {}
    for part in ("initContainerStatuses", "containerStatuses"):
        for each in status.get(part) or []:
            seconds = _seconds(each.get("state") or {})
            for name, amount in wanted.get(each["name"], {}).items():
                used = seconds * amount / _UNITS.get(name, Decimal(1))
                total[name] = total.get(name, 0) + int(used)
    return total


def _request(container: Mapping[str, Any]) -> dict[str, Decimal]:
    resources = container.get("resources") or {}
    asked = {**_DEFAULTS, **(resources.get("limits") or {}), **(resources.get("requests") or {})}
    return {name: parse_quantity(str(amount)) for name, amount in asked.items()}


def _seconds(state: Mapping[str, Any]) -> int:
    terminated = state.get("terminated") or {}
    start, end = instant(terminated.get("startedAt")), instant(terminated.get("finishedAt"))
    return int((end - start).total_seconds()) if start and end else 0
