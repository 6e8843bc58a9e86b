"""Who may speak to the server: the bearer token; Host and Origin against web pages. Pure.

A page of another origin can do nothing here: it doesn't have the token, is told nothing across
origins (no CORS headers), and what names another Host (DNS rebinding) or comes with another Origin
is refused even with the token.
"""

import hmac
from collections.abc import Collection

from pinnace.objects.errors import PinnaceError, Unauthorized

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "kubernetes", "kubernetes.default.svc"})


class WrongHost(PinnaceError):
    """The request was addressed to a name that is not this server's, or comes from another page."""

    code = 403
    reason = "Forbidden"


def check_host(header: str, own: Collection[str]) -> None:
    """Refuse a Host header that names another host: a page that rebound its name to loopback."""
    host = header.strip().lower()
    if host.startswith("["):
        name = host.partition("]")[0] + "]"
    else:
        name = host.rpartition(":")[0] if ":" in host else host
    if name not in _LOOPBACK and name.strip("[]") not in own:
        raise WrongHost(
            f"the Host header names {header!r}, but this server answers to its own names and "
            "localhost only"
        )


def check_origin(origin: str, host: str) -> None:
    """Refuse what a page of another origin sends; programs send no Origin, or the Host's own."""
    if origin and origin.lower().partition("://")[2] != host.strip().lower():
        raise WrongHost(f"a page of another origin ({origin[:100]!r}) may not use this server")


def check_token(authorization: str, token: str) -> None:
    """Demand ``Authorization: Bearer <token>``."""
    scheme, _, given = authorization.partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not same:
        raise Unauthorized("Unauthorized")
