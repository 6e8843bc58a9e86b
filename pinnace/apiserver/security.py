"""Who may speak to the server: the bearer token; the Host header against DNS rebinding. Pure."""

import hmac

from pinnace.objects.errors import PinnaceError, Unauthorized

#: Answered without a token: they tell nothing but that the server lives.
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/livez"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "kubernetes", "kubernetes.default.svc"})


class WrongHost(PinnaceError):
    """The request was addressed to a name that is not this server's."""

    code = 403
    reason = "Forbidden"


def check_host(header: str, own: str) -> None:
    """Refuse a Host header that names another host: a page that rebound its name to loopback."""
    host = header.strip().lower()
    if host.startswith("["):
        name = host.partition("]")[0] + "]"
    else:
        name = host.rpartition(":")[0] if ":" in host else host
    if name not in _LOOPBACK and name != own.lower():
        raise WrongHost(
            f"the Host header names {header!r}, but this server answers to {own} and localhost only"
        )


def check_token(path: str, authorization: str, token: str) -> None:
    """Demand ``Authorization: Bearer <token>`` everywhere but on the open paths."""
    if path.rstrip("/") in OPEN_PATHS:
        return
    scheme, _, given = authorization.partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not same:
        raise Unauthorized("Unauthorized")
