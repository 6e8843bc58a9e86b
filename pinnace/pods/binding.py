"""The scheduler's shell: keeps count of the Pods in memory and binds those that fit.

One thread, woken by changes; what `scheduler.schedule` decides is written in one transaction. The
count is made from the store at each start, so nothing of it needs to be kept.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from pinnace.objects.clock import rfc3339
from pinnace.objects.errors import Unavailable
from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key, condition, key_of, metadata_of, set_condition, uid_of
from pinnace.objects.types import Object
from pinnace.pods.lifecycle import FINISHED
from pinnace.pods.resources import Amounts, pod_requests
from pinnace.pods.scheduler import Verdict, Waiting, schedule
from pinnace.reconcile import Decision, Note, apply
from pinnace.store import Change, Store, Transaction

_COMPONENT = "default-scheduler"
_RETRY = 1.0  # seconds after a full disk refused a write

log = logging.getLogger(__name__)


class Scheduler:
    """Binds waiting Pods to the node while cpu, memory and places are left."""

    def __init__(self, store: Store, node_name: str, node: Amounts) -> None:
        self._store, self._node_name, self._node = store, node_name, node
        self._lock = threading.Lock()
        self._waiting: dict[Key, Waiting] = {}
        self._bound: dict[Key, Amounts] = {}
        self._order = count()
        self._wake = threading.Event()
        self._stopped = False
        self._unsubscribe: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="pods-scheduler", daemon=True)

    def start(self) -> None:
        """Count the Pods there are and begin."""
        self._unsubscribe = self._store.subscribe(self._changed)
        pods = sorted(self._store.scan(PODS, None), key=_age)
        with self._lock:
            for pod in pods:
                self._note(key_of(pod), pod)
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """Stop binding."""
        self._unsubscribe()
        self._stopped = True
        self._wake.set()
        self._thread.join()

    def _changed(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.key.kind != PODS:
                continue
            with self._lock:
                self._note(change.key, None if change.type == "DELETED" else change.object)
            self._wake.set()

    def _note(self, key: Key, pod: Object | None) -> None:
        """Count one Pod as waiting, as taking its place, or not at all."""
        waiting = self._waiting.pop(key, None)
        self._bound.pop(key, None)
        if pod is None or (pod.get("status") or {}).get("phase") in FINISHED:
            return
        spec = pod.get("spec") or {}
        if spec.get("nodeName"):
            self._bound[key] = pod_requests(pod)
            return
        if spec.get("schedulingGates") or metadata_of(pod).get("deletionTimestamp"):
            return
        same = waiting is not None and waiting.uid == uid_of(pod)
        self._waiting[key] = Waiting(
            key=key,
            uid=uid_of(pod),
            requests=pod_requests(pod),
            priority=int(spec.get("priority") or 0),
            created=_age(pod),
            order=waiting.order if same and waiting is not None else next(self._order),
        )

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stopped:
                return
            with self._lock:
                used = sum(self._bound.values(), Amounts())
                verdicts = schedule(self._waiting.values(), used, self._node)
            if not verdicts:
                continue
            try:
                self._store.write(partial(self._bind, verdicts=verdicts))
            except Unavailable as error:
                log.warning("can't bind Pods: %s; again in %.0f s", error, _RETRY)
                threading.Timer(_RETRY, self._wake.set).start()

    def _bind(self, tx: Transaction, verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            key = verdict.pod.key
            pod = tx.find(PODS, key.namespace, key.name)
            if pod is None or uid_of(pod) != verdict.pod.uid or pod["spec"].get("nodeName"):
                continue
            decision = decided(pod, verdict, self._node_name, rfc3339(tx.now))
            if decision is not None:
                apply(tx, key, decision, component=_COMPONENT)


def _age(pod: Object) -> str:
    return str(metadata_of(pod).get("creationTimestamp") or "")


def decided(pod: Object, verdict: Verdict, node_name: str, now: str) -> Decision | None:
    """Return what a verdict makes of a Pod; None when it already says so."""
    new: dict[str, object] = {"type": "PodScheduled", "status": "True", "lastProbeTime": None}
    if not verdict.fits:
        new |= {"status": "False", "reason": "Unschedulable", "message": verdict.message}
        old = condition(pod, "PodScheduled") or {}
        if old.get("status") == "False" and old.get("message") == verdict.message:
            return None
    status = {"phase": "Pending", **(pod.get("status") or {})}
    status["conditions"] = set_condition(list(status.get("conditions") or ()), new, now)
    name, namespace = pod["metadata"]["name"], pod["metadata"].get("namespace")
    if not verdict.fits:
        note = Note(type="Warning", reason="FailedScheduling", message=verdict.message)
        return Decision(status={**pod, "status": status}, events=(note,))
    note = Note(
        reason="Scheduled", message=f"Successfully assigned {namespace}/{name} to {node_name}"
    )
    spec = {**pod["spec"], "nodeName": node_name}
    return Decision(status={**pod, "spec": spec, "status": status}, events=(note,))
