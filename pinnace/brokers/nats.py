"""How the client of NATS is told where to connect and who it is."""

from collections.abc import Sequence
from typing import Any

from nats.aio.client import RawCredentials

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


async def quiet(error: Exception) -> None:
    """Ignore what the client also raises (its default prints a traceback)."""
    del error
