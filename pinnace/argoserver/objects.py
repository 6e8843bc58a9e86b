"""Storing and finding objects for the Argo server: what all its services do alike."""

from collections.abc import Callable
from typing import Any

from pinnace.apiserver.mounting import Host
from pinnace.apiserver.options import WriteOptions
from pinnace.apiserver.removing import DeleteOptions
from pinnace.apiserver.routing import Target
from pinnace.apiserver.validation import examine
from pinnace.argoserver.call import Call
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.kinds import CLUSTER_WORKFLOW_TEMPLATES, WORKFLOW_TEMPLATES, Kind, kind_of
from pinnace.objects.types import Object
from pinnace.store import Transaction
from pinnace.workflows.lint import lint
from pinnace.workflows.problems import Problem

#: Who the fields belong to that come through this API (``metadata.managedFields``).
MANAGER = "argo"


class InvalidArgument(BadRequest):
    """What was sent makes no sense, in the words of whoever found out."""


class Objects:
    """The store as the services see it."""

    def __init__(self, host: Host) -> None:
        self._store, self._resources = host.store, host.resources

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Return one object; raises NotFound."""
        return self._store.get(kind, namespace, name)

    def create(self, kind: Kind, namespace: str, obj: Object, *, dry_run: bool = False) -> Object:
        """Store a new object; raises AlreadyExists, Invalid, or NotFound for its namespace."""
        options = WriteOptions(manager=MANAGER, validation="Ignore", dry_run=dry_run)
        target = Target(kind=kind, namespace=namespace if kind.namespaced else None)
        return self._resources.create(target, obj, options).object

    def update(self, kind: Kind, namespace: str, name: str, obj: Object) -> Object:
        """Replace an object; raises Conflict when it changed since it was read."""
        options = WriteOptions(manager=MANAGER, validation="Ignore")
        place = namespace if kind.namespaced else None
        target = Target(kind=kind, namespace=place, name=name)
        return self._resources.update(target, obj, options).object

    def delete(self, kind: Kind, namespace: str, name: str) -> None:
        """Delete an object and what it owns; raises NotFound."""
        place = namespace if kind.namespaced else None
        self._resources.delete(Target(kind=kind, namespace=place, name=name), DeleteOptions())

    def change(
        self, kind: Kind, namespace: str, name: str, how: Callable[[Object], Object]
    ) -> Object:
        """Read, change and write an object in one transaction; a Problem is InvalidArgument."""
        return self.transact(lambda tx: tx.update(how(tx.get(kind, namespace, name))))

    def transact(self, unit: Callable[[Transaction], Object]) -> Object:
        """Run a unit of work; a Problem that it raises becomes InvalidArgument."""
        try:
            return self._store.write(unit)
        except Problem as problem:
            raise InvalidArgument(str(problem)) from None

    def given(self, call: Call, field: str, kind: Kind) -> Object:
        """Return the object that a message carries, with the namespace of its path."""
        obj = call.object(field)
        if not obj:
            raise InvalidArgument(f"{field}: expected a {kind.kind} in the body, found none")
        metadata = obj.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise InvalidArgument(f"{field}.metadata: expected an object, found {metadata!r}")
        if not isinstance(obj.get("spec") or {}, dict):
            raise InvalidArgument(f"{field}.spec: expected an object, found {obj['spec']!r}")
        if kind.namespaced and not metadata.get("namespace"):
            metadata = {**metadata, "namespace": call.namespace}
        head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
        return {**head, **{key: value for key, value in obj.items() if key not in head}}

    def check(self, obj: Object) -> Object:
        """Return the object when it is right as ``lint`` sees it; raises InvalidArgument."""
        examine(kind_of(obj), obj, mode="Ignore")  # wrong types end here, not in lint
        stored = [
            *self._store.list(WORKFLOW_TEMPLATES, obj["metadata"].get("namespace") or None),
            *self._store.list(CLUSTER_WORKFLOW_TEMPLATES),
        ]
        problem: Invalid | None = lint(obj, stored)
        if problem is not None:
            raise InvalidArgument(problem.message)
        return obj


def list_body(items: list[Any], revision: int, continue_: str = "") -> dict[str, Any]:
    """Return a list as Argo's clients expect it."""
    metadata = {"resourceVersion": str(revision)}
    if continue_:
        metadata["continue"] = continue_
    return {"metadata": metadata, "items": items}
