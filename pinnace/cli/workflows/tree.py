"""A workflow as ``argo get`` prints it. Pure.

Mirrors ``PrintWorkflowHelper`` and ``printNode`` of cmd/argo/commands/common/get.go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import click

from pinnace.cli import ages
from pinnace.cli.tables import align, harmless
from pinnace.cli.workflows import shape
from pinnace.cli.workflows.shape import ASCII, UTF8, Branches, Node, Shown
from pinnace.objects.types import Object
from pinnace.workflows.constants import NodeType, Phase
from pinnace.workflows.names import node_id, on_exit_name, pod_name

COLOURS: Mapping[str, str | None] = {
    Phase.PENDING: "yellow", Phase.RUNNING: "cyan", Phase.SUCCEEDED: "green",
    Phase.SKIPPED: None, Phase.OMITTED: None, Phase.FAILED: "red", Phase.ERROR: "red",
}  # fmt: skip
_ICONS: Mapping[str, str] = {
    Phase.PENDING: "◷", Phase.RUNNING: "●", Phase.SUCCEEDED: "✔", Phase.SKIPPED: "○",
    Phase.OMITTED: "○", Phase.FAILED: "✖", Phase.ERROR: "⚠",
}  # fmt: skip
_WARNINGS = ("MetricsError", "SpecWarning", "SpecError", "ArtifactGCError")


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a tree is drawn."""

    wide: bool = False
    utf8: bool = True
    shown: Shown = field(default=lambda node: True)

    @property
    def branches(self) -> Branches:
        """Return the characters of the branches."""
        return UTF8 if self.utf8 else ASCII

    def icon(self, node: Node) -> str:
        """Return the icon (or word) of a node's state, coloured."""
        phase = str(node.get("phase", ""))
        if waits(node):
            return click.style("ǁ" if self.utf8 else "Suspend", fg="cyan")
        return click.style(_ICONS.get(phase, "?") if self.utf8 else phase, fg=COLOURS.get(phase))


def waits(node: Node) -> bool:
    """Tell whether a node is a suspend template that waits for somebody."""
    return bool(node["type"] == NodeType.SUSPEND and node.get("phase") == Phase.RUNNING)


def status_of(workflow: Object) -> str:
    """Return the status in argo's words: phase, and whether it is suspended or was ended."""
    status, spec = workflow.get("status") or {}, workflow.get("spec") or {}
    phase = str(status.get("phase") or Phase.PENDING)
    nodes = (status.get("nodes") or {}).values()
    if phase == Phase.RUNNING and (spec.get("suspend") or any(waits(node) for node in nodes)):
        return "Running (Suspended)"
    if phase == Phase.FAILED and spec.get("shutdown"):
        return "Failed (Terminated)"
    return phase


def describe(workflow: Object, now: datetime, look: Look) -> str:
    """Return head, parameters, outputs and tree of a workflow."""
    head = [f"{title + ':':<20} {value}".rstrip() for title, value in _head(workflow, now)]
    tree = _tree(workflow, now, look)
    return "\n".join([*head, *(["", *tree] if tree else [])])


