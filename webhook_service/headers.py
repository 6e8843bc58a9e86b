"""Which headers of a delivery travel on, and which of those nobody may look at."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

DELIVERY = "X-Pinnace-Delivery"
EVENT_ID = "X-Pinnace-Event-Id"
WITHHELD = "(withheld)"

#: Of one connection only (RFC 9110, 7.6.1), or made anew by whoever sends the request on.
_OWN = frozenset(
    {
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade", "expect", "host", "content-length", DELIVERY.lower(),
    }
)  # fmt: skip
_SENSITIVE = re.compile(r"auth|token|secret|signature|cookie|password|api-?key|credential", re.I)


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """The headers of one delivery: what may be shown and what may only be forwarded."""

    shown: Headers
    private: Headers


def sort(headers: Iterable[tuple[str, str]]) -> Sorted:
    """Drop what belongs to the connection, and set apart what proves who the sender is."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
    return Sorted(
        shown=tuple(pair for pair in kept if not _SENSITIVE.search(pair[0])),
        private=tuple(pair for pair in kept if _SENSITIVE.search(pair[0])),
    )
