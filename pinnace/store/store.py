"""The store: opens the file, hands out reads, writes and watches."""

import base64
import binascii
import sqlite3
import threading
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson

from pinnace.objects.clock import SYSTEM_CLOCK, Clock
from pinnace.objects.errors import BadRequest, Permanent
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key
from pinnace.objects.registry import Registry
from pinnace.objects.selectors import FieldSelector, LabelSelector
from pinnace.objects.types import Object
from pinnace.store import sql
from pinnace.store.changes import ChangeLog, Listener, Subscription
from pinnace.store.reads import Reads, selected
from pinnace.store.transaction import Transaction
from pinnace.store.writer import Writer

T = TypeVar("T")
S = TypeVar("S")


class _Reader:
    """A thread's own connection: closed when the thread ends, or with the store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


@dataclass(frozen=True, kw_only=True)
class Page:
    """Part of a list; ``continue_`` is "" on the last one."""

    items: list[Object]
    continue_: str
    resource_version: int


class Store(Reads):
    """Objects in one SQLite file; safe to use from any thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self.clock = path, clock
        self._local = threading.local()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()
        writing = self._connect()
        self._prepare(writing)
        self._log = ChangeLog(int(writing.execute(sql.REVISION).fetchone()[0]))
        self._writing = writing
        self._writer = Writer(writing, clock, self._log)

    @classmethod
    def open(cls, path: Path, *, clock: Clock = SYSTEM_CLOCK) -> "Store":
        """Open the file, creating it (mode 0600: it holds Secrets) when it isn't there.

        Raises Permanent for a file of a newer Pinnace and for one that is no database.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        return cls(path, clock)

    def _prepare(self, writing: sqlite3.Connection) -> None:
        try:
            layout = int(writing.execute(sql.LAYOUT_OF_FILE).fetchone()[0])
            if layout > sql.LAYOUT:
                raise Permanent(
                    f"{self._path} was written by a newer Pinnace: expected layout {sql.LAYOUT} or "
                    f"older, found {layout}; run that version, or choose another --state"
                )
            for pragma in sql.PRAGMAS:
                writing.execute(pragma)
            writing.executescript(sql.SCHEMA)
            writing.execute(sql.SET_LAYOUT)
        except sqlite3.DatabaseError as error:
            raise Permanent(
                f"{self._path} can't be used as Pinnace's database: {error}; mend that, restore "
                "the file from a copy, or choose another --state"
            ) from error

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    @property
    def connection(self) -> sqlite3.Connection:
        """Return this thread's read-only connection."""
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = _Reader(self._connect())
            reader.connection.execute("PRAGMA busy_timeout=10000")
            reader.connection.execute("PRAGMA query_only=ON")
            self._local.reader = reader
            self._readers.add(reader)
        return reader.connection

    @property
    def kinds(self) -> Registry:
        """Return the kinds that are served now."""
        return self._writer.kinds

    def page(
        self,
        kind: Kind,
        namespace: str | None = None,
        *,
        labels: LabelSelector | None = None,
        fields: FieldSelector | None = None,
        limit: int = 0,
        continue_: str = "",
    ) -> Page:
        """Return at most ``limit`` objects (0: all) after the place that ``continue_`` holds."""
        revision, after = self.revision(), ("", "")
        if continue_:
            revision, after = _read_token(continue_)
        items: list[Object] = []
        for obj in self.scan(kind, namespace, after):
            if not selected(obj, labels, fields):
                continue
            if limit and len(items) == limit:
                last = items[-1]["metadata"]
                place = (last.get("namespace", ""), last["name"])
                return Page(
                    items=items, continue_=_token(revision, place), resource_version=revision
                )
            items.append(obj)
        return Page(items=items, continue_="", resource_version=revision)

    def revision(self) -> int:
        """Return the newest committed resourceVersion."""
        return self._log.revision

    def transact(self, unit: Callable[[Transaction], T]) -> Future[T]:
        """Run ``unit`` on the writer's thread; the future resolves when its commit is on disk.

        ``unit`` must be quick and do no other I/O. Its exception becomes the future's; a full disk
        gives Unavailable.
        """
        return self._writer.submit(unit)

    def share(self, work: Callable[[Transaction, Sequence[S]], Sequence[T]], item: S) -> Future[T]:
        """Run ``work`` for this item and those of the same ``work`` that wait beside it.

        As :meth:`transact` otherwise; when it raises for several, each is tried alone.
        """
        return self._writer.share(work, item)

    def write(self, unit: Callable[[Transaction], T]) -> T:
        """Run ``unit`` and wait for its commit."""
        return self.transact(unit).result()

    def create(self, obj: Object) -> Object:
        """Create one object in a transaction of its own."""
        return self.write(lambda tx: tx.create(obj))

    def update(self, obj: Object) -> Object:
        """Update one object in a transaction of its own."""
        return self.write(lambda tx: tx.update(obj))

    def delete(self, key: Key, *, propagation: str = "", grace: int | None = None) -> Object | None:
        """Delete one object (and what it owns) in a transaction of its own."""
        return self.write(lambda tx: tx.delete(key, propagation=propagation, grace=grace))

    def modify(self, key: Key, change: Callable[[Object], Object]) -> Object:
        """Read, change and write one object in one transaction; raises NotFound."""
        return self.write(lambda tx: tx.update(change(tx.get(key.kind, key.namespace, key.name))))

    def watch(
        self, kind: Kind | None, namespace: str | None = None, since: int | None = None
    ) -> Subscription:
        """Open a queue of changes after revision ``since`` (None: from now); raises Gone."""
        return self._log.watch(kind, namespace, since)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each commit, in order; it must not block."""
        return self._log.subscribe(listener)

    def ensure(self, schema: str) -> None:
        """Create the tables of another room (:mod:`pinnace.bus`) in the same file."""

        def create(tx: Transaction) -> None:
            for statement in filter(str.strip, schema.split(";")):
                tx.connection.execute(statement)

        self.write(create)

    def close(self) -> None:
        """Finish queued writes and close the file."""
        self._writer.close()
        self._log.close()
        for reader in tuple(self._readers):
            reader.connection.close()
        self._writing.close()

    def __enter__(self) -> "Store":
        """Return the store itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the store."""
        self.close()


def _token(revision: int, after: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([revision, *after])).decode()


def _read_token(text: str) -> tuple[int, tuple[str, str]]:
    try:
        revision, namespace, name = orjson.loads(base64.urlsafe_b64decode(text))
        return int(revision), (str(namespace), str(name))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadRequest("continue key is not valid: take it from the previous page") from error
