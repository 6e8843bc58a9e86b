"""Request headers as Go's net/http shows them to Argo Events, and the bearer check. Pure.

Mirrors argo-events pkg/eventsources/common/webhook/webhook.go and Go's net/textproto.
"""

import hmac
import string
from collections.abc import Iterable
from functools import lru_cache

from pinnace.eventsources.emission import Rejected

#: What upstream puts in the place of an ``Authorization`` header in the event's data.
MASKED = "*** Masked Auth Secret ***"

_TOKEN_CHARACTERS = frozenset(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~")
#: Go's server moves these out of the header map.
_MOVED = frozenset({"host", "transfer-encoding", "trailer"})


def canonical(name: str) -> str:
    """Return a header name as Go writes it: ``X-GitHub-Event`` → ``X-Github-Event``."""
    return _canonical(name) if len(name) > _REMEMBERED else _remembered(name)


def _canonical(name: str) -> str:
    if not name or not set(name) <= _TOKEN_CHARACTERS:
        return name
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


#: The same few names come again and again; long ones (a flood) are not kept in memory.
_REMEMBERED = 64
_remembered = lru_cache(maxsize=1024)(_canonical)


def header_map(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return Go's ``http.Header`` of a request, secrets masked."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() in _MOVED:
            continue
        found.setdefault(canonical(name), []).append(value)
    if "Authorization" in found:
        found["Authorization"] = [MASKED]
    return found


def authorise(header: str, secret: str) -> None:
    """Check ``Authorization: Bearer <secret>`` in constant time; raises Rejected with 401."""
    prefix = "Bearer "
    if not header.startswith(prefix):
        raise Rejected(401, "Invalid Authorization Header")
    given, wanted = header.removeprefix(prefix).encode(), secret.encode()
    if not hmac.compare_digest(given, wanted):
        raise Rejected(401, "Invalid Auth token")
