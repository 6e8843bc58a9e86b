"""Plays the rest of the world to ``decide``: runs a whole workflow in milliseconds, in memory.

Pods end as a test's ``behave`` says; the clock jumps to whatever the workflow waits for next.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pinnace.objects.clock import parse_rfc3339, rfc3339
from pinnace.objects.meta import annotations_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision, Note
from pinnace.workflows.assess import template_of
from pinnace.workflows.decide import decide
from pinnace.workflows.nodes import Node

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a pod ends."""

    code: int = 0
    result: str | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    seconds: int = 1
    phase: str = ""  # default: by the code
    message: str = ""
    never: bool = False


Behaviour = Callable[[str, Object], Outcome]


def succeed(name: str, template: Object) -> Outcome:
    """Every pod ends well."""
    return Outcome()


class Simulation:
    """One workflow and everything around it."""

    def __init__(
        self,
        workflow: Object,
        *,
        behave: Behaviour = succeed,
        templates: Iterable[Object] = (),
        config_maps: Iterable[Object] = (),
    ) -> None:
        self.now = START
        self.behave = behave
        self.templates, self.config_maps = list(templates), list(config_maps)
        self.workflow = json.loads(json.dumps(workflow))
        meta = self.workflow.setdefault("metadata", {})
        meta.setdefault("name", (meta.pop("generateName", "") or "wf-") + "x")
        meta.update(namespace="default", uid="wf-uid", creationTimestamp=rfc3339(self.now))
        self.pods: dict[str, Object] = {}
        self.made: dict[str, Object] = {}
        self.results: dict[str, Object] = {}
        self.others: dict[tuple[str, str], Object] = {}
        self.events: list[Note] = []
        self.decisions = 0
        self.deleted: list[str] = []

    # -- running ------------------------------------------------------------------------------

    def run(self, limit: int = 2000) -> "Simulation":
        """Go on until the workflow has ended, or nothing moves any more."""
        for _ in range(limit):
            decision = self.step()
            if self.is_done:
                return self
            if self._move_pods():
                continue
            waits = [each for each in (decision.requeue_after, self._until_deadline()) if each]
            if not waits and decision.requeue_after is None:
                return self
            self.now += timedelta(seconds=min(waits, default=0.0) + 0.001)
            self._end_late_pods()
        raise AssertionError(f"not done after {limit} reconciles: {self.tree()}")

    def step(self) -> Decision:
        """Reconcile once; also proves that deciding twice on the same objects decides the same."""
        arguments = (
            self.workflow,
            list(self.pods.values()),
            list(self.results.values()),
            self.templates,
            self.config_maps,
            self.now,
        )
        before = json.dumps(arguments[:5], default=str)
        decision = decide(*arguments)
        assert json.dumps(arguments[:5], default=str) == before, "decide wrote to what it was given"
        self.decisions += 1
        if decision.status is not None:
            self.workflow = json.loads(json.dumps(decision.status))
        for obj in decision.wanted:
            self._create(obj)
        for obj in decision.changed:
            self.pods[name_of(obj)] = self.made[name_of(obj)] = json.loads(json.dumps(obj))
        for key in decision.delete:
            self.deleted.append(key.name)
            self.pods = {k: v for k, v in self.pods.items() if name_of(v) != key.name}
        self.events += decision.events
        return decision

    def _create(self, obj: Object) -> None:
        obj = json.loads(json.dumps(obj))
        if obj["kind"] != "Pod":
            self.others[obj["kind"], name_of(obj)] = obj
            return
        assert name_of(obj) not in self.pods, f"pod {name_of(obj)} made twice"
        obj["status"] = {"phase": "Pending"}
        obj["metadata"]["uid"] = f"uid-{len(self.made)}"
        obj["spec"]["nodeName"] = "here"
        self.pods[name_of(obj)] = self.made[name_of(obj)] = obj

    def _move_pods(self) -> bool:
        moved = False
        for pod in self.pods.values():
            phase = pod["status"]["phase"]
            if phase == "Pending":
                started = {"running": {"startedAt": rfc3339(self.now)}}
                pod["status"] = {
                    "phase": "Running",
                    "podIP": "127.0.0.1",
                    "containerStatuses": [
                        {"name": each["name"], "ready": True, "state": started}
                        for each in pod["spec"]["containers"]
                    ],
                }
                moved = True
            elif phase == "Running" and not annotations_of(pod).get("simulated-daemon"):
                moved = self._end(pod) or moved
        return moved

    def _deadline_of(self, pod: Object) -> datetime | None:
        seconds = pod["spec"].get("activeDeadlineSeconds")
        if seconds is None or pod["status"]["phase"] != "Running":
            return None
        started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
        return parse_rfc3339(started) + timedelta(seconds=seconds)

    def _until_deadline(self) -> float | None:
        deadlines = [each for pod in self.pods.values() if (each := self._deadline_of(pod))]
        return (min(deadlines) - self.now).total_seconds() if deadlines else None

    def _end_late_pods(self) -> None:
        """End the pods whose time is over, as a node does."""
        for pod in self.pods.values():
            deadline = self._deadline_of(pod)
            if deadline is not None and self.now >= deadline:
                pod["status"] = {
                    "phase": "Failed",
                    "reason": "DeadlineExceeded",
                    "message": "Pod was active on the node longer than the specified deadline",
                }

    def _end(self, pod: Object) -> bool:
        template = template_of(pod)
        node = self.node_of(pod)
        outcome = self.behave(node["displayName"], template)
        if outcome.never or template.get("daemon"):
            pod["metadata"]["annotations"]["simulated-daemon"] = "true"
            return True
        started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
        self.now += timedelta(seconds=outcome.seconds)
        ended = {
            "exitCode": outcome.code,
            "reason": "Completed" if outcome.code == 0 else "Error",
            "startedAt": started,
            "finishedAt": rfc3339(self.now),
        }
        fine = {**ended, "exitCode": 0, "reason": "Completed"}
        pod["status"]["phase"] = outcome.phase or ("Failed" if outcome.code else "Succeeded")
        if outcome.message:
            pod["status"]["message"] = outcome.message
        pod["status"]["containerStatuses"] = [
            {"name": name, "state": {"terminated": ended if name == "main" else fine}}
            for name in (each["name"] for each in pod["spec"]["containers"])
        ]
        self._report(node, pod, template, outcome)
        return True

    def _report(self, node: Node, pod: Object, template: Object, outcome: Outcome) -> None:
        """Report what argoexec would have collected."""
        outputs: dict[str, Any] = {}
        declared = template.get("outputs") or {}
        found = []
        for parameter in declared.get("parameters") or []:
            source = parameter.get("valueFrom") or {}
            value = outcome.parameters.get(parameter["name"], source.get("default", "made"))
            found.append({**parameter, "value": value})
        if found:
            outputs["parameters"] = found
        kept = [
            {**each, "s3": {"key": f"{name_of(pod)}/{each['name']}.tgz"}}
            for each in declared.get("artifacts") or []
        ]
        if kept:
            outputs["artifacts"] = kept
        asked = {
            each["name"]: each.get("value")
            for container in pod["spec"]["containers"]
            for each in container["env"]
        }
        if asked.get("ARGO_INCLUDE_SCRIPT_OUTPUT") == "true":
            outputs["result"] = outcome.result if outcome.result is not None else ""
        self.results[node["id"]] = {
            "kind": "WorkflowTaskResult",
            "metadata": {"name": node["id"]},
            "outputs": outputs,
        }

    # -- looking ------------------------------------------------------------------------------

    @property
    def is_done(self) -> bool:
        return (self.workflow["metadata"].get("labels") or {}).get(
            "workflows.argoproj.io/completed"
        ) == "true"

    @property
    def phase(self) -> str:
        return str(self.workflow["status"].get("phase"))

    @property
    def message(self) -> str:
        return str(self.workflow["status"].get("message", ""))

    @property
    def nodes(self) -> dict[str, Node]:
        """Nodes by display name."""
        found = self.workflow["status"].get("nodes") or {}
        return {each["displayName"]: each for each in found.values()}

    def named(self, name: str) -> Node:
        """A node by its full name below the workflow's."""
        found = self.workflow["status"]["nodes"].values()
        return next(
            each for each in found if each["name"] == self.workflow["metadata"]["name"] + name
        )

    def node_of(self, pod: Object) -> Node:
        node_id = annotations_of(pod)["workflows.argoproj.io/node-id"]
        node: Node = self.workflow["status"]["nodes"][node_id]
        return node

    def main(self, display_name: str) -> Object:
        """The main container of a node's pod."""
        node_id = self.nodes[display_name]["id"]
        for pod in self.made.values():
            if annotations_of(pod)["workflows.argoproj.io/node-id"] == node_id:
                return next(c for c in pod["spec"]["containers"] if c["name"] == "main")
        raise AssertionError(f"{display_name} has no pod: {sorted(self.made)}")

    def phases(self) -> dict[str, str]:
        return {name: node["phase"] for name, node in self.nodes.items()}

    def tree(self) -> str:
        """The nodes as text, for a failed test."""
        found = (self.workflow.get("status") or {}).get("nodes") or {}
        lines = [f"{self.phase}: {self.message}"]
        lines += [
            f"  {each['name']} {each['type']} {each['phase']} {each.get('message', '')}"
            for each in found.values()
        ]
        return "\n".join(lines)
