"""The records of deliveries, in a database: SQLite by default, PostgreSQL by URL.

A write has returned only after its commit is on disk (``synchronous=FULL``). What only the
forwarder may see (signatures, tokens, the query string) stands in a column of its own, which is
emptied when the delivery is finished; SQLite overwrites it (``secure_delete``).
"""

import json
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sql
from sqlalchemy.engine import Engine, RowMapping

from webhook_service.clock import from_text, to_text
from webhook_service.delivery import Attempt, Delivery, Incoming, State, pause

_METADATA = sql.MetaData()
_TABLE = sql.Table(
    "deliveries",
    _METADATA,
    sql.Column("sequence", sql.Integer, primary_key=True, autoincrement=True),
    sql.Column("id", sql.String(36), nullable=False, unique=True),
    sql.Column("source", sql.String(253), nullable=False),
    sql.Column("event", sql.String(253), nullable=False),
    sql.Column("received_at", sql.String(32), nullable=False),
    sql.Column("shown", sql.Text, nullable=False),
    sql.Column("withheld", sql.Text, nullable=False),
    sql.Column("private", sql.Text),
    sql.Column("body", sql.LargeBinary, nullable=False),
    sql.Column("size", sql.Integer, nullable=False),
    sql.Column("remote", sql.String(64), nullable=False),
    sql.Column("state", sql.String(16), nullable=False),
    sql.Column("attempts", sql.Integer, nullable=False),
    sql.Column("next_at", sql.String(32)),
    sql.Column("status", sql.Integer),
    sql.Column("reason", sql.Text, nullable=False),
    sql.Column("event_id", sql.String(128), nullable=False),
    sql.Column("finished_at", sql.String(32)),
    sql.Index("deliveries_event", "event_id"),
    sql.Index("deliveries_open", "state", "source", "sequence"),
)
_COLUMN = _TABLE.c
#: SQLite takes at most so many parameters in one statement with room to spare.
_IN_CHUNK = 500
_SUMMARY = [column for column in _COLUMN if column.name not in ("body", "private")]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which deliveries a reader wants; empty means any."""

    state: str = ""
    source: str = ""
    event: str = ""

    def clauses(self) -> Iterator[sql.ColumnElement[bool]]:
        """Yield the conditions that the filter sets."""
        for name in ("state", "source", "event"):
            if value := getattr(self, name):
                yield _COLUMN[name] == value


class Records:
    """All deliveries; any thread may call."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        _METADATA.create_all(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def record(self, incoming: Incoming, now: datetime, *, next_at: datetime) -> Delivery:
        """Write a delivery that waits; it is on disk when this returns."""
        return self._insert(incoming, now, {"state": State.WAITING, "next_at": to_text(next_at)})

    def refuse(self, incoming: Incoming, now: datetime, attempt: Attempt) -> Delivery:
        """Write a delivery that was refused at once; its body and secrets are not kept."""
        kept = replace(incoming, body=b"", query="")
        return self._insert(kept, now, {**_finished(attempt, now), "size": len(incoming.body)})

    def _insert(self, incoming: Incoming, now: datetime, fields: dict[str, Any]) -> Delivery:
        private = {"headers": incoming.private, "query": incoming.query}
        row = {
            "id": str(uuid.uuid4()),
            "source": incoming.source,
            "event": incoming.event,
            "received_at": to_text(now),
            "shown": json.dumps(incoming.shown),
            "withheld": json.dumps([name for name, _ in incoming.private]),
            "private": json.dumps(private),
            "body": incoming.body,
            "size": len(incoming.body),
            "remote": incoming.remote,
            "attempts": 0,
            "reason": "",
            "event_id": "",
            **fields,
        }
        with self._engine.begin() as connection:
            statement = sql.insert(_TABLE).values(row).returning(*_COLUMN)
            return _delivery(connection.execute(statement).mappings().one())

    def settle(self, delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
        """Write what a try gave; what still waits is due again after its pause."""
        tries = delivery.attempts + 1
        fields: dict[str, Any] = {"attempts": tries}
        if attempt.state is State.WAITING:
            due = to_text(now + pause(tries))
            fields |= {"next_at": due, "status": attempt.status, "reason": attempt.reason}
        else:
            fields |= _finished(attempt, now)
        with self._engine.begin() as connection:
            statement = (
                sql.update(_TABLE)
                .where(_COLUMN.sequence == delivery.sequence)
                .values(fields)
                .returning(*_COLUMN)
            )
            return _delivery(connection.execute(statement).mappings().one())

    def head(self, source: str) -> Delivery | None:
        """Return the oldest delivery of a source that still waits."""
        statement = (
            sql.select(_TABLE)
            .where(_COLUMN.state == State.WAITING, _COLUMN.source == source)
            .order_by(_COLUMN.sequence)
            .limit(1)
        )
        return next(iter(self._read(statement)), None)

    def due(self) -> dict[str, datetime]:
        """Return when the head of each waiting source is due."""
        heads = (
            sql.select(sql.func.min(_COLUMN.sequence))
            .where(_COLUMN.state == State.WAITING)
            .group_by(_COLUMN.source)
        )
        statement = sql.select(_COLUMN.source, _COLUMN.next_at).where(_COLUMN.sequence.in_(heads))
        with self._engine.connect() as connection:
            return {row.source: from_text(row.next_at) for row in connection.execute(statement)}

    def find(self, delivery_id: str) -> Delivery | None:
        """Return one delivery by its id."""
        statement = sql.select(_TABLE).where(_COLUMN.id == delivery_id)
        return next(iter(self._read(statement)), None)

    def find_event(self, event_id: str) -> Delivery | None:
        """Return the delivery that became an event."""
        statement = sql.select(_TABLE).where(_COLUMN.event_id == event_id, _COLUMN.event_id != "")
        return next(iter(self._read(statement)), None)

    def known(self, name: Literal["id", "event_id"], candidates: Collection[str]) -> set[str]:
        """Return which of these deliveries, or events, came through this service."""
        column = _COLUMN[name]
        found: set[str] = set()
        listed = list(candidates)
        with self._engine.connect() as connection:
            for start in range(0, len(listed), _IN_CHUNK):
                chunk = listed[start : start + _IN_CHUNK]
                statement = sql.select(column).where(column.in_(chunk))
                found.update(connection.execute(statement).scalars())
        return found

    def newest(self, wanted: Filter, limit: int) -> list[Delivery]:
        """Return the newest deliveries first, without their bodies."""
        statement = (
            sql.select(*_SUMMARY)
            .where(*wanted.clauses())
            .order_by(_COLUMN.sequence.desc())
            .limit(limit)
        )
        return self._read(statement)

    def counts(self, wanted: Filter) -> dict[str, int]:
        """Return how many deliveries there are in each state."""
        statement = (
            sql.select(_COLUMN.state, sql.func.count())
            .where(*wanted.clauses())
            .group_by(_COLUMN.state)
        )
        with self._engine.connect() as connection:
            return {state: count for state, count in connection.execute(statement)}

    def prune(self, now: datetime, keep: timedelta) -> int:
        """Delete finished deliveries older than ``keep``; returns how many."""
        statement = sql.delete(_TABLE).where(_COLUMN.finished_at < to_text(now - keep))
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount

    def _read(self, statement: sql.Select[Any]) -> list[Delivery]:
        with self._engine.connect() as connection:
            return [_delivery(row) for row in connection.execute(statement).mappings()]


def _finished(attempt: Attempt, now: datetime) -> dict[str, Any]:
    return {
        "state": attempt.state,
        "status": attempt.status,
        "reason": attempt.reason,
        "event_id": attempt.event_id,
        "finished_at": to_text(now),
        "next_at": None,
        "private": None,
    }


def _delivery(row: RowMapping) -> Delivery:
    private = json.loads(row.get("private") or '{"headers": [], "query": ""}')
    return Delivery(
        id=row["id"],
        sequence=row["sequence"],
        source=row["source"],
        event=row["event"],
        received_at=from_text(row["received_at"]),
        shown=_pairs(json.loads(row["shown"])),
        withheld=tuple(json.loads(row["withheld"])),
        private=_pairs(private["headers"]),
        query=private["query"],
        body=row.get("body") or b"",
        size=row["size"],
        remote=row["remote"],
        state=State(row["state"]),
        attempts=row["attempts"],
        next_at=_instant(row["next_at"]),
        status=row["status"],
        reason=row["reason"],
        event_id=row["event_id"],
        finished_at=_instant(row["finished_at"]),
    )


def _pairs(listed: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in listed)


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _engine(url: str) -> Engine:
    parsed = sql.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sql.create_engine(parsed, pool_pre_ping=True)
    if parsed.database:
        file = Path(parsed.database)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
    engine = sql.create_engine(parsed, connect_args={"timeout": 30})
    sql.event.listen(engine, "connect", _careful)
    return engine


def _careful(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
