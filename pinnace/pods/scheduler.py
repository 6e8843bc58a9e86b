"""Which waiting Pods fit on the node now. Pure.

In order of priority, then age; a Pod that doesn't fit stays Pending and says why, and smaller ones
behind it may go first, as in Kubernetes. Mirrors the scheduler's NodeResourcesFit plugin.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pinnace.objects.meta import Key
from pinnace.pods.resources import Amounts


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A Pod that waits for its place."""

    key: Key
    uid: str
    requests: Amounts
    priority: int = 0
    created: str = ""
    order: int = 0  # in which this control plane saw it: breaks ties within a second


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a Pod may start; if not, ``message`` says what is lacking."""

    pod: Waiting
    fits: bool
    message: str = ""


def schedule(waiting: Iterable[Waiting], used: Amounts, node: Amounts) -> list[Verdict]:
    """Return a verdict on every waiting Pod, in the order of their turn."""
    verdicts = []
    for pod in sorted(waiting, key=lambda pod: (-pod.priority, pod.created, pod.order)):
        after = used + pod.requests
        lacking = _lacking(after, node)
        if lacking:
            verdicts.append(Verdict(pod=pod, fits=False, message=_message(lacking, pod, node)))
        else:
            used = after
            verdicts.append(Verdict(pod=pod, fits=True))
    return verdicts


def _lacking(wanted: Amounts, node: Amounts) -> list[str]:
    checks = (
        ("Too many pods", wanted.pods > node.pods),
        ("Insufficient cpu", wanted.cpu > node.cpu),
        ("Insufficient memory", wanted.memory > node.memory),
    )
    return [text for text, short in checks if short]


def _message(lacking: list[str], pod: Waiting, node: Amounts) -> str:
    message = "0/1 nodes are available: " + ", ".join(f"1 {text}" for text in lacking) + "."
    if not _lacking(pod.requests, node):
        return message
    asked = f"{pod.requests.cpu:f} cpu and {pod.requests.memory:f} bytes of memory"
    return f"{message} It asks for {asked}; the node has {node.cpu:f} and {node.memory:f} in all."
