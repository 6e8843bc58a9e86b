"""An HTTP answer, and how it goes out over ASGI."""

from dataclasses import dataclass

from starlette.types import Send

from pinnace.eventsources.intake import Outcome

EVENT_ID_HEADER = "X-Pinnace-Event-Id"
OUTCOME_HEADER = "X-Pinnace-Outcome"
RETRY_AFTER = "5"

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Answer:
    """A status, a body of plain text, and further headers."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()

    async def send(self, send: Send) -> None:
        """Send it."""
        length = (b"content-length", str(len(self.body)).encode())
        headers = [_PLAIN, length, *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


HEALTHY = Answer(200, b"OK")
NOT_FOUND = Answer(404, b"404 page not found\n")
SENDER_LEFT = Answer(400, b"the sender went away\n")
NOT_STORED = Answer(503, b"failed to record event\n", ((b"retry-after", RETRY_AFTER.encode()),))


def accepted(outcomes: tuple[Outcome, ...], text: str = "success") -> Answer:
    """Return the 200 of a delivery whose events are on disk (or needn't be), with each one's id."""
    headers = [(OUTCOME_HEADER.lower().encode(), outcomes[0].kind.encode())]
    ids = ", ".join(outcome.event_id for outcome in outcomes if outcome.event_id)
    if ids:
        headers.append((EVENT_ID_HEADER.lower().encode(), ids.encode()))
    return Answer(200, text.encode(), tuple(headers))


def refused(status: int, reason: str) -> Answer:
    """Return a refusal, after which the connection is closed.

    A body that was not read to its end must not be taken for the next request.
    """
    return Answer(status, f"{reason}\n".encode(), ((b"connection", b"close"),))
