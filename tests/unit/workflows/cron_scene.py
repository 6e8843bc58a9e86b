"""A CronWorkflow, its children, and a controller that may be restarted."""

from datetime import UTC, datetime
from typing import Any

from pinnace.objects.meta import labels_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision
from pinnace.workflows.cron.decide import decide
from pinnace.workflows.cron.ticks import Memory
from tests.manual_clock import ManualClock

START = datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)
MAIN: Object = {"name": "main", "container": {"image": "i", "command": ["c"]}}
WORKFLOW: Object = {"entrypoint": "main", "templates": [MAIN]}


def cron(**spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow",
        "metadata": {"name": "c", "namespace": "ns", "uid": "u1"},
        "spec": {"schedules": ["* * * * *"], "workflowSpec": WORKFLOW, **spec},
    }  # fmt: skip


class Scene:
    """A CronWorkflow, its children and a controller that may be restarted."""

    def __init__(self, obj: Object) -> None:
        self.cron, self.children = obj, dict[str, Object]()
        self.clock = ManualClock(START)
        self.memory: Memory | None = None
        self.ever: list[str] = []

    def look(self, seconds: float = 0) -> Decision:
        """Advance the clock, decide, and make it true as the store would."""
        self.clock.advance(seconds)
        found = decide(self.cron, list(self.children.values()), [], self.memory, self.clock.now())
        self.memory = found.memory
        assert found.decision.status is not None
        self.cron = found.decision.status
        for child in found.decision.wanted:
            made = {**child, "metadata": {**child["metadata"], "uid": f"uid-{name_of(child)}"}}
            self.children.setdefault(name_of(child), made)
            self.ever.append(name_of(child))
        for child in found.decision.changed:
            self.children[name_of(child)] = child
        for key in found.decision.delete:
            del self.children[key.name]
        return found.decision

    def restart(self, after: float) -> None:
        self.memory = None
        self.look(after)

    def finish(self, name: str, phase: str = "Succeeded") -> None:
        child = self.children[name]
        labels = {**labels_of(child), "workflows.argoproj.io/completed": "true"}
        status = {"phase": phase, "finishedAt": self.clock.now().isoformat()}
        self.children[name] = {
            **child, "metadata": {**child["metadata"], "labels": labels}, "status": status,
        }  # fmt: skip

    @property
    def status(self) -> Any:
        return self.cron.get("status") or {}


def at(hour: int, minute: int, second: int = 0) -> str:
    moment = datetime(2026, 1, 31, hour, minute, second, tzinfo=UTC)
    return f"c-{int(moment.timestamp())}"
