"""What sensors consumed, what they hold for a join, and what each trigger did about which event.

Writes take the transaction in which they belong: consuming an event, its firing and the object it
created are one commit.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from pinnace.bus import sql
from pinnace.bus.event import Entry
from pinnace.bus.journal import Journal
from pinnace.objects.clock import parse_rfc3339, rfc3339_micro
from pinnace.objects.errors import Conflict
from pinnace.store import Store, Transaction

State = Literal["fired", "pending", "failed", "dead"]


@dataclass(frozen=True, kw_only=True)
class Firing:
    """One firing of one trigger; ``object`` is ``plural/namespace/name`` of what it created.

    ``dependencies`` names, in the order of ``event_ids``, the dependency that each event satisfied:
    with it a pending or dead firing can be prepared again.
    """

    sensor_uid: str
    namespace: str
    sensor: str
    trigger: str
    event_ids: tuple[str, ...]
    state: State
    time: datetime
    object: str = ""
    attempts: int = 1
    message: str = ""
    dependencies: tuple[str, ...] = ()
    id: int = 0


@dataclass(frozen=True)
class Joined:
    """An event that a trigger holds while it waits for others."""

    sensor_uid: str
    trigger: str
    dependency: str
    offset: int


class Ledger:
    """Offsets, joins and firings."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store, self._journal = store, journal

    def offset(self, consumer: str) -> int | None:
        """Return the last consumed offset, None for a consumer that never was."""
        row = self._store.connection.execute(sql.OFFSET, (consumer,)).fetchone()
        return None if row is None else int(row[0])

    def advance(
        self, tx: Transaction, consumer: str, offset: int, *, after: int | None = None
    ) -> None:
        """Record that everything up to ``offset`` is consumed.

        With ``after``, only if the consumer stands there: raises Conflict when an earlier commit
        failed, so that a later one can't step over its event.
        """
        if after is None:
            tx.connection.execute(sql.ADVANCE, (consumer, offset))
        elif tx.connection.execute(sql.ADVANCE_FROM, (offset, consumer, after)).rowcount == 0:
            raise Conflict("consumers", consumer, f"it does not stand at offset {after}")

    def advance_all(self, tx: Transaction, offset: int, *, but: Collection[str]) -> None:
        """Record that all consumers but these have consumed everything up to ``offset``."""
        excluded = orjson.dumps(list(but)).decode()
        tx.connection.execute(sql.ADVANCE_ALL, (offset, offset, excluded))

    def forget(self, tx: Transaction, consumer: str) -> None:
        """Drop a consumer and what it held, when its sensor is deleted."""
        tx.connection.execute(sql.FORGET_CONSUMER, (consumer,))
        tx.connection.execute(sql.FORGET_JOINED, (consumer,))

    def joined(self, sensor_uid: str, trigger: str) -> dict[str, Entry]:
        """Return the events held for a join: dependency → the newest event for it."""
        rows = self._store.connection.execute(sql.JOINED, (sensor_uid, trigger)).fetchall()
        found = {dependency: self._journal.at(position) for dependency, position in rows}
        return {dependency: entry for dependency, entry in found.items() if entry is not None}

    def hold(
        self, tx: Transaction, sensor_uid: str, trigger: str, dependency: str, offset: int
    ) -> None:
        """Keep an event for a join; a newer one of the same dependency replaces it."""
        tx.connection.execute(sql.HOLD, (sensor_uid, trigger, dependency, offset))

    def clear(self, tx: Transaction, sensor_uid: str, trigger: str) -> None:
        """Forget what was held for a trigger, when it fired."""
        tx.connection.execute(sql.CLEAR, (sensor_uid, trigger))

    def record(self, tx: Transaction, firing: Firing) -> int:
        """Store a firing and return its id."""
        row = tx.connection.execute(
            sql.RECORD,
            (
                firing.sensor_uid, firing.namespace, firing.sensor, firing.trigger,
                orjson.dumps(firing.event_ids).decode(), firing.state, firing.object,
                firing.attempts, firing.message, rfc3339_micro(firing.time),
                orjson.dumps(firing.dependencies).decode(),
            ),
        ).fetchone()  # fmt: skip
        pairs = [(event_id, row[0]) for event_id in firing.event_ids]
        tx.connection.executemany(sql.RECORD_EVENT, pairs)
        return int(row[0])

    def settle(self, tx: Transaction, firing: Firing) -> None:
        """Write how a recorded firing (by its id) stands now."""
        row = (firing.state, firing.object, firing.attempts, firing.message, firing.id)
        tx.connection.execute(sql.SETTLE, row)

    def firing(self, firing_id: int) -> Firing | None:
        """Return one firing by its id."""
        row = self._store.connection.execute(sql.FIRING, (firing_id,)).fetchone()
        return _firing(row) if row else None

    def unsettled(self, state: State, limit: int = 100) -> list[Firing]:
        """Return the newest firings of all sensors that are pending, failed or dead."""
        rows = self._store.connection.execute(sql.NEWEST_IN_STATE, (state, limit))
        return [_firing(row) for row in rows]

    def joins(self) -> list[Joined]:
        """Return everything that is held for joins."""
        return [Joined(*row) for row in self._store.connection.execute(sql.JOINS)]

    def consumed(self) -> int | None:
        """Return the offset up to which every consumer has consumed; None without consumers."""
        found = self._store.connection.execute(sql.CONSUMED).fetchone()[0]
        return None if found is None else int(found)

    def firings(
        self, *, event_id: str | None = None, sensor_uid: str = "", state: State | None = None,
        limit: int = 100,
    ) -> list[Firing]:  # fmt: skip
        """Return firings: of an event, of a sensor in a state, or the newest of all."""
        connection = self._store.connection
        if event_id is not None:
            rows: Iterable[Any] = connection.execute(sql.FIRINGS_OF_EVENT, (event_id,))
        elif state is not None:
            rows = connection.execute(sql.FIRINGS_IN_STATE, (sensor_uid, state))
        else:
            rows = connection.execute(sql.FIRINGS, (limit,))
        return [_firing(row) for row in rows]


def _firing(row: Any) -> Firing:
    (id_, uid, namespace, sensor, trigger, event_ids, state, object_, attempts, message,
     time, dependencies) = row  # fmt: skip
    return Firing(
        id=id_, sensor_uid=uid, namespace=namespace, sensor=sensor, trigger=trigger,
        event_ids=tuple(orjson.loads(event_ids)), state=state, object=object_, attempts=attempts,
        message=message, time=parse_rfc3339(time), dependencies=tuple(orjson.loads(dependencies)),
    )  # fmt: skip
