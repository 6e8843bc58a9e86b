"""How the client of NATS is told where to connect and who it is, and how it connects."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from nats.aio.client import Client, RawCredentials
from nats.errors import NoServersError

PORTS = {"nats": 4222, "tls": 4222, "ws": 80, "wss": 443}
"""The schemes of addresses, with their ports."""


def authentication(kind: str, secrets: Sequence[str]) -> dict[str, Any]:
    """Return the client's options; ``kind`` is the field of ``auth`` that holds the secrets."""
    match kind:
        case "basic":
            return {"user": secrets[0], "password": secrets[1]}
        case "token":
            return {"token": secrets[0]}
        case "nkey":
            return {"nkeys_seed_str": secrets[0].strip()}
        case "credential":
            return {"user_credentials": RawCredentials(secrets[0])}
    return {}


async def connect(client: Client, servers: list[str], seconds: float, **options: Any) -> None:
    """Connect, or raise why not.

    Left to itself the client tries for two minutes, and then says only that there is no server.
    """
    said: deque[Exception] = deque(maxlen=1)

    async def note(error: Exception) -> None:
        said.append(error)  # the client's default prints a traceback

    try:
        await client.connect(
            servers, allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
            connect_timeout=int(seconds), error_cb=note, **options,
        )  # fmt: skip
    except NoServersError as error:
        raise (said[-1] if said else error) from error
