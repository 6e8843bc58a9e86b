"""One unit of work: sees its own writes, and is on disk as a whole or not at all."""

import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime

import orjson

from pinnace.objects import kinds, lifecycle
from pinnace.objects.errors import AlreadyExists, Conflict, NotFound
from pinnace.objects.kinds import Kind, kind_of
from pinnace.objects.meta import Key, key_of, metadata_of, name_of, owners_of, uid_of
from pinnace.objects.types import Object
from pinnace.store import sql
from pinnace.store.changes import Change
from pinnace.store.reads import Reads

_DRAWS = 8  # of a generated name


class Transaction(Reads):
    """Reads and writes of one unit of work, on the writer's thread."""

    def __init__(
        self, connection: sqlite3.Connection, now: datetime, revisions: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._revisions = revisions
        self.now = now
        self.changes: list[Change] = []
        self.after_commit: list[Callable[[], None]] = []  # run once this is on disk; must not block

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the writer's connection: for :mod:`pinnace.bus`, whose tables share the file."""
        return self._connection

    def create(self, obj: Object) -> Object:
        """Store a new object and return it as stored; raises AlreadyExists or Invalid.

        A generated name that is taken is drawn again, as the API server does (registry/store.go).
        """
        kind = kind_of(obj)
        for _ in range(_DRAWS):
            new = lifecycle.created(kind, obj, uid=str(uuid.uuid4()), now=self.now)
            key = key_of(new)
            if self.raw(kind, key.namespace, key.name) is None:
                self._put("ADDED", key, new, None)
                return new
            if name_of(obj):
                break
        raise AlreadyExists(kind.resource, key.name)

    def update(self, obj: Object) -> Object:
        """Store a changed object; returns it as stored.

        Writes nothing when nothing changed. Raises NotFound, and Conflict when the object's
        ``resourceVersion`` or ``uid`` is given and is not the stored one's.
        """
        key = key_of(obj)
        raw = self.raw(key.kind, key.namespace, key.name)
        if raw is None:
            raise NotFound(key.kind.resource, key.name)
        old: Object = orjson.loads(raw)
        _check_current(key, old, obj)
        new = lifecycle.updated(key.kind, old, obj)
        if new == old:
            return old
        if lifecycle.may_vanish(key.kind, new):
            self._remove(key, new, raw)
            return new
        self._put("MODIFIED", key, new, raw)
        return new

    def delete(
        self,
        key: Key,
        *,
        propagation: str = "Background",
        grace: int | None = None,
        uid: str | None = None,
    ) -> Object | None:
        """Delete an object and what it owns.

        Returns the object while finalizers or a Pod's grace period keep it, None once it is gone.
        Raises NotFound, and Conflict when ``uid`` is given and is another object's.
        """
        raw = self.raw(key.kind, key.namespace, key.name)
        if raw is None:
            raise NotFound(key.kind.resource, key.name)
        old: Object = orjson.loads(raw)
        if uid is not None and uid_of(old) != uid:
            raise Conflict(key.kind.resource, key.name, f"uid is {uid_of(old)}, not {uid}")
        if propagation == "Orphan":
            self._orphan(old)
        waiting = lifecycle.deleting(key.kind, old, grace=grace, now=self.now)
        if waiting is None:
            self._remove(key, old, raw)
            return None
        if waiting != old:
            self._put("MODIFIED", key, waiting, raw)
        return waiting

    def _put(self, type_: str, key: Key, obj: Object, previous: bytes | None) -> None:
        revision = self._revisions()
        obj["metadata"]["resourceVersion"] = str(revision)
        data = orjson.dumps(obj)
        uid = uid_of(obj)
        place = (key.kind.group, key.kind.plural, key.namespace, key.name)
        self._connection.execute(sql.PUT, (*place, uid, revision, data))
        if previous is None or owners_of(obj) != owners_of(orjson.loads(previous)):
            self._connection.execute(sql.REMOVE_OWNERS, (uid,))
            pairs = [(owner["uid"], uid) for owner in owners_of(obj)]
            self._connection.executemany(sql.PUT_OWNER, pairs)
        self._record(type_, key, revision, data, previous)

    def _remove(self, key: Key, obj: Object, previous: bytes) -> None:
        revision = self._revisions()
        uid = uid_of(obj)
        self._connection.execute(sql.REMOVE, (uid,))
        self._connection.execute(sql.REMOVE_OWNERS, (uid,))
        last = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        self._record("DELETED", key, revision, orjson.dumps(last), previous)
        self._collect(uid)
        if key.kind == kinds.NAMESPACES:
            self._empty(key.name)

    def _record(
        self, type_: str, key: Key, revision: int, raw: bytes, previous: bytes | None
    ) -> None:
        change = Change(type=type_, key=key, revision=revision, raw=raw, previous_raw=previous)
        self.changes.append(change)

    def _dependents(self, statement: str, argument: str) -> list[Object]:
        rows = self._connection.execute(statement, (argument,)).fetchall()
        return [orjson.loads(row[0]) for row in rows]

    def _collect(self, owner: str) -> None:
        """Delete what the gone object owned alone; drop the reference where others own it too."""
        for child in self._dependents(sql.DEPENDENTS, owner):
            if len(owners_of(child)) > 1:
                self._disown(child, owner)
            elif self.raw(*_place(child)) is not None:
                self.delete(key_of(child))

    def _orphan(self, owner: Object) -> None:
        for child in self._dependents(sql.DEPENDENTS, uid_of(owner)):
            self._disown(child, uid_of(owner))

    def _disown(self, child: Object, owner: str) -> None:
        rest = [reference for reference in owners_of(child) if reference["uid"] != owner]
        metadata = {**metadata_of(child), "ownerReferences": rest}
        metadata.pop("resourceVersion", None)
        self.update({**child, "metadata": metadata})

    def _empty(self, namespace: str) -> None:
        for obj in self._dependents(sql.IN_NAMESPACE, namespace):
            if self.raw(*_place(obj)) is not None:  # it may have gone with its owner meanwhile
                self.delete(key_of(obj))


def _place(obj: Object) -> tuple[Kind, str, str]:
    key = key_of(obj)
    return key.kind, key.namespace, key.name


def _check_current(key: Key, old: Object, new: Object) -> None:
    given = metadata_of(new)
    for field in ("resourceVersion", "uid"):
        if given.get(field) and str(given[field]) != str(old["metadata"][field]):
            raise Conflict(key.kind.resource, key.name)
