"""Publishing the message of a ``nats`` trigger.

As upstream, core NATS: the server has it, whether anyone listens is not known.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from nats.aio.client import Client, RawCredentials
from nats.errors import Error as NatsError
from nkeys import ErrInvalidSeed

from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import NatsAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, CONNECT_SECONDS, Edge, Occasion

_PORTS = {"nats": 4222, "tls": 4222, "ws": 80, "wss": 443}


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
    await client.connect(
        servers, allow_reconnect=False, connect_timeout=int(CONNECT_SECONDS), error_cb=_quiet,
        **options,
    )  # fmt: skip
    try:
        await client.publish(action.subject, action.body)
        await client.flush()
    finally:
        await client.close()


async def _quiet(error: Exception) -> None:
    """Ignore what the client also raises (its default prints a traceback)."""
    del error


def _server(url: str, edge: Edge, occasion: Occasion) -> str:
    parts = urlsplit(url if "://" in url else f"nats://{url}")
    if parts.scheme not in _PORTS or not parts.hostname:
        schemes = ", ".join(f"{scheme}://" for scheme in _PORTS)
        raise Permanent(f"the url of a nats trigger is an address host:port with one of {schemes}")
    asked = f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
    host, port = edge.address(asked, occasion)
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"{parts.scheme}://{user}{host}:{port}"


def _options(action: NatsAction, edge: Edge, occasion: Occasion) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if action.tls is not None:
        host = urlsplit(action.url if "://" in action.url else f"nats://{action.url}").hostname
        options |= {"tls": edge.tls(action.tls, occasion).context(), "tls_hostname": host}
    secrets = [edge.secret(reference, occasion) for reference in action.secrets]
    match action.auth:
        case "basic":
            options |= {"user": secrets[0], "password": secrets[1]}
        case "token":
            options["token"] = secrets[0]
        case "nkey":
            options["nkeys_seed_str"] = secrets[0].strip()
        case "credential":
            options["user_credentials"] = RawCredentials(secrets[0])
    return options
