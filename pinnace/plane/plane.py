"""One control plane: starts its parts in order, stops them in reverse, keeps the record true."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Protocol

from pinnace.apiserver import ApiServer, PortTaken, certificate, kubeconfig
from pinnace.apiserver.addresses import LOOPBACK, is_loopback, names_of
from pinnace.argoserver import ArgoServer
from pinnace.bus import Checkpoints, Journal, Ledger
from pinnace.eventserver import EventServer, Parts
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.quantities import parse_quantity
from pinnace.plane import git_host, object_store, processes, record, webhooks
from pinnace.plane.bootstrap import apply_bootstrap
from pinnace.plane.checks import Checks, admit
from pinnace.plane.config import Settings
from pinnace.plane.containers import log_reader, pod_access
from pinnace.plane.folders import Applied, Folders
from pinnace.plane.housekeeping import Housekeeping
from pinnace.plane.quotas import Quotas
from pinnace.plane.record import Record
from pinnace.plane.retention import Retention
from pinnace.plane.state import StateFolder, write_private
from pinnace.plane.workflow_operations import OPERATIONS
from pinnace.pods import NodeAgent, PodSettings, choose_runtime
from pinnace.sensors import Reach, SensorController
from pinnace.store import Store, services
from pinnace.training import controller as training_controller
from pinnace.workflows.controller import controller as workflow_controller
from pinnace.workflows.cron.controller import controller as cron_controller
from pinnace.workflows.executor import Executor
from pinnace.workloads import controllers as workload_controllers

log = logging.getLogger(__name__)

Progress = Callable[[str], None]

_EXECUTOR_IMAGE = "quay.io/argoproj/argoexec"


class Part(Protocol):
    """A part of the control plane that runs from start to stop."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End after the work in hand."""
        ...


