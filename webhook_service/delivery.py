"""A delivery: what came in, and how far it has got. Pure values and rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webhook_service.headers import Headers

_LONGEST_PAUSE = 300.0


class State(StrEnum):
    """How far a delivery has got."""

    WAITING = "waiting"  # not yet taken by the EventSource; will be tried (again)
    DELIVERED = "delivered"
    REJECTED = "rejected"  # the EventSource refused it: trying again would not help
    DEAD = "dead"  # given up after too many tries


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A request as it came, before it is recorded."""

    source: str
    event: str
    query: str
    shown: Headers
    private: Headers
    body: bytes
    remote: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A recorded request. ``private`` and ``query`` are empty once it is finished."""

    id: str
    sequence: int
    source: str
    event: str
    received_at: datetime
    shown: Headers
    withheld: tuple[str, ...]
    private: Headers
    query: str
    body: bytes
    size: int
    remote: str
    state: State
    attempts: int
    next_at: datetime | None
    status: int | None
    reason: str
    event_id: str
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one try at the EventSource gave; WAITING means: try again."""

    state: State
    status: int | None = None
    reason: str = ""
    event_id: str = ""


def judge(status: int) -> State:
    """Say what an EventSource's answer means for the delivery.

    404 is tried again: the route of an EventSource that is just starting does not answer yet.
    """
    if 200 <= status < 300:
        return State.DELIVERED
    if status in (404, 408, 425, 429) or status >= 500 or status < 400:
        return State.WAITING
    return State.REJECTED


def pause(attempts: int) -> timedelta:
    """Return how long to wait after that many tries: 1, 2, 4 … up to 300 seconds."""
    return timedelta(seconds=min(2.0 ** min(max(attempts - 1, 0), 20), _LONGEST_PAUSE))


def after(attempt: Attempt, *, tries: int, limit: int) -> Attempt:
    """Give up on what still waits after ``limit`` tries."""
    if attempt.state is not State.WAITING or tries < limit:
        return attempt
    return Attempt(
        state=State.DEAD,
        status=attempt.status,
        reason=f"given up after {tries} attempts; the last: {attempt.reason}",
    )
