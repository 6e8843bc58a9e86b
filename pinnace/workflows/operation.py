"""One reconcile of one workflow: everything steps, dag, retry and the rest read and add to.

Pure: observed objects come in, ``wanted`` and friends are what ``decide`` makes its Decision of.
Mirrors ``wfOperationCtx`` of ``workflow/controller/operator.go``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pinnace.languages.ambient import Ambient
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.meta import Key, annotations_of, labels_of, name_of
from pinnace.objects.types import Object
from pinnace.workflows.constants import ANNOTATION_NODE_ID, NodeType
from pinnace.workflows.nodes import Node, Nodes, active, waits_for_lock
from pinnace.workflows.resolution import Library, Place
from pinnace.workflows.spec import Reference, Template, artifacts, named, parameters, text


@dataclass(frozen=True, kw_only=True)
class Call:
    """An order to execute a template as a node."""

    node: str
    reference: Reference
    place: Place
    arguments: Mapping[str, Any] = field(default_factory=dict)
    boundary: str = ""
    boundary_template: Template | None = None
    on_exit: bool = False
    flag: dict[str, bool] | None = None
    deadline: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """A template ready to be executed: found, with arguments filled in."""

    call: Call
    node: str
    template: Template
    place: Place  # where the template's own steps find their templates


ConfigMaps = Mapping[str, Object]


class Operation:
    """The state of one reconcile."""

    def __init__(
        self, workflow: Object, spec: Object, *, library: Library, config_maps: ConfigMaps,
        pods: list[Object], now: datetime,
    ) -> None:  # fmt: skip
        self.workflow, self.spec, self.library = workflow, spec, library
        self.config_maps, self.now = config_maps, now
        self.ambient = Ambient(now=lambda: now)
        self.name = name_of(workflow)
        self.status: Object = workflow.setdefault("status", {})
        self.nodes = Nodes(self.name, self.status.get("nodes") or {}, now)
        self.pods = {annotations_of(pod).get(ANNOTATION_NODE_ID, ""): pod for pod in pods}
        self.globals: dict[str, str] = {}
        self.volumes: list[Any] = list(spec.get("volumes") or [])
        self.repository: Object = {}
        self.depth = 0
        self.wanted: list[Object] = []
        self.deletions: list[Key] = []
        self.doomed: set[str] = set()
        self.wake_at: datetime | None = None
        self.waiting: list[tuple[str, str]] = []
        self.active_pods = 0
        self.execute: Callable[[Call], Node | None] = _not_wired

    # -- limits -------------------------------------------------------------------------------

    @property
    def shutdown(self) -> str:
        """Return "Stop", "Terminate" or ""."""
        return str(self.spec.get("shutdown") or "")

    def may_run(self, *, on_exit: bool) -> bool:
        """Tell whether the shutdown strategy, if any, lets such a node run."""
        return not self.shutdown or (self.shutdown == "Stop" and on_exit)

    @property
    def deadline(self) -> datetime | None:
        """Return when ``spec.activeDeadlineSeconds`` ends."""
        seconds, started = self.spec.get("activeDeadlineSeconds"), self.status.get("startedAt")
        if seconds is None or not started:
            return None
        return parse_rfc3339(str(started)) + timedelta(seconds=int(seconds))

    @property
    def past_deadline(self) -> bool:
        """Tell whether the workflow's deadline has passed."""
        return self.deadline is not None and self.now > self.deadline

    def wake(self, moment: datetime) -> None:
        """Ask to be reconciled again at this time, if not earlier."""
        if self.wake_at is None or moment < self.wake_at:
            self.wake_at = moment

    def wait_for(self, node: str, reference: str) -> None:
        """Note that a node waits for an output that is not there; see ``deadlock``."""
        self.waiting.append((node, reference))

    def count_pods(self) -> None:
        """Count the pods that are at work, for the workflow's ``parallelism``."""
        self.active_pods = sum(1 for node in self.nodes if self._is_active_pod(node))

    def _is_active_pod(self, node: Node) -> bool:
        return (
            node.get("type") == NodeType.POD
            and active(node)
            and not waits_for_lock(node)
            and node["id"] in self.pods
        )

    # -- pods ---------------------------------------------------------------------------------

    def want_pod(self, node_id: str, pod: Object, extras: list[Object]) -> None:
        """Create the pod together with the node's status; it counts as active from now."""
        self.wanted += [*extras, pod]
        self.pods[node_id] = pod
        self.active_pods += 1

    def stop_pod(self, node_id: str) -> None:
        """Have the node's pod stopped (SIGTERM, then SIGKILL after its grace period)."""
        self.doomed.add(node_id)

    def pod_labels(self, node_id: str) -> Mapping[str, str]:
        """Return the labels of a node's pod, if it has one."""
        return labels_of(self.pods[node_id]) if node_id in self.pods else {}

    # -- the workflow's own outputs -----------------------------------------------------------

    @property
    def outputs(self) -> Mapping[str, Any]:
        """Return the workflow's outputs so far."""
        outputs: Mapping[str, Any] = self.status.get("outputs") or {}
        return outputs

    def export(self, outputs: Mapping[str, Any] | None) -> None:
        """Add outputs that have a ``globalName`` to the workflow's own; the last writer wins."""
        for parameter in parameters(outputs):
            if parameter.get("globalName") and parameter.get("value") is not None:
                value = text(parameter["value"])
                self._set_output("parameters", {"name": parameter["globalName"], "value": value})
                self.globals[f"workflow.outputs.parameters.{parameter['globalName']}"] = value
        for artifact in artifacts(outputs):
            if artifact.get("globalName"):
                kept = {k: v for k, v in artifact.items() if k not in ("globalName", "path")}
                self._set_output("artifacts", {**kept, "name": artifact["globalName"]})

    def _set_output(self, section: str, value: dict[str, Any]) -> None:
        outputs = dict(self.outputs)
        items = list(outputs.get(section) or [])
        old = named(items, value["name"])
        outputs[section] = (
            [value if each is old else each for each in items] if old else [*items, value]
        )
        self.status["outputs"] = outputs


def _not_wired(call: Call) -> Node | None:
    raise RuntimeError(f"no executor is set for {call.node}")