class ControlPlane:
    """The parts of one control plane, wired; use as a context manager or start and stop."""

    def __init__(self, settings: Settings, progress: Progress = log.info) -> None:
        self._settings, self._progress = settings, progress
        self._stack = ExitStack()
        self._record: Record | None = None
        self.state = StateFolder.at(settings.state)

    def start(self) -> Record:
        """Start everything; returns once all is ready and the folders are applied.

        Raises PinnaceError (what could not start, and what to do); what had started is stopped.
        """
        with ExitStack() as stack:
            started = self._start(stack)
            self._stack = stack.pop_all()
        self._record = started
        record.write(self.state, started)
        return started

    def stop(self) -> None:
        """Stop everything that was started, and nothing else; all state stays."""
        self._stack.close()

    def _start(self, stack: ExitStack) -> Record:
        stack.enter_context(self.state.lock())
        self._progress("store")
        store = stack.enter_context(Store.open(self.state.database))
        journal = Journal(store)
        ledger = Ledger(store, journal)
        reach = Reach(
            resolve=partial(services.resolve, store),
            folders=tuple(Path(folder) for folder in self._settings.host_paths),
        )
        sensors = SensorController(
            store, journal, ledger, SYSTEM_CLOCK, operations=OPERATIONS, reach=reach
        )
        parts = Parts(store=store, journal=journal, ledger=ledger, sensors=sensors)
        api = stack.enter_context(self._api_server(parts))
        stack.callback(lambda: processes.stop(self.state, processes.running(self.state)))
        self._progress("object store")
        objects = object_store.start(self.state)
        self._progress("webhook service")
        page_server, page = webhooks.start(self.state)
        secrets = self._secrets()
        apply_bootstrap(store, objects, page_server.ports["http"], secrets)
        git = git_host.start(
            self.state, f"{page}/hooks/github/digits", secrets["github-webhook"]["secret"]
        )
        self._progress("controllers")
        runtime, warnings = self._controllers(stack, parts)
        found = Record(
            pid=os.getpid(), api=api.url, page=page, object_store=objects.address,
            git=git.clone_url, git_push=str(git.path), runtime=runtime, warnings=warnings,
            folders=tuple(str(folder) for folder in self._settings.folders),
            ports={"api": int(api.url.rpartition(":")[2])},
        )  # fmt: skip
        self._progress("manifests")
        return self._apply_folders(stack, store, found)

    @contextmanager
    def _api_server(self, parts: Parts) -> Iterator[ApiServer]:
        previous = record.last(self.state)
        asked = self._settings.port
        port = asked or (previous.ports.get("api", 0) if previous else 0)
        token = self.state.credential("api-token")
        address = self._settings.address
        tls = certificate(
            self.state.folder("credentials"), LOOPBACK, SYSTEM_CLOCK.now(),
            names=() if is_loopback(address) else names_of(address),
        )  # fmt: skip

        root = self.state.root

        def server(port: int) -> ApiServer:
            return ApiServer(
                parts.store, token=token, logs=log_reader(root), access=pod_access(root),
                tls=tls, host=address, port=port, admission=(admit,),
                mounts=(ArgoServer, lambda host: EventServer(host, parts)),
            )  # fmt: skip

        api = server(port)
        try:
            api.start()
        except PortTaken:
            if asked:
                raise  # a person asked for this very port
            api = server(0)
            api.start()
        text = kubeconfig(api.url, token, authority=tls.authority)
        write_private(self.state.kubeconfig, text)
        try:
            yield api
        finally:
            api.stop()

    def _secrets(self) -> dict[str, dict[str, str]]:
        return {
            "github-webhook": {"secret": self.state.credential("github-webhook-secret")},
            "webhook-token": {"token": self.state.credential("webhook-token")},
        }

    def _controllers(self, stack: ExitStack, parts: Parts) -> tuple[str, tuple[str, ...]]:
        store = parts.store
        runtime, report = choose_runtime(self.state.root, self._settings.runtime)
        if report.warning:
            log.warning("%s", report.warning)
        agent = NodeAgent(
            store, self.state.root, runtime, {_EXECUTOR_IMAGE: Executor(store)},
            self._pod_settings(), SYSTEM_CLOCK,
        )  # fmt: skip
        agent.start()
        stack.callback(agent.stop, kill=True)
        running: tuple[Part, ...] = (
            training_controller(store, SYSTEM_CLOCK),
            workflow_controller(store),
            cron_controller(store),
            parts.sensors,
            EventSourceController(store, parts.journal, Checkpoints(store), SYSTEM_CLOCK),
            *workload_controllers(store, SYSTEM_CLOCK),
            Housekeeping(store, SYSTEM_CLOCK, Retention(parts, self._settings.keep).sweep),
            Quotas(store),
        )
        for part in running:
            part.start()
            stack.callback(part.stop)
        return report.name, tuple(filter(None, [report.warning]))

    def _pod_settings(self) -> PodSettings:
        given = self._settings

        def amount(text: str) -> Decimal | None:
            return parse_quantity(text) if text else None

        return PodSettings(
            images=given.images, host_paths=given.host_paths,
            cpus=amount(given.cpu), memory=amount(given.memory),
        )  # fmt: skip

    def _apply_folders(self, stack: ExitStack, store: Store, found: Record) -> Record:
        folders = Folders(
            store, self._settings.folders, Checks(store), self._report,
            awaited=self._settings.awaited,
        )  # fmt: skip
        applied = folders.apply()
        self._tell(applied)
        folders.start()
        stack.callback(folders.stop)
        return _with(found, applied)

    def _report(self, applied: Applied) -> None:
        """Take what a change in a folder did: say it, and keep it for ``pinnace status``."""
        self._tell(applied)
        if self._record is not None:
            self._record = _with(self._record, applied)
            record.write(self.state, self._record)

    def _tell(self, applied: Applied) -> None:
        self._progress(f"applied {len(applied.keys)} objects")
        for warning in applied.warnings:
            log.warning("%s", warning)
        for problem in applied.problems:
            log.error("refused: %s", problem)


def _with(found: Record, applied: Applied) -> Record:
    return replace(
        found,
        problems=tuple(str(problem) for problem in applied.problems),
        manifest_warnings=tuple(str(warning) for warning in applied.warnings),
    )
