"""Publishing the message of a ``nats`` trigger.

As upstream, core NATS: the server has it, whether anyone listens is not known.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nkeys import ErrInvalidSeed

from pinnace.brokers.nats import PORTS, authentication, connect
from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import NatsAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, CONNECT_SECONDS, Edge, Occasion


def perform(action: NatsAction, edge: Edge, occasion: Occasion) -> str:
    """Publish and wait until the server has it; raises Permanent."""
    options = _options(action, edge, occasion)
    servers = [_server(url.strip(), edge, occasion) for url in action.url.split(",")]
    try:
        asyncio.run(asyncio.wait_for(_publish(action, servers, options), ANSWER_SECONDS))
    except (NatsError, ErrInvalidSeed, OSError, TimeoutError) as error:
        raise Permanent(f"NATS at {action.shown_url}: {error!r}") from error
    return f"published to {action.subject}"


async def _publish(action: NatsAction, servers: list[str], options: dict[str, Any]) -> None:
    client = Client()
    await connect(client, servers, CONNECT_SECONDS, **options)
    try:
        await client.publish(action.subject, action.body)
        await client.flush()
    finally:
        await client.close()


def _server(url: str, edge: Edge, occasion: Occasion) -> str:
    parts = urlsplit(url if "://" in url else f"nats://{url}")
    if parts.scheme not in PORTS or not parts.hostname:
        schemes = ", ".join(f"{scheme}://" for scheme in PORTS)
        raise Permanent(f"the url of a nats trigger is an address host:port with one of {schemes}")
    asked = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
    host, port = edge.address(asked, occasion)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"{parts.scheme}://{user}{host}:{port}"


def _options(action: NatsAction, edge: Edge, occasion: Occasion) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if action.tls is not None:
        host = urlsplit(action.url if "://" in action.url else f"nats://{action.url}").hostname
        options |= {"tls": edge.tls(action.tls, occasion).context(), "tls_hostname": host}
    secrets = [edge.secret(reference, occasion) for reference in action.secrets]
    return options | authentication(action.auth, secrets)
