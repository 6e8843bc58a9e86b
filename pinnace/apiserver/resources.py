"""Create, get, list, update, patch and delete: the verbs on the store, for every kind alike.

In: a :class:`Target` and decoded bodies. Out: objects, or errors of :mod:`pinnace.objects.errors`.
Knows nothing of HTTP. Mirrors k8s.io/apiserver/pkg/endpoints/handlers and registry/generic.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pinnace.apiserver.identity import complete
from pinnace.apiserver.options import Selection, WriteOptions
from pinnace.apiserver.patching import Patch, is_apply, patched
from pinnace.apiserver.quotas import check_quotas
from pinnace.apiserver.removing import DeleteOptions
from pinnace.apiserver.removing import remove as remove_now
from pinnace.apiserver.routing import Target
from pinnace.apiserver.scaling import rescaled, scale_of
from pinnace.apiserver.validation import examine, shape_of
from pinnace.objects.clock import rfc3339
from pinnace.objects.errors import Conflict, Forbidden, Invalid, NotFound
from pinnace.objects.kinds import NAMESPACES, Kind
from pinnace.objects.meta import name_of
from pinnace.objects.patch import Manager, record_update
from pinnace.objects.quota import Asked
from pinnace.objects.types import Object
from pinnace.store import Page, Store, Transaction

Admission = Callable[[Object, Object | None], None]
_ATTEMPTS = 16


class _Rollback(Exception):
    """Carries the outcome of a dry run out of the transaction that it undoes."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        super().__init__("dry run")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write did."""

    object: Object
    created: bool = False
    warnings: Sequence[str] = field(default=())


