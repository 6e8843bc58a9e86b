"""Publishing to a cluster's EventBus (JetStream) as an event source does.

Mirrors pkg/eventbus/jetstream/eventsource/source_conn.go: subject ``default.<source>.<event>``, a
CloudEvent whose data is base64. ``Nats-Msg-Id`` is upstream's event id; a replay's ends differently
each time, or the stream would take it for the first delivery sent again (its window is 5 minutes).
"""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import nats
import orjson
import yaml
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js.errors import NoStreamResponseError

from pinnace.bus import Event, to_cloudevent
from pinnace.cli.client import Client as ApiClient
from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import EVENT_BUSES, SECRETS
from pinnace.objects.secrets import decode

_SECONDS = 10
_MESSAGE_ID = "Nats-Msg-Id"


@dataclass(frozen=True, kw_only=True)
class Bus:
    """Where the EventBus listens and who one is; ``authority`` is a file with a CA, for TLS."""

    url: str
    user: str = ""
    password: str = ""
    authority: Path | None = None


def subject(event: Event) -> str:
    """Return where an event source publishes an event."""
    return f"default.{event.source}.{event.subject}"


def message(event: Event) -> bytes:
    """Return an event as it stands on the bus."""
    return orjson.dumps(to_cloudevent(event, binary=True))


def publish(bus: Bus, events: Sequence[Event]) -> None:
    """Publish events in order, each acknowledged by the stream; raises Permanent."""
    try:
        asyncio.run(_publish(bus, events))
    except NoStreamResponseError as error:
        raise Permanent(
            f"{_shown(bus.url)}: no stream takes {subject(events[0])}; expected Argo Events' "
            "EventBus (JetStream), whose stream `default` takes default.*.*"
        ) from error
    except (NatsError, OSError, TimeoutError) as error:
        raise Permanent(f"{_shown(bus.url)}: {error or type(error).__name__}") from error


async def _publish(bus: Bus, events: Sequence[Event]) -> None:
    client = await _connect(bus)
    try:
        stream = client.jetstream(timeout=_SECONDS)
        for event in events:
            headers = {_MESSAGE_ID: f"{event.id}-replay-{uuid4().hex[:8]}"}
            await stream.publish(subject(event), message(event), headers=headers)
    finally:
        await client.close()


async def _connect(bus: Bus) -> Client:
    said: list[Exception] = []

    async def note(error: Exception) -> None:
        said.append(error)

    try:
        return await nats.connect(
            bus.url,
            user=bus.user or None,
            password=bus.password or None,
            tls=_tls(bus),
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=_SECONDS,
            error_cb=note,
        )
    except NoServersError as error:  # what it met is told to the callback only
        raise said[-1] if said else error from error


def _tls(bus: Bus) -> ssl.SSLContext | None:
    if bus.authority is not None:
        return ssl.create_default_context(cafile=str(bus.authority))
    if not bus.url.startswith("tls:"):
        return None
    context = ssl.create_default_context()  # as upstream's clients: its servers sign themselves
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.hostname else url


def find_access(client: ApiClient, namespace: str, name: str) -> Mapping[str, str]:
    """Return ``username`` and ``password`` of a cluster's EventBus, {} when it wants none.

    They stand in the Secret that the EventBus's status names. Raises NotFound.
    """
    found = client.get(EVENT_BUSES, namespace, name)
    config: Any = ((found.get("status") or {}).get("config") or {}).get("jetstream") or {}
    selector = config.get("accessSecret")
    if not selector:
        return {}
    secret = client.get(SECRETS, namespace, selector["name"])
    given = yaml.safe_load(decode(secret, selector["key"])) or {}
    return {name: str(given.get(name, "")) for name in ("username", "password")}
