"""What answers the requests on one port: finds the route, checks, hands in, and answers honestly.

A sender gets 200 only once its event is on disk; 503 with ``Retry-After`` when it can't be stored.
Statuses follow argo-events pkg/eventsources/common/webhook/webhook.go, except 401 for a wrong
signature and 413 for a body over the limit, where upstream says 400.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from starlette.types import Receive, Scope, Send

from pinnace.eventsources.emission import Delivery, Ignored, Received, Rejected, SecretReader
from pinnace.eventsources.http.answers import (
    HEALTHY,
    NOT_FOUND,
    NOT_STORED,
    SENDER_LEFT,
    Answer,
    accepted,
    refused,
)
from pinnace.eventsources.http.headers import authorise
from pinnace.eventsources.http.landing import Landing
from pinnace.eventsources.http.server import HEADER_BYTES
from pinnace.eventsources.intake import Intake, Outcome
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import Tls
from pinnace.objects.errors import Invalid

#: Upstream's DefaultMaxWebhookPayloadSize.
DEFAULT_MAX_BODY = 1024 * 1024
#: Seconds for a body to arrive whole.
BODY_SECONDS = 30.0
#: Seconds for an event to be on disk.
STORE_SECONDS = 30.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


class SenderLeft(Exception):
    """The connection ended before the body did."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One event that is received over HTTP."""

    spec: EventSpec
    #: Turns a delivery into events; raises Rejected, and Invalid where a secret can't be read.
    receive: Callable[[Delivery], Received]
    #: Whether ``receive`` may wait for the provider, so that it must not hold others up.
    waits: bool = False
    secret: SecretReader
    port: int
    path: str
    endpoint: Mapping[str, object]
    #: The field path of the bearer token's secret, if the endpoint has one.
    auth_at: str = "authSecret"
    #: The certificate of the server, None for plain HTTP.
    tls: Tls | None = None

    @property
    def limit(self) -> int:
        """Return the largest body taken."""
        size = self.endpoint.get("maxPayloadSize")
        return size if isinstance(size, int) and size > 0 else DEFAULT_MAX_BODY


class Desk:
    """The ASGI application of one port; routes come and go while it runs."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._landing: Landing | None = None
        #: Path → route; replaced as a whole, so a request sees one table.
        self.routes: Mapping[str, Route] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        path = scope["path"]
        if path == "/health":
            return HEALTHY
        route = self.routes.get(path)
        if route is None:
            return NOT_FOUND
        try:
            return await self._take(route, scope, receive)
        except Rejected as refusal:
            return await self._refuse(route, scope, refusal)
        except SenderLeft:
            return SENDER_LEFT
        except Exception:  # HTTP boundary: every failure is an answer, and is logged
            logger.exception("%s: failed to record event", route.spec.where)
            return NOT_STORED

    async def _take(self, route: Route, scope: Scope, receive: Receive) -> Answer:
        received = await self._received(route, scope, receive)
        if isinstance(received, Ignored):
            logger.info("%s: delivery ignored: %s", route.spec.where, received.reason)
            return accepted((Outcome(kind="ignored"),), received.answer)
        emissions = received if isinstance(received, tuple) else (received,)
        stored = [self._intake.submit(route.spec, emission) for emission in emissions]
        return accepted(tuple([await self._durable(each) for each in stored]))

    async def _received(self, route: Route, scope: Scope, receive: Receive) -> Received:
        """Check and read a request; raises Rejected."""
        try:
            delivery = await self._delivery(route, scope, receive)
            if route.waits:
                return await asyncio.to_thread(route.receive, delivery)
            return route.receive(delivery)
        except Invalid as error:
            # a secret that can't be read is our failure, not the sender's (upstream: 500)
            raise Rejected(500, f"{error.field or route.spec.where} cannot be read") from error

    async def _delivery(self, route: Route, scope: Scope, receive: Receive) -> Delivery:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            raise Rejected(431, f"the headers are over the limit of {HEADER_BYTES} bytes")
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"])
        if route.endpoint.get("authSecret"):
            authorise(_header(headers, "authorization"), route.secret(route.auth_at))
        body = await _read(receive, _header(headers, "content-length"), route.limit)
        return Delivery(
            method=scope["method"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
            remote=_remote(scope),
            at=self._intake.clock.now(),
        )

    async def _refuse(self, route: Route, scope: Scope, refusal: Rejected) -> Answer:
        recorded = self._intake.refuse(
            route.spec, refusal.reason_text, refusal.status, remote=_remote(scope)
        )
        try:
            await self._durable(recorded)
        except Exception:  # HTTP boundary: the refusal stands even if it could not be recorded
            logger.exception("%s: a rejected delivery could not be recorded", route.spec.where)
        return refused(refusal.status, refusal.reason_text)

    async def _durable(self, stored: "Future[T]") -> T:
        """Wait for the commit."""
        loop = asyncio.get_running_loop()
        if self._landing is None or self._landing.loop is not loop:
            self._landing = Landing(loop)  # the server was started anew
        return await self._landing.result(stored, STORE_SECONDS)


async def _read(receive: Receive, announced: str, limit: int) -> bytes:
    """Take in the body, bounded in size and time; raises Rejected or SenderLeft."""
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise SenderLeft
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > limit:
                    raise _too_large(limit)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError as error:
        raise Rejected(408, f"the body did not arrive within {BODY_SECONDS:.0f} s") from error


def _too_large(limit: int) -> Rejected:
    return Rejected(413, f"the body is over the limit of {limit} bytes (maxPayloadSize)")


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str:
    """Return a header by its name in lower case, as ASGI has it, or ""."""
    return next((value for key, value in headers if key == name), "")


def _remote(scope: Scope) -> str:
    client = scope.get("client")
    return f"{client[0]}:{client[1]}" if client else ""