def _head(workflow: Object, now: datetime) -> Iterator[tuple[str, Any]]:
    meta, status = workflow["metadata"], workflow.get("status") or {}
    spec = status.get("storedWorkflowTemplateSpec") or workflow.get("spec") or {}
    yield "Name", meta.get("name", "")
    yield "Namespace", meta.get("namespace", "")
    unset = ("unset" if (workflow.get("spec") or {}).get("workflowTemplateRef")
             else "unset (will run with the default ServiceAccount)")  # fmt: skip
    yield "ServiceAccount", spec.get("serviceAccountName") or unset
    phase = str(status.get("phase") or Phase.PENDING)
    yield "Status", click.style(status_of(workflow), fg=COLOURS.get(phase))
    if status.get("message"):
        yield "Message", harmless(str(status["message"]))
    yield from _conditions(status)
    yield "Created", ages.moment(meta.get("creationTimestamp"), now)
    started, finished = ages.instant(status.get("startedAt")), status.get("finishedAt")
    if started is not None:
        yield "Started", ages.moment(status["startedAt"], now)
        if finished:
            yield "Finished", ages.moment(finished, now)
        end = ages.instant(finished) or now
        yield "Duration", ages.long((end - started).total_seconds())
    yield "Progress", status.get("progress", "")
    if status.get("resourcesDuration"):
        yield "ResourcesDuration", _resources(status["resourcesDuration"])
    yield from _values("Parameters", (spec.get("arguments") or {}).get("parameters"))
    outputs = status.get("outputs") or {}
    yield from _values("Output Parameters", outputs.get("parameters"))
    yield from _artifacts(outputs.get("artifacts"))


def _conditions(status: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    found = status.get("conditions") or []
    if found:
        yield "Conditions", ""
    for each in found:
        wrong = each["type"] in _WARNINGS
        yield f" {each['type']}", each.get("message") if wrong else each.get("status")


def _values(title: str, entries: Any) -> Iterator[tuple[str, Any]]:
    if entries:
        yield title, ""
    for entry in entries or []:
        if entry.get("value") is not None:
            yield f"  {entry['name']}", harmless(str(entry["value"]))


def _artifacts(entries: Any) -> Iterator[tuple[str, Any]]:
    if entries:
        yield "Output Artifacts", ""
    for entry in entries or []:
        key = (entry.get("s3") or {}).get("key")
        if key:
            yield f"  {entry['name']}", key


def _resources(spent: Mapping[str, int]) -> str:
    return ",".join(f"{seconds}s*({name})" for name, seconds in sorted(spent.items()))


# -- the tree -------------------------------------------------------------------------------------


def _tree(workflow: Object, now: datetime, look: Look) -> list[str]:
    nodes = (workflow.get("status") or {}).get("nodes") or {}
    name = workflow["metadata"].get("name", "")
    if name not in nodes:
        return []
    columns = ["STEP", "TEMPLATE", "PODNAME", "DURATION", "MESSAGE"]
    if look.wide:
        columns[4:] = ["ARTIFACTS", "MESSAGE", "RESOURCESDURATION", "NODENAME"]
    rows = [columns]
    handler = node_id(name, on_exit_name(name))
    for root in (name, handler):
        if root == handler and root in nodes:
            rows.append([" "] + [""] * (len(columns) - 1))
        for line in shape.lines(nodes, root, look.branches, look.shown):
            rows.append(_row(name, line, now, look))
    return [line.rstrip() for line in align(rows, padding=2)]


def _row(workflow: str, line: shape.Line, now: datetime, look: Look) -> list[str]:
    node = line.node
    step = f"{line.branches}{look.icon(node)} {harmless(str(node.get('displayName', '')))}"
    pod = duration = host = ""
    if node["type"] == NodeType.POD:
        pod = pod_name(workflow, node["name"], _bare_template(node))
        start, end = ages.instant(node.get("startedAt")), ages.instant(node.get("finishedAt"))
        duration, host = ages.short(start, end or now), str(node.get("hostNodeName") or "")
    message = harmless(str(node.get("message") or "").replace("\n", " "))
    first = [step, _template(node), pod, duration]
    if not look.wide:
        return [*first, message]
    made = (node.get("outputs") or {}).get("artifacts") or []
    artifacts = ",".join(each["name"] for each in made)
    return [*first, artifacts, message, _resources(node.get("resourcesDuration") or {}), host]


def _template(node: Node) -> str:
    ref = node.get("templateRef") or {}
    return f"{ref['name']}/{ref['template']}" if ref else str(node.get("templateName") or "")


def _bare_template(node: Node) -> str:
    ref = node.get("templateRef") or {}
    return str(node.get("templateName") or ref.get("template") or "")
