"""What answers the requests on one port: finds the route, checks, hands in, and answers honestly.

A sender gets 200 only once its event is on disk; 503 with ``Retry-After`` when it can't be stored.
Statuses follow argo-events pkg/eventsources/common/webhook/webhook.go, except 401 for a wrong
signature and 413 for a body over the limit, where upstream says 400.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from pinnace.eventsources.emission import Delivery, Ignored, Receiver, Rejected, SecretReader
from pinnace.eventsources.http.headers import authorise
from pinnace.eventsources.intake import Intake, Outcome
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.errors import Invalid

EVENT_ID_HEADER = "X-Pinnace-Event-Id"
OUTCOME_HEADER = "X-Pinnace-Outcome"
#: Upstream's DefaultMaxWebhookPayloadSize.
DEFAULT_MAX_BODY = 1024 * 1024
#: Seconds for a body to arrive whole.
BODY_SECONDS = 30.0
#: Seconds for an event to be on disk.
STORE_SECONDS = 30.0
RETRY_AFTER = "5"

T = TypeVar("T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One event that is received over HTTP."""

    spec: EventSpec
    receive: Receiver
    secret: SecretReader
    port: int
    path: str
    endpoint: Mapping[str, object]
    #: The field path of the bearer token's secret, if the endpoint has one.
    auth_at: str = "authSecret"

    @property
    def limit(self) -> int:
        """Return the largest body taken."""
        size = self.endpoint.get("maxPayloadSize")
        return size if isinstance(size, int) and size > 0 else DEFAULT_MAX_BODY


class Desk:
    """The ASGI application of one port; routes come and go while it runs."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        #: Path → route; replaced as a whole, so a request sees one table.
        self.routes: Mapping[str, Route] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if path == "/health":
            return PlainTextResponse("OK")
        route = self.routes.get(path)
        if route is None:
            return PlainTextResponse("404 page not found\n", 404)
        try:
            outcome = await self._take(route, request)
        except Rejected as refusal:
            return await self._refuse(route, request, refusal)
        except ClientDisconnect:
            return PlainTextResponse("the sender went away\n", 400)
        except Exception:  # HTTP boundary: every failure is an answer, and is logged
            logger.exception("%s: failed to record event", route.spec.where)
            return self._not_stored(route)
        return _accepted(outcome)

    async def _take(self, route: Route, request: Request) -> Outcome:
        if route.endpoint.get("authSecret"):
            authorise(request.headers.get("authorization", ""), _readable(route, route.auth_at))
        delivery = await _read(request, route.limit)
        emission = route.receive(route.spec, delivery, lambda field: _readable(route, field))
        if isinstance(emission, Ignored):
            logger.info("%s: delivery ignored: %s", route.spec.where, emission.reason)
            return Outcome(kind="ignored")
        return await _durable(self._intake.submit(route.spec, emission))

    async def _refuse(self, route: Route, request: Request, refusal: Rejected) -> Response:
        recorded = self._intake.refuse(
            route.spec, refusal.reason_text, refusal.status, remote=_remote(request)
        )
        try:
            await _durable(recorded)
        except Exception:  # HTTP boundary: the refusal stands even if it could not be recorded
            logger.exception("%s: a rejected delivery could not be recorded", route.spec.where)
        # a body that was not read to its end must not be taken for the next request
        return PlainTextResponse(
            refusal.reason_text + "\n", refusal.status, headers={"Connection": "close"}
        )

    def _not_stored(self, route: Route) -> Response:
        self._intake.metrics.failed(route.spec)
        return PlainTextResponse(
            "failed to record event\n", 503, headers={"Retry-After": RETRY_AFTER}
        )


async def _durable(stored: "Future[T]") -> T:
    """Wait for the commit; giving up must not cancel it (the writer has it in hand)."""
    return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(stored)), STORE_SECONDS)


def _readable(route: Route, field: str) -> str:
    """Read a secret; one that can't be read is our failure, not the sender's (upstream: 500)."""
    try:
        return route.secret(field)
    except Invalid as error:
        raise Rejected(500, f"{route.spec.where}.{field} cannot be read") from error


async def _read(request: Request, limit: int) -> Delivery:
    """Take in the body, bounded in size and time; raises Rejected."""
    too_large = Rejected(413, f"the body is over the limit of {limit} bytes (maxPayloadSize)")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError as error:
        raise Rejected(408, f"the body did not arrive within {BODY_SECONDS:.0f} s") from error
    headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in request.headers.raw)
    return Delivery(
        method=request.method,
        query=request.url.query,
        headers=headers,
        body=bytes(body),
        remote=_remote(request),
    )


def _remote(request: Request) -> str:
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def _accepted(outcome: Outcome) -> Response:
    headers: dict[str, str] = {OUTCOME_HEADER: outcome.kind}
    if outcome.event_id:
        headers[EVENT_ID_HEADER] = outcome.event_id
    return PlainTextResponse("success", headers=headers)
