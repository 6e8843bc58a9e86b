"""CloudEvents as JSON lines into the journal."""

from typing import Any

import orjson

from pinnace.bus import Event, Journal, from_cloudevent
from pinnace.objects.errors import BadRequest, Invalid


def import_lines(journal: Journal, body: bytes, namespace: str) -> dict[str, Any]:
    """Append every event that the journal doesn't have; all lines are read before any is written.

    Raises BadRequest naming the line that can't be read.
    """
    events = [
        _event(number, line) for number, line in enumerate(body.splitlines(), 1) if line.strip()
    ]
    futures = [journal.append(event, namespace=namespace) for event in events]
    stored = [future.result() for future in futures]
    new = sum(entry is not None for entry in stored)
    return {"imported": new, "known": len(stored) - new}


def _event(number: int, line: bytes) -> Event:
    try:
        return from_cloudevent(orjson.loads(line))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"line {number}: expected a CloudEvent as JSON: {error}") from error
    except Invalid as error:
        raise BadRequest(f"line {number}: {error}") from error
