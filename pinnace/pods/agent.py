"""The node agent: makes the Pods that are bound to this machine run.

`NodeAgent` is the shell around `lifecycle.decide` and `status.pod_status`: it sees what a Pod's
containers do, does what was decided, and returns the new status as a Decision. Containers that end,
builtins that return and objects that a Pod waits for wake its key; a running Pod costs nothing.

A Pod that is deleted is ended first (SIGTERM, grace period, SIGKILL), then its folder is removed,
then the object. What is found on disk at a start is adopted when its Pod exists, and ended if not.
"""

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from pinnace.objects.clock import SYSTEM_CLOCK, Clock
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import CONFIG_MAPS, PERSISTENT_VOLUME_CLAIMS, PODS, SECRETS
from pinnace.objects.meta import Key, uid_of
from pinnace.objects.types import Object
from pinnace.pods import node
from pinnace.pods.binding import Scheduler
from pinnace.pods.builtins import Builtin, find
from pinnace.pods.claims import Claims
from pinnace.pods.ending import ended_directory, interrupt_all
from pinnace.pods.hosts import HostsFile
from pinnace.pods.images import Images
from pinnace.pods.layout import Layout
from pinnace.pods.lifecycle import FINISHED, Actions, decide, is_deleting
from pinnace.pods.podrun import PodRun
from pinnace.pods.preparing import Tools
from pinnace.pods.runtime import Runtime
from pinnace.pods.settings import PodSettings
from pinnace.pods.status import Report, notes, pod_status
from pinnace.pods.storesources import StoreSources
from pinnace.pods.watching import Watcher
from pinnace.reconcile import NOTHING, Controller, Decision, Watches
from pinnace.store import Change, Store, Transaction

log = logging.getLogger(__name__)

_MOST_STEPS = 100  # of one look at a Pod: each starts or ends something
_SWEEP = 0.05  # seconds between looks at a removed Pod whose containers are being killed


