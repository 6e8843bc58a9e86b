"""Reading objects through one SQLite connection: for the store's readers and a transaction."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator

import orjson

from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key
from pinnace.objects.registry import Registry
from pinnace.objects.selectors import FieldSelector, LabelSelector
from pinnace.objects.types import Object
from pinnace.store import sql


class Reads(ABC):
    """Find, get and list as this connection sees them."""

    @property
    @abstractmethod
    def connection(self) -> sqlite3.Connection:
        """Return the connection to read through (thread-local for a store)."""

    @property
    @abstractmethod
    def kinds(self) -> Registry:
        """Return the kinds that are served now."""

    def key_of(self, obj: Object) -> Key:
        """Return the key of an object of any kind that is served; raises BadRequest."""
        return self.kinds.key_of(obj)

    def raw(self, kind: Kind, namespace: str, name: str) -> bytes | None:
        """Return the stored JSON of one object."""
        place = namespace if kind.namespaced else ""
        row = self.connection.execute(sql.GET, (kind.group, kind.plural, place, name)).fetchone()
        return row[0] if row else None

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return one object, or None."""
        data = self.raw(kind, namespace, name)
        return None if data is None else orjson.loads(data)

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Return one object; raises NotFound."""
        found = self.find(kind, namespace, name)
        if found is None:
            raise NotFound(kind.resource, name)
        return found

    def find_uid(self, uid: str) -> Object | None:
        """Return the object with that uid, whatever its kind."""
        row = self.connection.execute(sql.GET_BY_UID, (uid,)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def list(
        self,
        kind: Kind,
        namespace: str | None = None,
        *,
        labels: LabelSelector | None = None,
        fields: FieldSelector | None = None,
        owner: str | None = None,
    ) -> list[Object]:
        """Return objects in order of namespace and name; ``owner`` is the uid of any owner."""
        if owner is not None:
            rows = self.connection.execute(sql.LIST_OWNED, (owner, kind.group, kind.plural))
            found: Iterator[Object] = (orjson.loads(row[0]) for row in rows)
        else:
            found = self.scan(kind, namespace)
        return [
            obj
            for obj in found
            if (namespace is None or obj["metadata"].get("namespace", "") == namespace)
            and selected(obj, labels, fields)
        ]

    def owned(self, kind: Kind, owner: str, known: dict[str, Object]) -> tuple[Object, ...]:
        """Return an owner's objects, decoding only those that ``known`` lacks in this version.

        ``known`` (by uid) becomes what is returned: for who looks at many objects again and again,
        of which few have changed. The objects are shared between calls: don't modify them.
        """
        rows = self.connection.execute(sql.LIST_OWNED, (owner, kind.group, kind.plural))
        found: dict[str, Object] = {}
        for data, uid, revision in rows:
            old = known.get(uid)
            if old is None or old["metadata"]["resourceVersion"] != str(revision):
                old = orjson.loads(data)
            found[uid] = old
        known.clear()
        known.update(found)
        return tuple(found.values())

    def scan(
        self, kind: Kind, namespace: str | None, after: tuple[str, str] = ("", "")
    ) -> Iterator[Object]:
        """Yield objects one by one after a (namespace, name), without holding them all."""
        if namespace is None or not kind.namespaced:
            rows = self.connection.execute(sql.LIST_ALL, (kind.group, kind.plural, *after))
        else:
            where = (kind.group, kind.plural, namespace, after[1])
            rows = self.connection.execute(sql.LIST_NAMESPACE, where)
        for row in rows:
            yield orjson.loads(row[0])

    def count(self, kind: Kind, namespace: str | None = None) -> int:
        """Return how many objects of a kind there are."""
        place = namespace or ""
        row = self.connection.execute(sql.COUNT, (kind.group, kind.plural, place, place)).fetchone()
        return int(row[0])


def selected(obj: Object, labels: LabelSelector | None, fields: FieldSelector | None) -> bool:
    """Tell whether an object satisfies both selectors."""
    if labels is not None and not labels.matches(obj["metadata"].get("labels")):
        return False
    return fields is None or fields.matches(obj)
