"""Where an event source stopped: its own durable notes (last tick, objects already seen)."""

from pinnace.bus import sql
from pinnace.store import Store, Transaction


class Checkpoints:
    """Small texts under a key of the event source's choosing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(sql.SCHEMA)

    def get(self, key: str) -> str | None:
        """Return the note under ``key``."""
        row = self._store.connection.execute(sql.CHECKPOINT, (key,)).fetchone()
        return None if row is None else str(row[0])

    def put_in(self, tx: Transaction, key: str, value: str) -> None:
        """Write a note together with the event it belongs to."""
        tx.connection.execute(sql.PUT_CHECKPOINT, (key, value))

    def forget_in(self, tx: Transaction, key: str) -> None:
        """Drop a note."""
        tx.connection.execute(sql.FORGET_CHECKPOINT, (key,))

    def forget_all_in(self, tx: Transaction, prefix: str) -> None:
        """Drop every note whose key starts with ``prefix``."""
        tx.connection.execute(sql.FORGET_CHECKPOINTS, (prefix, prefix + "\U0010ffff"))
