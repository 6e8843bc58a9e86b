"""Events that are sent to the API, and the workflows that WorkflowEventBindings make of them.

Mirrors ``server/event``. An event is answered once its workflows are on disk.
"""

import logging
from typing import Any

from pinnace.apiserver.bodies import decode
from pinnace.apiserver.mounting import Host
from pinnace.apiserver.negotiation import JSON
from pinnace.argoserver.call import Call
from pinnace.argoserver.collections import Unary
from pinnace.argoserver.objects import InvalidArgument, Objects
from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    WORKFLOW_EVENT_BINDINGS,
    WORKFLOW_TEMPLATES,
    WORKFLOWS,
)
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.reconcile import Note
from pinnace.reconcile.notes import record
from pinnace.workflows import event_binding
from pinnace.workflows.event_binding import Environment
from pinnace.workflows.problems import Problem

_log = logging.getLogger(__name__)


class Events:
    """The method that takes events."""

    def __init__(self, host: Host, objects: Objects) -> None:
        self._store, self._objects = host.store, objects

    def methods(self) -> dict[str, Unary]:
        """Return the methods by name."""
        return {"ReceiveEvent": self.receive}

    def receive(self, call: Call) -> dict[str, Any]:
        """Submit a workflow for each binding whose selector chooses the event.

        A binding that fails gets a Warning event and makes the answer an error; the others'
        workflows are submitted all the same, as upstream.
        """
        payload = decode(call.payload, JSON) if call.payload.strip() else None
        env = event_binding.event_environment(
            call.namespace, call.variables["discriminator"], call.headers, payload
        )
        problems = []
        for binding in self._store.list(WORKFLOW_EVENT_BINDINGS, call.namespace or None):
            try:
                self._dispatch(binding, env)
            except (Problem, PinnaceError) as problem:
                self._report(binding, str(problem))
                problems.append(f"{name_of(binding)}: {problem}")
        if problems:
            raise InvalidArgument(f"failed to dispatch event: {'; '.join(problems)}")
        return {}

    def _dispatch(self, binding: Object, env: Environment) -> None:
        reference = event_binding.reference(binding)
        if not event_binding.matches(binding, env) or reference is None:
            return
        name, cluster = reference
        kind = CLUSTER_WORKFLOW_TEMPLATES if cluster else WORKFLOW_TEMPLATES
        template = self._store.get(kind, namespace_of(binding), name)
        workflow = event_binding.workflow_of(binding, template, env)
        self._objects.create(WORKFLOWS, namespace_of(binding), workflow)

    def _report(self, binding: Object, problem: str) -> None:
        _log.warning("WorkflowEventBinding %s: %s", name_of(binding), problem)
        note = Note(
            reason="WorkflowEventBindingError", message=f"failed to dispatch event: {problem}",
            type="Warning",
        )  # fmt: skip
        self._store.write(lambda tx: record(tx, binding, note, "argo-server"))
