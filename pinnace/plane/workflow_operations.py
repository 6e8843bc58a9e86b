"""What ``argoWorkflow`` triggers do to workflows: handed to the sensors, which know no workflows.

Each is part of the transaction that consumes the event. The names are those of upstream's
operations, the options those that the sensors read from ``args``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import CRON_WORKFLOWS, WORKFLOWS
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.sensors import Operation
from pinnace.store import Transaction
from pinnace.workflows import operations, submission
from pinnace.workflows.again import resubmitted, retry_stored
from pinnace.workflows.manual_retry import NodeSelector
from pinnace.workflows.node_selector import node_selector
from pinnace.workflows.problems import Problem

Options = Mapping[str, Any]


def _submit(tx: Transaction, about: Object, options: Options) -> Object:
    return tx.create(submission.with_options(about, options))


def _submit_from(tx: Transaction, about: Object, options: Options) -> Object:
    cron = tx.get(CRON_WORKFLOWS, namespace_of(about), name_of(about))
    fresh = _marked(submission.from_cron(cron, tx.now), about)
    return tx.create(submission.with_options(fresh, options))


def _resubmit(tx: Transaction, about: Object, options: Options) -> Object:
    fresh = resubmitted(
        _stored(tx, about), _values(options), memoized=bool(options.get("memoized"))
    )
    return tx.create(_marked(fresh, about))


def _retry(tx: Transaction, about: Object, options: Options) -> Object:
    selected = _selected(options) if options.get("restartSuccessful") else None
    return retry_stored(tx, _stored(tx, about), selected, _values(options))


def _changing(change: Callable[[Object, datetime, Options], Object]) -> Operation:
    def operate(tx: Transaction, about: Object, options: Options) -> Object:
        return tx.update(change(_stored(tx, about), tx.now, options))

    return operate


def _telling(operate: Operation) -> Operation:
    """Turn what the workflow room refuses into an error that the sensors know."""

    def told(tx: Transaction, about: Object, options: Options) -> Object:
        try:
            return operate(tx, about, options)
        except Problem as problem:
            raise Permanent(str(problem)) from problem

    return told


OPERATIONS: Mapping[str, Operation] = {
    name: _telling(operate)
    for name, operate in {
        "submit": _submit,
        "submit-from": _submit_from,
        "resubmit": _resubmit,
        "retry": _retry,
        "resume": _changing(
            lambda old, now, options: operations.resume(old, now, _selected(options))
        ),
        "suspend": _changing(lambda old, now, options: operations.suspend(old)),
        "stop": _changing(
            lambda old, now, options: operations.stop(
                old, now, _selected(options), str(options.get("message") or "")
            )
        ),
        "terminate": _changing(lambda old, now, options: operations.terminate(old)),
    }.items()
}


def _stored(tx: Transaction, about: Object) -> Object:
    return tx.get(WORKFLOWS, namespace_of(about), name_of(about))


def _values(options: Options) -> dict[str, str]:
    return submission.read_parameters(options.get("parameters") or ())


def _selected(options: Options) -> NodeSelector | None:
    text = options.get("nodeFieldSelector")
    return node_selector(str(text)) if text else None


def _marked(workflow: Object, about: Object) -> Object:
    """Put the labels and annotations of the trigger on a workflow that it makes."""
    metadata = dict(workflow["metadata"])
    for part in ("labels", "annotations"):
        metadata[part] = {**(metadata.get(part) or {}), **(about["metadata"].get(part) or {})}
    return {**workflow, "metadata": metadata}
