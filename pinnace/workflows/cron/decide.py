"""What a CronWorkflow needs now: the pure core of its controller.

The child of a scheduled time and ``lastScheduledTime`` are one Decision, so one commit: each time
runs exactly once, whatever is killed when. Mirrors ``workflow/cron/operator.go``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pinnace.objects.clock import parse_rfc3339, rfc3339
from pinnace.objects.meta import Key, annotations_of, labels_of, name_of
from pinnace.objects.types import Object
from pinnace.reconcile import Decision, Note
from pinnace.workflows import operations
from pinnace.workflows.cron import ticks
from pinnace.workflows.cron.children import active_now, beyond_limits, ended_since, reference_of
from pinnace.workflows.cron.conditions import should_run, should_stop
from pinnace.workflows.cron.spec import CronSpec, read_spec
from pinnace.workflows.cron.ticks import Memory
from pinnace.workflows.finish import is_completed
from pinnace.workflows.lint import lint
from pinnace.workflows.problems import InvalidSpec, Problem
from pinnace.workflows.submission import from_cron

LABEL_COMPLETED = "cronworkflows.argoproj.io/completed"
ANNOTATION_SCHEDULE = "cronworkflows.argoproj.io/last-used-schedule"
_ACTIVE, _STOPPED = "Active", "Stopped"

Failure = Literal["SpecError", "SubmissionError"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A Decision, and what the controller is to remember."""

    decision: Decision
    memory: Memory | None


def decide(
    cron: Object,
    children: Sequence[Object],
    templates: Sequence[Object],
    memory: Memory | None,
    now: datetime,
) -> Outcome:
    """Decide; ``children`` are the workflows it owns, ``memory`` is None at first sight."""
    op = _Operation(cron, children, now)
    spec = op.read(templates)
    op.observe(spec)
    if spec is None or op.completed:
        return Outcome(decision=op.decision(None), memory=None)
    if memory is None or (memory.uid, memory.written) != (cron["metadata"]["uid"], spec.written):
        memory = Memory(uid=cron["metadata"]["uid"], written=spec.written, since=now)
    known = annotations_of(cron).get(ANNOTATION_SCHEDULE) == spec.written
    tick = ticks.due(spec, memory, op.last, now, known=known)
    if tick is not None:
        memory = op.run(spec, tick, memory)
    return Outcome(decision=op.decision(ticks.wait(spec, memory, op.last, now)), memory=memory)


