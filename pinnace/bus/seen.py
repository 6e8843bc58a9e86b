"""Which items an event source has already turned into events: one row each, so that progress costs
one small write however many items there are.

For sources that find events by listing (objects in a bucket). ``mark`` is whatever tells one
version of an item from the next (etag and time).
"""

from collections.abc import Mapping

from pinnace.store import Store, Transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    source TEXT NOT NULL, item TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (source, item)
) WITHOUT ROWID;
"""
_LOAD = "SELECT item, mark FROM seen WHERE source=?"
_PUT = "INSERT INTO seen VALUES (?,?,?) ON CONFLICT (source, item) DO UPDATE SET mark=excluded.mark"
_FORGET = "DELETE FROM seen WHERE source=? AND item=?"
_FORGET_ALL = "DELETE FROM seen WHERE source >= ? AND source < ?"


class Seen:
    """Items and their marks, under a key of the event source's choosing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.ensure(_SCHEMA)

    def load(self, source: str) -> dict[str, str]:
        """Return every item of a source with its mark."""
        return dict(self._store.connection.execute(_LOAD, (source,)).fetchall())

    def mark_in(self, tx: Transaction, source: str, changes: Mapping[str, str | None]) -> None:
        """Write marks together with the event they belong to; None forgets an item."""
        for item, mark in changes.items():
            if mark is None:
                tx.connection.execute(_FORGET, (source, item))
            else:
                tx.connection.execute(_PUT, (source, item, mark))

    def forget_in(self, tx: Transaction, prefix: str) -> None:
        """Forget all items of the sources whose key starts with ``prefix``."""
        tx.connection.execute(_FORGET_ALL, (prefix, prefix + "\U0010ffff"))
