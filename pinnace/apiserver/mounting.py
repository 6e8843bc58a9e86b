"""Another API on the same port: what it is given, and what it must answer.

Security comes first and is the same for all: Host header, token and size of the body are checked
before a mounted API hears of a request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from pinnace.apiserver.podlogs import ReadLog
from pinnace.apiserver.resources import Resources
from pinnace.apiserver.streaming import Streams
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import PinnaceError
from pinnace.store import Store


@dataclass(frozen=True, kw_only=True)
class Host:
    """What a mounted API shares with the Kubernetes API."""

    store: Store
    resources: Resources
    logs: ReadLog
    streams: Streams
    workers: Workers


class Mount(Protocol):
    """An API of its own below some paths."""

    def serves(self, path: str) -> bool:
        """Tell whether a path is this API's."""
        ...

    async def answer(self, request: Request, body: bytes) -> Response:
        """Answer a request that has passed security; raises PinnaceError."""
        ...

    def failure(self, error: PinnaceError | None) -> Response:
        """Answer a failure as this API's clients expect it; None: our own mistake."""
        ...


MakeMount = Callable[[Host], Mount]
