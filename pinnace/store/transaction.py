"""One unit of work: sees its own writes, and is on disk as a whole or not at all."""

import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime

import orjson

from pinnace.objects import kinds, lifecycle
from pinnace.objects.errors import AlreadyExists, Conflict, NotFound
from pinnace.objects.meta import Key, metadata_of, name_of, owners_of, uid_of
from pinnace.objects.names import new_uid
from pinnace.objects.registry import Registry
from pinnace.objects.types import Object
from pinnace.store import garbage, sql
from pinnace.store.changes import Change
from pinnace.store.reads import Reads

_DRAWS = 8  # of a generated name


class Transaction(Reads):
    """Reads and writes of one unit of work, on the writer's thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        now: datetime,
        revisions: Callable[[], int],
        kinds: Registry,
    ) -> None:
        self._connection = connection
        self._revisions, self._kinds = revisions, kinds
        self._tasks: deque[Callable[[], None]] = deque()
        self._last: dict[tuple[str, str], Callable[[], None]] = {}
        self._following = False
        self.now = now
        self.changes: list[Change] = []
        self.after_commit: list[Callable[[], None]] = []  # run once this is on disk; must not block

    @property
    def connection(self) -> sqlite3.Connection:
        """Return the writer's connection: for :mod:`pinnace.bus`, whose tables share the file."""
        return self._connection

    @property
    def kinds(self) -> Registry:
        """Return the kinds that are served, with what this unit itself defined."""
        return self._kinds

    def create(self, obj: Object) -> Object:
        """Store a new object and return it as stored; raises AlreadyExists or Invalid.

        A generated name that is taken is drawn again, as the API server does (registry/store.go).
        """
        kind = self.kinds.of(obj)
        for _ in range(_DRAWS):
            new = lifecycle.created(kind, obj, uid=str(new_uid(self.now)), now=self.now)
            key = self.key_of(new)
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
        key = self.key_of(obj)
        raw = self.raw(key.kind, key.namespace, key.name)
        if raw is None:
            raise NotFound(key.kind.resource, key.name)
        old: Object = orjson.loads(raw)
        _check_current(key, old, obj)
        new = lifecycle.updated(key.kind, old, obj, now=self.now)
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
        propagation: str = "",
        grace: int | None = None,
        uid: str | None = None,
    ) -> Object | None:
        """Delete an object and what it owns, which goes after it, before it ("Foreground") or not
        at all ("Orphan"); "": as its deletion began, else after it.

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
            garbage.orphan(self, old)
        waiting = lifecycle.deleting(
            key.kind, old, grace=grace, now=self.now, propagation=propagation
        )
        if waiting is None:
            self._remove(key, old, raw)
            return None
        if waiting != old:
            self._put("MODIFIED", key, waiting, raw)
        garbage.follow_deletion(self, key, waiting)
        self._follow_up()
        return self.find(key.kind, key.namespace, key.name)

    def _put(self, type_: str, key: Key, obj: Object, previous: bytes | None) -> None:
        revision = self._revisions()
        obj["metadata"]["resourceVersion"] = str(revision)
        data = orjson.dumps(obj)
        uid = uid_of(obj)
        place = (key.kind.group, key.kind.plural, key.namespace, key.name)
        self._connection.execute(sql.PUT, (*place, uid, revision, data))
        before = [] if previous is None else owners_of(orjson.loads(previous))
        if previous is None or owners_of(obj) != before:
            self._connection.execute(sql.REMOVE_OWNERS, (uid,))
            pairs = [(owner["uid"], uid) for owner in owners_of(obj)]
            self._connection.executemany(sql.PUT_OWNER, pairs)
        self._record(type_, key, revision, data, previous)
        for lost in {ref["uid"] for ref in before} - {ref["uid"] for ref in owners_of(obj)}:
            garbage.look_at_owner(self, lost)
        self._follow_up()

    def _remove(self, key: Key, obj: Object, previous: bytes) -> None:
        revision = self._revisions()
        uid = uid_of(obj)
        self._connection.execute(sql.REMOVE, (uid,))
        self._connection.execute(sql.REMOVE_OWNERS, (uid,))
        last = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(revision)}}
        self._record("DELETED", key, revision, orjson.dumps(last), previous)
        garbage.follow_removal(self, key, obj)
        self._follow_up()

    def _record(
        self, type_: str, key: Key, revision: int, raw: bytes, previous: bytes | None
    ) -> None:
        change = Change(type=type_, key=key, revision=revision, raw=raw, previous_raw=previous)
        self.changes.append(change)
        if key.kind == kinds.CUSTOM_RESOURCE_DEFINITIONS:
            self._kinds = Registry.of_definitions(stored_definitions(self._connection))

    def afterwards(self, task: Callable[[], None]) -> None:
        """Do something that follows from a deletion, after what is under way."""
        self._tasks.append(task)

    def finally_look(self, about: tuple[str, str], task: Callable[[], None]) -> None:
        """Do something once nothing else is to be done, once for what it is about."""
        self._last.setdefault(about, task)

    def _follow_up(self) -> None:
        if self._following:
            return  # the outermost call does it all
        self._following = True
        try:
            while self._tasks or self._last:
                task = self._tasks.popleft() if self._tasks else self._last.popitem()[1]
                task()
        finally:
            self._following = False


def stored_definitions(connection: sqlite3.Connection) -> list[Object]:
    """Return the CustomResourceDefinitions in a file, in order of their names."""
    kind = kinds.CUSTOM_RESOURCE_DEFINITIONS
    rows = connection.execute(sql.LIST_ALL, (kind.group, kind.plural, "", ""))
    return [orjson.loads(row[0]) for row in rows]


def _check_current(key: Key, old: Object, new: Object) -> None:
    given = metadata_of(new)
    for field in ("resourceVersion", "uid"):
        if given.get(field) and str(given[field]) != str(old["metadata"][field]):
            raise Conflict(key.kind.resource, key.name)
