"""The rest of the world for the pure core of workflows: pods that end as asked, in memory.

Each turn gives ``decide`` the objects as they are, applies what it decided, and moves pods on. Only
the time inside ``decide`` is counted.
"""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import orjson

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import annotations_of, labels_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.decide import decide

_START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class World:
    """One workflow, its pods, and what its reconciles cost."""

    def __init__(self, spec: Object) -> None:
        metadata = {"name": "w", "namespace": "default", "uid": "u",
                    "creationTimestamp": rfc3339(_START)}  # fmt: skip
        self.workflow: Object = {
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": metadata,
            "spec": spec,
        }  # fmt: skip
        self._now = _START
        self._pods: dict[str, Object] = {}
        self._results: dict[str, Object] = {}
        self.seconds: list[float] = []  # of each reconcile

    def run(self, width: int) -> "World":
        """Go on to the end; at most ``width`` pods end between two reconciles."""
        while labels_of(self.workflow).get("workflows.argoproj.io/completed") != "true":
            decision = self.reconcile()
            if not self._move(width) and decision == Decision():
                raise SystemExit(f"the workflow stands still: {self.workflow['status']}")
        return self

    def reconcile(self) -> Decision:
        """Decide once and apply it."""
        given = (list(self._pods.values()), list(self._results.values()))
        begun = perf_counter()
        decision = decide(self.workflow, *given, (), (), self._now)
        self.seconds.append(perf_counter() - begun)
        if decision.status is not None:
            self.workflow = orjson.loads(orjson.dumps(decision.status))
        for obj in decision.wanted:
            self._pods[name_of(obj)] = {**obj, "status": {"phase": "Pending"}}
        for obj in decision.changed:
            self._pods[name_of(obj)] = obj
        for key in decision.delete:
            self._pods.pop(key.name, None)
        return decision

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.workflow["status"]["nodes"])

    def _move(self, width: int) -> bool:
        waiting = [pod for pod in self._pods.values() if pod["status"]["phase"] == "Pending"]
        for pod in waiting[:width]:
            self._end(pod)
        return bool(waiting)

    def _end(self, pod: Object) -> None:
        begun = rfc3339(self._now)
        self._now += timedelta(seconds=1)
        state: dict[str, Any] = {"exitCode": 0, "reason": "Completed", "startedAt": begun}
        state["finishedAt"] = rfc3339(self._now)
        containers = [
            {"name": each["name"], "state": {"terminated": state}}
            for each in pod["spec"]["containers"]
        ]
        status = {"phase": "Succeeded", "containerStatuses": containers}
        self._pods[name_of(pod)] = {**pod, "status": status}
        node = annotations_of(pod)["workflows.argoproj.io/node-id"]
        self._results[node] = {"metadata": {"name": node}, "outputs": {}}