class NodeAgent:
    """Runs Pods; ``stop(kill=False)`` leaves their containers running for the next start."""

    def __init__(
        self,
        store: Store,
        state_dir: Path,
        runtime: Runtime,
        builtins: Mapping[str, Builtin],
        settings: PodSettings | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._store, self._settings, self._clock = store, settings or PodSettings(), clock
        self._layout = Layout(state_dir)
        self._images = Images(self._layout.images, self._settings.images)
        self._hosts = HostsFile(self._layout.hosts, store)
        self._watcher = Watcher()
        self._claims = Claims(store, self._layout)
        self._runs: dict[str, PodRun] = {}  # by uid
        self._gone: dict[str, Key] = {}  # Pods without an object whose folder is still there
        self._lock = threading.Lock()
        self._scheduler: Scheduler | None = None
        self._stopping = False
        self._runtime = runtime
        self._controller = self._controlling()
        self._tools = Tools(
            layout=self._layout,
            runtime=runtime,
            images=self._images,
            builtins=builtins,
            sources=StoreSources(store),
            watcher=self._watcher,
            settings=self._settings,
            clock=clock,
            wake=self._controller.enqueue,
        )

    def _controlling(self) -> Controller:
        """The loop over Pods, woken as well by what a Pod waits for."""
        return Controller(
            self._store,
            name="kubelet",
            kind=PODS,
            reconcile=self.reconcile,
            watches=[
                Watches(PODS, self._note_gone),
                *(Watches(kind, self._waiting) for kind in _AWAITED),
            ],
            workers=self._settings.workers,
        )

    def start(self) -> None:
        """Register the node, adopt or end what is on disk, and begin."""
        self._layout.make_private()
        self._images.install()
        self._hosts.start()
        now = self._clock.now()
        amounts = node.register(self._store, self._settings, self._runtime.name, now)
        self._sweep()
        self._controller.start()
        self._scheduler = Scheduler(self._store, self._settings.node_name, amounts)
        self._scheduler.start()

    def stop(self, *, kill: bool) -> None:
        """End the agent; with ``kill`` also all containers, which run again at the next start."""
        if self._scheduler is not None:
            self._scheduler.stop()
        with self._lock:
            runs = list(self._runs.values())
        self._stopping = True
        for run in runs:
            run.close(0)  # first of all: what a builtin says from now on is no exit
        self._controller.stop()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.close(self._settings.down_grace)
        if kill:
            interrupt_all(self._layout, self._settings.down_grace)
        self._hosts.stop()
        self._watcher.close()

    def reconcile(self, key: Key) -> Decision:
        """Look at one Pod and do what is to be done now."""
        if self._stopping:
            return NOTHING
        pod = self._store.find(PODS, key.namespace, key.name)
        uid = uid_of(pod) if pod is not None else ""
        if not self._ended_others(key, uid):
            self._controller.enqueue(key, _SWEEP)
        if pod is None or (pod.get("spec") or {}).get("nodeName") != self._settings.node_name:
            return NOTHING
        if _finished(pod) and not is_deleting(pod) and uid not in self._runs:
            return NOTHING
        run = self._run_of(pod)
        report = self._advance(run)
        if self._stopping:
            return NOTHING  # what is seen while going down is not how the Pod is
        status = pod_status(report)
        if report.actions.all_ended and is_deleting(pod):
            return self._remove(key, run, {**pod, "status": status})
        if report.actions.all_ended and _finished(pod):
            with self._lock:  # its folder stays; a deletion noted meanwhile is still to be done
                self._runs.pop(uid, None)
        look_again = report.actions.look_again
        wait = None if look_again is None else (look_again - self._clock.now()).total_seconds()
        return Decision(
            status={**pod, "status": status} if status != pod.get("status") else None,
            events=tuple(notes(pod.get("status") or {}, status, self._known)),
            requeue_after=None if wait is None else max(0.0, wait),
        )

    def _known(self, image: str) -> bool:
        """Whether an image is more than a name: in the table, or run by ourselves."""
        return find(self._tools.builtins, image) is not None or self._images.resolve(image).known

    def _advance(self, run: PodRun) -> Report:
        """Decide and do until nothing is left to be done now."""
        actions = Actions()
        for _ in range(_MOST_STEPS):
            now, seen = self._clock.now(), run.observe()
            actions = decide(run.pod, seen, now, self._settings.backoff)
            report = Report(
                pod=run.pod, seen=seen, actions=actions, now=now, backoff=self._settings.backoff
            )
            if not run.perform(actions):
                break
        return report

    def _run_of(self, pod: Object) -> PodRun:
        with self._lock:
            run = self._runs.get(uid_of(pod))
            if run is None:
                run = self._runs[uid_of(pod)] = PodRun(pod, self._tools)
        run.pod = pod
        return run

    def _forget(self, uid: str) -> None:
        with self._lock:
            self._runs.pop(uid, None)
            self._gone.pop(uid, None)

    def _remove(self, key: Key, run: PodRun, last: Object) -> Decision:
        """Remove what is left of a Pod whose deletion was asked for, with its last status."""
        run.directory.remove()
        uid = uid_of(last)
        self._forget(uid)

        def remove(tx: Transaction) -> None:
            current = tx.find(PODS, key.namespace, key.name)
            if current is not None and uid_of(current) == uid:
                tx.update({**current, "status": last["status"]})
                tx.delete(key, grace=0, uid=uid)

        try:
            self._store.write(remove)
        except NotFound:
            log.debug("%s is gone already", key)
        return NOTHING

    def _ended_others(self, key: Key, uid: str) -> bool:
        """End Pods of this name whose object is gone; True when nothing of them is left."""
        with self._lock:
            others = {other for other, gone in self._gone.items() if gone == key}
            others |= {other for other, run in self._runs.items() if run.key == key}
        left = False
        for other in others - {uid}:
            run = self._runs.get(other)
            if run is not None:
                run.close(0)
            if ended_directory(self._layout.pod(other)):
                self._forget(other)
            else:
                left = True
        return not left

    def _sweep(self) -> None:
        """End and remove what is on disk of Pods that are gone."""
        known = {uid_of(pod) for pod in self._store.scan(PODS, None)}
        for uid in self._layout.pods():
            if uid not in known:
                directory = self._layout.pod(uid)
                deadline = time.monotonic() + self._settings.down_grace
                while not ended_directory(directory) and time.monotonic() < deadline:
                    time.sleep(_SWEEP)  # only after a kill -9 amid a deletion

    def _note_gone(self, change: Change) -> Iterable[Key]:
        """Remember whose folder is to be removed: a key alone doesn't tell which Pod it was."""
        self._claims.changed(change)
        if change.type != "DELETED":
            return ()
        with self._lock:
            self._gone[uid_of(change.object)] = change.key
        return (change.key,)

    def _waiting(self, change: Change) -> Iterable[Key]:
        """A ConfigMap, Secret or claim changed: Pods that wait for something look again."""
        if change.key.kind == PERSISTENT_VOLUME_CLAIMS:
            self._claims.changed(change)
        with self._lock:
            runs = [run for run in self._runs.values() if run.postponed]
        for run in runs:
            run.hurry()
        return ()


_AWAITED = (CONFIG_MAPS, SECRETS, PERSISTENT_VOLUME_CLAIMS)


def _finished(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in FINISHED
