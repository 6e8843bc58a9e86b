"""Following objects over broken connections and expired versions."""

import queue
import threading
from collections.abc import Iterator, Mapping
from time import sleep
from typing import Any

from pinnace.cli.client import Client, Refused
from pinnace.objects.errors import Gone, Permanent, PinnaceError

_PAUSE = 1.0  # seconds before a stream that broke is opened again
_BROKEN_AT_MOST = 5  # times in a row


def changes(
    client: Client, path: str, query: Mapping[str, str], version: str,
    accept: str = "application/json",
) -> Iterator[Mapping[str, Any]]:  # fmt: skip
    """Yield watch events after a version ("" begins with what is there), for ever.

    An expired version begins anew with what is there. Raises Permanent when the server stays away.
    """
    broken = 0
    while not client.closed:
        try:
            for event in client.watch(path, query, version, accept):
                broken, version = 0, _version(event) or version
                if event["type"] != "BOOKMARK":
                    yield event
        except Gone:
            version = ""
        except Refused:
            raise
        except Permanent:
            broken += 1
            if client.closed:
                return
            if broken > _BROKEN_AT_MOST:
                raise
            sleep(_PAUSE)


def _version(event: Mapping[str, Any]) -> str:
    """Return the version to go on from: of the object, or of those in a Table's rows."""
    found = event["object"]
    if found.get("kind") == "Table":
        rows = [(row.get("object") or {}).get("metadata") or {} for row in found.get("rows") or []]
        versions = [str(meta.get("resourceVersion", "")) for meta in rows]
        return versions[-1] if versions else ""
    return str((found.get("metadata") or {}).get("resourceVersion", ""))


def with_ticks(
    events: Iterator[Mapping[str, Any]], period: float
) -> Iterator[Mapping[str, Any] | None]:
    """Yield events as they come, and None whenever ``period`` seconds pass without one."""
    waiting: queue.Queue[Mapping[str, Any] | PinnaceError | None] = queue.Queue()

    def pump() -> None:
        try:
            for event in events:
                waiting.put(event)
            waiting.put(None)
        except PinnaceError as error:
            waiting.put(error)

    threading.Thread(target=pump, name="watch", daemon=True).start()
    while True:
        try:
            found = waiting.get(timeout=period)
        except queue.Empty:
            yield None
            continue
        if found is None:
            return
        if isinstance(found, PinnaceError):
            raise found
        yield found
