"""Templates and cron workflows: create, list, get, update, delete and lint, for all alike.

Mirrors ``server/workflowtemplate``, ``server/clusterworkflowtemplate`` and ``server/cronworkflow``.
"""

from collections.abc import Callable
from typing import Any

from pinnace.apiserver.mounting import Host
from pinnace.apiserver.options import number, selection
from pinnace.apiserver.routing import Target
from pinnace.argoserver.call import Call
from pinnace.argoserver.objects import Objects, list_body
from pinnace.objects.kinds import (
    CLUSTER_WORKFLOW_TEMPLATES,
    CRON_WORKFLOWS,
    WORKFLOW_EVENT_BINDINGS,
    WORKFLOW_TEMPLATES,
    Kind,
)
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

#: Kind, and the field of a message that carries an object of it.
_COLLECTIONS = (
    (WORKFLOW_TEMPLATES, "template"),
    (CLUSTER_WORKFLOW_TEMPLATES, "template"),
    (CRON_WORKFLOWS, "cronWorkflow"),
)

Unary = Callable[[Call], Any]


class Collection:
    """The verbs on objects of one kind."""

    def __init__(self, host: Host, objects: Objects, kind: Kind, field: str) -> None:
        self._host, self._objects, self._kind, self._field = host, objects, kind, field

    def methods(self) -> dict[str, Unary]:
        """Return the methods by name: ``CreateCronWorkflow`` and so on."""
        what = self._kind.kind
        return {
            f"Create{what}": self.create, f"List{what}": self.list, f"Get{what}": self.get,
            f"Update{what}": self.update, f"Delete{what}": self.delete, f"Lint{what}": self.lint,
        }  # fmt: skip

    def create(self, call: Call) -> Object:
        """Store a new object that has passed ``lint``."""
        obj = self._objects.check(self._objects.given(call, self._field, self._kind))
        return self._objects.create(self._kind, call.namespace, obj)

    def lint(self, call: Call) -> Object:
        """Return the object when there is nothing wrong with it."""
        return self._objects.check(self._objects.given(call, self._field, self._kind))

    def get(self, call: Call) -> Object:
        """Return one object."""
        return self._objects.get(self._kind, call.namespace, call.name)

    def list(self, call: Call) -> dict[str, Any]:
        """Return a page of objects; ``namePattern`` is part of the name."""
        options = call.options("listOptions")
        target = Target(kind=self._kind, namespace=call.namespace or None)
        chosen, continue_ = selection(options), options.get("continue", "")
        limit = number(options, "limit") or 0
        page = self._host.resources.page(target, chosen, limit, continue_)
        pattern = call.text("namePattern")
        items = [each for each in page.items if pattern in name_of(each)]
        return list_body(items, page.resource_version, page.continue_)

    def update(self, call: Call) -> Object:
        """Replace an object by one that has passed ``lint``."""
        obj = self._objects.given(call, self._field, self._kind)
        name = call.name or name_of(obj)
        return self._objects.update(self._kind, call.namespace, name, self._objects.check(obj))

    def delete(self, call: Call) -> dict[str, Any]:
        """Delete an object."""
        self._objects.delete(self._kind, call.namespace, call.name)
        return {}


def methods(host: Host, objects: Objects) -> dict[str, Unary]:
    """Return the methods of all collections."""
    found: dict[str, Unary] = {}
    for kind, field in _COLLECTIONS:
        found |= Collection(host, objects, kind, field).methods()
    bindings = Collection(host, objects, WORKFLOW_EVENT_BINDINGS, "")
    return {
        **found,
        "ListWorkflowEventBindings": bindings.list,
        "SuspendCronWorkflow": lambda call: _set_suspend(objects, call, suspend=True),
        "ResumeCronWorkflow": lambda call: _set_suspend(objects, call, suspend=False),
    }


def _set_suspend(objects: Objects, call: Call, *, suspend: bool) -> Object:
    def change(cron: Object) -> Object:
        return {**cron, "spec": {**cron["spec"], "suspend": suspend}}

    return objects.change(CRON_WORKFLOWS, call.namespace, call.name, change)