class _Operation:
    """One look at a CronWorkflow: gathers what should become true."""

    def __init__(self, cron: Object, children: Sequence[Object], now: datetime) -> None:
        self._before, self._children, self._now = cron, children, now
        self._metadata: dict[str, Any] = dict(cron["metadata"])
        self._status: dict[str, Any] = dict(cron.get("status") or {})
        self._wanted: list[Object] = []
        self._changed: list[Object] = []
        self._gone: list[Key] = []
        self._notes: list[Note] = []

    @property
    def cron(self) -> Object:
        """Return the CronWorkflow as it should be."""
        changed = {**self._before, "metadata": self._metadata}
        return {**changed, "status": self._status} if self._status else changed

    @property
    def last(self) -> datetime | None:
        """Return the last scheduled time that was run for."""
        text = self._status.get("lastScheduledTime")
        return parse_rfc3339(text) if text else None

    @property
    def completed(self) -> bool:
        """Tell whether its stop strategy has ended it for good."""
        return labels_of(self.cron).get(LABEL_COMPLETED) == "true"

    def decision(self, requeue_after: float | None) -> Decision:
        """Return all that was gathered."""
        return Decision(
            status=self.cron, wanted=tuple(self._wanted), changed=tuple(self._changed),
            delete=tuple(self._gone), requeue_after=requeue_after, events=tuple(self._notes),
        )  # fmt: skip

    # -- looking ------------------------------------------------------------------------------

    def read(self, templates: Sequence[Object]) -> CronSpec | None:
        """Return the spec; None, and the condition SpecError, when it is wrong."""
        try:
            spec = read_spec(self._before)
        except InvalidSpec as problem:
            self._fail("SpecError", str(problem))
            return None
        wrong = lint(self._before, templates)
        if wrong is not None:
            self._fail("SpecError", wrong.message)
            return None
        self._clear("SpecError")
        return spec

    def observe(self, spec: CronSpec | None) -> None:
        """Follow the children: who is active, who has ended and how, who must go."""
        if spec is not None:
            self._gone = beyond_limits(
                self._before, self._children,
                successful=spec.keep_successful, failed=spec.keep_failed,
            )  # fmt: skip
        before = self._status.get("active") or []
        counted = list(ended_since(before, self._children))
        for counter in counted:
            self._status[counter] = int(self._status.get(counter) or 0) + 1
        active = active_now(before, self._children)
        if active != before:
            self._status["active"] = active
        if counted and spec is not None:
            self._stop(spec)

    def _stop(self, spec: CronSpec) -> None:
        """End it for good when its stop strategy says so."""
        try:
            stop = should_stop(self.cron, spec.stop, self._now)
        except Problem as problem:
            name = name_of(self._before)
            self._fail(
                "SpecError", f"failed to check CronWorkflow '{name}' stopping condition: {problem}"
            )
            return
        if stop:
            self._status["phase"] = _STOPPED
            self._metadata["labels"] = {**labels_of(self._before), LABEL_COMPLETED: "true"}

    # -- running ------------------------------------------------------------------------------

    def run(self, spec: CronSpec, tick: datetime, memory: Memory) -> Memory:
        """Run for a scheduled time, unless something is against it; returns the new memory."""
        annotations = annotations_of(self._before)
        self._metadata["annotations"] = {**annotations, ANNOTATION_SCHEDULE: spec.written}
        self._stop(spec)
        if self._status.get("phase") == _STOPPED:
            return memory.passed(tick, dismiss=True)
        if spec.suspend:
            return memory.passed(tick, dismiss=False)
        try:
            if not should_run(self.cron, spec.when, self._now):
                return memory.passed(tick, dismiss=True)
        except Problem as problem:
            self._fail("SubmissionError", f"run policy error: {problem}")
            self._status["failed"] = int(self._status.get("failed") or 0) + 1
            return memory.passed(tick, dismiss=True)
        running = [each for each in self._children if not is_completed(each)]
        if running and spec.policy == "Forbid":
            return memory.passed(tick, dismiss=False)
        if running and spec.policy == "Replace":
            self._changed += [operations.terminate(each) for each in running
                              if not each["spec"].get("shutdown")]  # fmt: skip
        self._submit(tick)
        return memory

    def _submit(self, tick: datetime) -> None:
        name = f"{name_of(self._before)}-{int(tick.timestamp())}"
        workflow = from_cron(self._before, tick, name)
        self._wanted.append(workflow)
        self._status["active"] = [*(self._status.get("active") or []), reference_of(workflow)]
        self._status["phase"] = _ACTIVE
        self._status["lastScheduledTime"] = rfc3339(tick)
        self._clear("SubmissionError")

    # -- conditions ---------------------------------------------------------------------------

    def _fail(self, type_: Failure, message: str) -> None:
        conditions = self._status.get("conditions") or []
        new = {"type": type_, "status": "True", "message": message}
        if new not in conditions:
            self._status["conditions"] = [*_without(conditions, type_), new]
            self._notes.append(Note(reason=type_, message=message, type="Warning"))

    def _clear(self, type_: Failure) -> None:
        conditions = self._status.get("conditions") or []
        kept = _without(conditions, type_)
        if kept != conditions:
            self._status["conditions"] = kept


def _without(conditions: Sequence[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    return [each for each in conditions if each.get("type") != type_]
