"""The bare repository's ``post-receive`` hook: every push becomes a signed GitHub delivery.

A delivery is first a file in the outbox, then sent, and removed once it was taken: a push made
while the control plane is down is delivered when it comes back. Run by git as
``python -m pinnace.plane.push_hook CONFIG`` with ``before after ref`` lines on standard input.
"""

import json
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path

import httpx

from pinnace.plane.github_push import Push, headers, payload
from pinnace.plane.state import read_json, write_json

_TIMEOUT = 20.0


@dataclass(frozen=True, kw_only=True)
class HookConfig:
    """Where deliveries go and how they are signed; rewritten at each start of the control plane."""

    url: str
    secret: str
    clone_url: str
    full_name: str
    repository: str
    outbox: str


def main() -> int:
    """Record what was pushed, then deliver; prints one line for the person who pushes."""
    config = HookConfig(**read_json(Path(sys.argv[1])))
    for line in sys.stdin:
        before, after, ref = line.split()
        _record(config, before, after, ref)
    delivered, waiting = deliver(config)
    if delivered:
        print(f"pinnace: told {config.url} of {_pushes(delivered)}")
    if waiting:
        print(f"pinnace: {_pushes(waiting)} kept; delivered when `pinnace up` runs again")
    return 0


def _pushes(count: int) -> str:
    return "1 push" if count == 1 else f"{count} pushes"


def _record(config: HookConfig, before: str, after: str, ref: str) -> None:
    push = Push(
        repository=Path(config.repository), clone_url=config.clone_url,
        full_name=config.full_name, ref=ref, before=before, after=after,
    )  # fmt: skip
    delivery = str(uuid.uuid4())
    entry = {"delivery": delivery, "body": json.dumps(payload(push))}
    write_json(Path(config.outbox) / f"{_next(Path(config.outbox)):08d}-{delivery}.json", entry)


def _next(outbox: Path) -> int:
    return max((int(path.name[:8]) for path in outbox.glob("*.json")), default=0) + 1


def deliver(config: HookConfig) -> tuple[int, int]:
    """Send what the outbox holds, oldest first; return how many were sent and how many wait."""
    waiting = sorted(Path(config.outbox).glob("*.json"))
    for sent, path in enumerate(waiting):
        entry = read_json(path)
        body = entry["body"].encode()
        signed = headers(body, config.secret, entry["delivery"])
        try:
            answer = httpx.post(config.url, content=body, headers=signed, timeout=_TIMEOUT)
        except httpx.HTTPError as error:
            print(f"pinnace: {config.url} can't be reached: {error}")
            return sent, len(waiting) - sent
        if answer.status_code >= 500:
            print(f"pinnace: {config.url} answered {answer.status_code}")
            return sent, len(waiting) - sent
        if answer.status_code >= 400:
            print(f"pinnace: refused with {answer.status_code}: {answer.text[:200]}")
        path.unlink()
    return len(waiting), 0


if __name__ == "__main__":
    sys.exit(main())