class Resources:
    """The verbs, over one store."""

    def __init__(self, store: Store, admission: Sequence[Admission] = ()) -> None:
        self._store, self._admission = store, admission

    def get(self, target: Target) -> Object:
        """Return one object; raises NotFound."""
        found = self._store.get(target.kind, target.namespace or "", target.name)
        return in_version(target.kind, found)

    def page(self, target: Target, chosen: Selection, limit: int, continue_: str) -> Page:
        """Return a page of a collection."""
        page = self._store.page(
            target.kind,
            target.namespace,
            labels=chosen.labels,
            fields=chosen.fields,
            limit=limit,
            continue_=continue_,
        )
        if target.kind.schema is None:
            return page
        return replace(page, items=[in_version(target.kind, obj) for obj in page.items])

    def create(
        self, target: Target, body: Any, options: WriteOptions, duplicates: Iterable[str] = ()
    ) -> Written:
        """Store a new object; raises AlreadyExists, Invalid, NotFound for its namespace."""
        kind = target.kind
        examined = examine(
            kind, complete(target, body), mode=options.validation, duplicates=duplicates
        )
        obj = examined.object
        if kind.status_subresource:
            obj.pop("status", None)
        metadata = {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"}
        obj = record_update(
            None, {**obj, "metadata": metadata}, _manager(target, options, "Update"),
            of=shape_of(kind), now=self._now(),
        )  # fmt: skip
        created = self._insert(target, obj, options)
        return Written(object=created, created=True, warnings=examined.warnings)

    def _insert(self, target: Target, obj: Object, options: WriteOptions) -> Object:
        self._admit(obj, None)

        def insert(tx: Transaction) -> Object:
            if target.kind.namespaced:
                _check_namespace(tx, target, obj)
                check_quotas(tx, target.namespace or "", Asked(kind=target.kind, new=obj))
            return tx.create(obj)

        created = cast(Object, self._commit(insert, dry_run=options.dry_run))
        created = _unwritten(created, "") if options.dry_run else created
        return in_version(target.kind, created)

    def update(
        self, target: Target, body: Any, options: WriteOptions, duplicates: Iterable[str] = ()
    ) -> Written:
        """Replace an object (or its status); raises Conflict when it changed since it was read."""
        examined = examine(
            target.kind, complete(target, body), mode=options.validation, duplicates=duplicates
        )
        obj = examined.object
        if not obj["metadata"].get("resourceVersion") and not target.kind.built_in:
            raise Invalid(
                "Invalid value: 0x0: must be specified for an update",
                kind=target.kind.kind,
                name=target.name,
                field="metadata.resourceVersion",
            )
        changed = self._over(target, lambda old: obj, options)
        return Written(object=changed, warnings=examined.warnings)

    def patch(self, target: Target, patch: Patch, options: WriteOptions) -> Written:
        """Change an object by a patch; an apply patch also creates."""
        warnings: list[str] = []

        def change(old: Object | None) -> Object:
            new = complete(target, patched(old, patch, target, options, self._now()))
            examined = examine(target.kind, new, mode=options.validation)
            warnings[:] = examined.warnings
            return examined.object

        if is_apply(patch) and not target.subresource and self._find(target) is None:
            created = self._insert(target, change(None), options)
            return Written(object=created, created=True, warnings=warnings)
        changed = self._over(target, change, options, owned=is_apply(patch))
        return Written(object=changed, warnings=warnings)

    def scale(
        self, target: Target, change: Callable[[Object], Any], options: WriteOptions
    ) -> Object:
        """Write the number of replicas that ``change`` makes of the object's Scale; return that."""
        paths = target.kind.scale
        assert paths is not None, target  # noqa: S101 - routing asked for it
        whole = replace(target, subresource="")

        def rescale(old: Object) -> Object:
            scale = change(scale_of(paths, old))
            return rescaled(target.kind, paths, old, scale)

        return scale_of(paths, self._over(whole, rescale, options))

    def _admit(self, new: Object, old: Object | None) -> None:
        try:
            for admit in self._admission:
                admit(new, old)
        except Invalid as error:
            error.name = error.name or name_of(new)
            raise

    def _find(self, target: Target) -> Object | None:
        return self._store.find(target.kind, target.namespace or "", target.name)

    def _over(
        self,
        target: Target,
        change: Callable[[Object], Object],
        options: WriteOptions,
        *,
        owned: bool = False,
    ) -> Object:
        """Write what ``change`` makes of the object; ``owned``: its managedFields are made already.

        A write that was overtaken is tried again on the newer object; a resourceVersion of the
        client's own then is a Conflict.
        """
        manager = _manager(target, options, "Update")
        of = shape_of(target.kind)
        for attempt in range(_ATTEMPTS):
            old = self.get(target)
            changed = change(old)
            given = changed["metadata"].get("resourceVersion")
            current = old["metadata"]["resourceVersion"]
            if given and given != current:
                raise Conflict(target.kind.resource, target.name)
            new = _merged(target, old, changed)
            if not owned:
                new = record_update(old, new, manager, of=of, now=self._now())
            new = {**new, "metadata": {**new["metadata"], "resourceVersion": current}}
            self._admit(new, old)
            try:
                stored = self._commit(_updating(target, new, old), dry_run=options.dry_run)
                stored = _unwritten(stored, current) if options.dry_run else stored
                return in_version(target.kind, stored)
            except Conflict:  # overtaken: the next look at the object decides
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("the loop returns or raises")

    def delete(self, target: Target, options: DeleteOptions) -> tuple[Object | None, Object]:
        """Delete an object; returns what is left of it (None: gone) and how it was before."""
        old = self.get(target)

        def remove(tx: Transaction) -> Object | None:
            return remove_now(tx, target.kind, old, options)

        return self._commit(remove, dry_run=options.dry_run), old

    def delete_collection(
        self, target: Target, chosen: Selection, options: DeleteOptions
    ) -> list[Object]:
        """Delete every object that the selectors choose; returns them as they were."""
        found = self._store.list(
            target.kind, target.namespace, labels=chosen.labels, fields=chosen.fields
        )

        def remove(tx: Transaction) -> None:
            for obj in found:
                place = obj["metadata"].get("namespace", "")
                if tx.find(target.kind, place, name_of(obj)) is not None:
                    remove_now(tx, target.kind, obj, options)

        self._commit(remove, dry_run=options.dry_run)
        return found

    def _commit(self, unit: Callable[[Transaction], Any], *, dry_run: bool) -> Any:
        if not dry_run:
            return self._store.write(unit)

        def rehearse(tx: Transaction) -> None:
            raise _Rollback(unit(tx))

        try:
            self._store.write(rehearse)
        except _Rollback as rehearsed:
            return rehearsed.outcome

    def _now(self) -> str:
        return rfc3339(self._store.clock.now())


def _unwritten(obj: Object, revision: str) -> Object:
    """Return an object of a dry run with the revision that it still has ("": it has none)."""
    metadata = {k: v for k, v in obj["metadata"].items() if k != "resourceVersion"}
    return {**obj, "metadata": metadata | ({"resourceVersion": revision} if revision else {})}


def in_version(kind: Kind, obj: Object) -> Object:
    """Return an object in the version that it is asked for in: nothing else of it changes."""
    same = obj.get("apiVersion") == kind.api_version
    return obj if same else {**obj, "apiVersion": kind.api_version}


def _updating(target: Target, new: Object, old: Object) -> Callable[[Transaction], Object]:
    def update(tx: Transaction) -> Object:
        if target.kind.namespaced and not target.subresource:
            check_quotas(tx, target.namespace or "", Asked(kind=target.kind, new=new, old=old))
        return tx.update(new)

    return update


def _manager(target: Target, options: WriteOptions, operation: str) -> Manager:
    return Manager(
        name=options.manager,
        operation=operation,
        api_version=target.kind.api_version,
        subresource=target.subresource,
    )


def _check_namespace(tx: Transaction, target: Target, obj: Object) -> None:
    namespace = target.namespace or ""
    found = tx.find(NAMESPACES, "", namespace)
    if found is None:
        raise NotFound(NAMESPACES.resource, namespace)
    if found["metadata"].get("deletionTimestamp"):
        raise Forbidden(
            target.kind.resource,
            name_of(obj),
            f"unable to create new content in namespace {namespace} because it is being terminated",
        )


def _merged(target: Target, old: Object, new: Object) -> Object:
    """Keep what this endpoint does not write: the status, or all but the status."""
    if target.subresource == "status":
        return {**old, "status": new.get("status") or {}}
    if target.kind == NAMESPACES and not target.subresource:
        new = {**new, "spec": old.get("spec") or {}}  # finalizers, which only /finalize changes
    if not target.kind.status_subresource:
        return new
    kept = {name: value for name, value in new.items() if name != "status"}
    return {**kept, "status": old["status"]} if "status" in old else kept
