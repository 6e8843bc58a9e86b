"""An object at an http or https address."""

from time import monotonic

import httpx

from pinnace.objects.errors import Permanent
from pinnace.sensors.effects.edge import CONNECT_SECONDS, Edge
from pinnace.sensors.effects.http import address, client
from pinnace.sensors.effects.sources.request import LIMIT, SECONDS, Request
from pinnace.store.pem import Tls


def read(request: Request, edge: Edge) -> bytes:
    """Return what the address gives; raises Permanent."""
    asked = request.text("path")
    verify = request.place.get("verifyCert", request.place.get("verifycert", True))
    deadline = monotonic() + SECONDS
    body = bytearray()
    try:
        with client(edge, Tls(verify=bool(verify))).stream(
            "GET", address(asked, edge, request.occasion),
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS),
        ) as response:  # fmt: skip
            if response.status_code != 200:
                raise Permanent(f"{asked}: status code {response.status_code}")
            for part in response.iter_bytes():
                body += part
                if len(body) > LIMIT:
                    break
                if monotonic() > deadline:
                    raise Permanent(f"{asked}: not read within {SECONDS:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Permanent(f"{asked}: {error!r}") from error
    return bytes(body)
