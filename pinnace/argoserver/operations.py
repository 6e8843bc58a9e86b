"""What people do to workflows that are there: the shell around ``pinnace.workflows.operations``.

Each is one transaction: read, decide, write. Mirrors ``server/workflow``.
"""

import json
from collections.abc import Callable
from datetime import datetime

from pinnace.argoserver.call import Call
from pinnace.argoserver.collections import Unary
from pinnace.argoserver.objects import InvalidArgument, Objects
from pinnace.argoserver.workflows import Workflows
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.store import Transaction
from pinnace.workflows import operations
from pinnace.workflows.again import resubmitted, retry_stored
from pinnace.workflows.manual_retry import NodeSelector
from pinnace.workflows.node_selector import node_selector
from pinnace.workflows.operations import NodeSet
from pinnace.workflows.submission import read_parameters


class Operations:
    """Retry, resubmit, suspend, resume, stop, terminate, set."""

    def __init__(self, workflows: Workflows, objects: Objects) -> None:
        self._workflows, self._objects = workflows, objects

    def methods(self) -> dict[str, Unary]:
        """Return the methods by name."""
        return {
            "RetryWorkflow": self.retry,
            "ResubmitWorkflow": self.resubmit,
            "SuspendWorkflow": self._changing(lambda call, old, now: operations.suspend(old)),
            "ResumeWorkflow": self._changing(
                lambda call, old, now: operations.resume(old, now, _selected(call))
            ),
            "StopWorkflow": self._changing(
                lambda call, old, now: operations.stop(
                    old, now, _selected(call), call.text("message")
                )
            ),
            "TerminateWorkflow": self._changing(lambda call, old, now: operations.terminate(old)),
            "SetWorkflow": self._changing(_set),
        }

    def _changing(self, how: Callable[[Call, Object, datetime], Object]) -> Unary:
        def method(call: Call) -> Object:
            name = name_of(self._workflows.find(call))

            def unit(tx: Transaction) -> Object:
                return tx.update(how(call, tx.get(WORKFLOWS, call.namespace, name), tx.now))

            return self._objects.transact(unit)

        return method

    def retry(self, call: Call) -> Object:
        """Have a failed workflow go on; the pods of what runs again are deleted with it."""
        name = name_of(self._workflows.find(call))

        def unit(tx: Transaction) -> Object:
            old = tx.get(WORKFLOWS, call.namespace, name)
            selected = _selected(call) if call.flag("restartSuccessful") else None
            return retry_stored(tx, old, selected, read_parameters(call.texts("parameters")))

        return self._objects.transact(unit)

    def resubmit(self, call: Call) -> Object:
        """Create a workflow that does the same again, or (memoized) what the other left."""
        old = self._workflows.find(call)

        def unit(tx: Transaction) -> Object:
            values = read_parameters(call.texts("parameters"))
            return tx.create(resubmitted(old, values, memoized=call.flag("memoized")))

        return self._objects.transact(unit)


def _selected(call: Call) -> NodeSelector | None:
    selector = call.text("nodeFieldSelector")
    return node_selector(selector) if selector else None


def _set(call: Call, old: Object, now: datetime) -> Object:
    wanted = NodeSet(phase=call.text("phase"), message=call.text("message"), outputs=_outputs(call))
    return operations.set_nodes(old, now, node_selector(call.text("nodeFieldSelector")), wanted)


def _outputs(call: Call) -> dict[str, str]:
    written = call.text("outputParameters")
    try:
        values = json.loads(written) if written else {}
    except ValueError as problem:
        raise InvalidArgument(f"unable to parse output parameter set request: {problem}") from None
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise InvalidArgument(
            f"outputParameters: expected a JSON object of strings, found {written!r}"
        )
    return values
