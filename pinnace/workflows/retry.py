"""retryStrategy: when to try again, how long to wait, and when to give up.

Mirrors ``processNodeRetries`` of ``workflow/controller/operator.go``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pinnace.workflows.constants import Phase
from pinnace.workflows.durations import (
    go_seconds,
    go_time,
    humanize,
    instant,
    parse_duration,
)
from pinnace.workflows.expressions import is_true
from pinnace.workflows.nodes import Node, ended, flagged, unsuccessful
from pinnace.workflows.operation import Operation
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import whole

#: What upstream's ``IsTransientErr`` recognises in a message (util/errors/errors.go).
_TRANSIENT = re.compile(
    r"connection (refused|reset)|i/o timeout|TLS handshake timeout|net/http: |no such host|"
    r"exceeded quota|temporary|timeout|EOF|pod deleted",
    re.IGNORECASE,
)
_POLICIES: dict[str, frozenset[str]] = {
    "Always": frozenset({Phase.FAILED, Phase.ERROR}),
    "OnFailure": frozenset({Phase.FAILED}),
    "OnError": frozenset({Phase.ERROR}),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do with a Retry node: settle it, wait, or make the next attempt."""

    phase: Phase | None = None
    message: str | None = None
    wait: bool = False
    deadline: datetime | None = None  # no attempt may run longer than this


AGAIN = Verdict()


def attempts_of(op: Operation, node: Node) -> list[Node]:
    """Return the attempts of a Retry node, first to last."""
    return [each for each in op.nodes.children(node) if flagged(each, "retried")]


def judge(op: Operation, node: Node, strategy: Mapping[str, Any]) -> Verdict:
    """Decide from the last attempt how a Retry node goes on."""
    attempts = attempts_of(op, node)
    if not attempts or not ended(attempts[-1]):
        return AGAIN
    last = attempts[-1]
    if not unsuccessful(last):
        return Verdict(phase=Phase.SUCCEEDED)
    phase = Phase(last["phase"])
    if op.shutdown:
        return Verdict(phase=phase, message=f"Stopped with strategy '{op.shutdown}'")
    if op.past_deadline and op.deadline is not None:
        message = f"retry exceeded workflow deadline {go_time(op.deadline)}"
        return Verdict(phase=phase, message=message)
    held = _back_off(op, attempts, strategy)
    if held.phase is not None or held.wait:
        return held
    refused = _refusal(op, attempts, strategy)
    if refused is not None:
        return Verdict(phase=phase, message=refused)
    return Verdict(deadline=held.deadline)


def _refusal(op: Operation, attempts: list[Node], strategy: Mapping[str, Any]) -> str | None:
    """Return why there is no further attempt, or None when there is one."""
    last = attempts[-1]
    if not _policy_allows(last, strategy):
        return str(last.get("message") or "")
    limit = whole(strategy.get("limit"), "retryStrategy.limit")
    if limit is not None and len(attempts) > limit:
        return "No more retries left"
    expression = strategy.get("expression")
    if expression and not is_true(str(expression), variables(attempts, first_exit_code="-1")):
        return "retryStrategy.expression evaluated to false"
    return None


def _policy_allows(last: Node, strategy: Mapping[str, Any]) -> bool:
    policy = strategy.get("retryPolicy") or (
        "Always" if strategy.get("expression") else "OnFailure"
    )
    if policy == "OnTransientError":
        return _TRANSIENT.search(str(last.get("message") or "")) is not None
    if policy not in _POLICIES:
        raise Problem(f"{policy} is not a valid RetryPolicy")
    return last["phase"] in _POLICIES[policy]


def _back_off(op: Operation, attempts: list[Node], strategy: Mapping[str, Any]) -> Verdict:
    backoff = strategy.get("backoff")
    if not backoff:
        return AGAIN
    last = attempts[-1]
    phase = Phase(last["phase"])
    latest = _latest(attempts[0], backoff)
    if latest is not None and op.now > latest:
        return Verdict(phase=phase, message="Max duration limit exceeded")
    wait = _time_to_wait(backoff, len(attempts))
    until = (instant(last.get("finishedAt")) or op.now) + wait
    if latest is not None and until > latest:
        return Verdict(phase=phase, message="Backoff would exceed max duration limit")
    limit = whole(strategy.get("limit"), "retryStrategy.limit")
    if op.now < until and limit is not None and len(attempts) <= limit:
        op.wake(until)
        return Verdict(wait=True, message=f"Backoff for {humanize(wait)}")
    return Verdict(deadline=latest)


def _latest(first: Node, backoff: Mapping[str, Any]) -> datetime | None:
    started = instant(first.get("startedAt"))
    if not backoff.get("maxDuration") or started is None:
        return None
    return started + parse_duration(backoff["maxDuration"])


def _time_to_wait(backoff: Mapping[str, Any], attempts: int) -> timedelta:
    if not backoff.get("duration"):
        raise Problem("no base duration specified for retryStrategy")
    wait = parse_duration(backoff["duration"])
    factor = whole(backoff.get("factor"), "retryStrategy.backoff.factor")
    if factor is not None and factor > 0:
        wait = _times(wait, factor ** min(attempts - 1, 64))
    if backoff.get("cap"):
        wait = min(wait, parse_duration(backoff["cap"]))
    return wait


def _times(duration: timedelta, factor: int) -> timedelta:
    longest = timedelta(days=36500)
    if duration.total_seconds() * factor > longest.total_seconds():
        return longest
    return duration * factor


def variables(attempts: list[Node], *, first_exit_code: str = "0") -> dict[str, str]:
    """Return ``retries`` and ``lastRetry.*`` for an attempt or for the retry expression.

    Before the first attempt has ended the values are upstream's defaults.
    """
    if not attempts:
        return {
            "retries": "0",
            "lastRetry.exitCode": "0",
            "lastRetry.status": "",
            "lastRetry.duration": "0",
            "lastRetry.message": "",
        }
    last = attempts[-1]
    code = (last.get("outputs") or {}).get("exitCode")
    started, finished = instant(last.get("startedAt")), instant(last.get("finishedAt"))
    seconds = (finished - started).total_seconds() if started and finished else 0.0
    return {
        "retries": str(len(attempts) - 1),
        "lastRetry.exitCode": first_exit_code if code is None else str(code),
        "lastRetry.status": last["phase"],
        "lastRetry.duration": go_seconds(seconds),
        "lastRetry.message": str(last.get("message") or ""),
    }
