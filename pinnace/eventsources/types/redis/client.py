"""A connection to a Redis server as both types declare it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pinnace.eventsources.emission import ListenContext
from pinnace.eventsources.messages import (
    CONNECT_SECONDS,
    check_required,
    place,
    reach,
    split_url,
    telling,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import Tls, tls_of

_PORT = 6379
#: An idle connection is tried this often, so that a server that vanished is noticed.
_HEALTH_SECONDS = 10


def check(spec: EventSpec, channels: str) -> None:
    """Refuse what upstream refuses; ``channels`` is the field that lists what is read."""
    check_required(spec, {"hostAddress": "host:port", channels: "a list of names"})
    split_url(spec, str(spec.at("hostAddress")), {"redis": _PORT}, field="hostAddress")


@contextmanager
def connected(context: ListenContext) -> Iterator[Redis]:
    """Connect; raises Transient naming server and reason, here and for whatever fails inside."""
    spec = context.spec
    declared = str(spec.at("hostAddress"))
    _, name, number = split_url(spec, declared, {"redis": _PORT}, field="hostAddress")
    host, port = reach(context, name, number)
    where = place("Redis", declared, f"{host}:{port}")
    with telling(where, RedisError, OSError), ExitStack() as stack:
        client = Redis(
            host=host,
            port=port,
            db=int(spec.at("db") or 0),
            username=str(spec.at("username") or "") or None,
            password=context.secret("password") if spec.at("password") else None,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_keepalive=True,
            health_check_interval=_HEALTH_SECONDS,
            retry=Retry(NoBackoff(), 0),  # a failure is told; serve() tries again
            **_tls_options(tls_of(spec, context.secret), stack),
        )
        stack.callback(client.close)
        client.ping()
        yield client


def _tls_options(tls: Tls | None, stack: ExitStack) -> dict[str, Any]:
    if tls is None:
        return {}
    path = stack.enter_context(tls.file())
    return {
        "ssl": True,
        "ssl_cert_reqs": "required" if tls.verify else "none",
        "ssl_check_hostname": tls.verify,
        "ssl_ca_data": tls.authority or None,
        "ssl_certfile": path,
        "ssl_keyfile": path,
    }


def text(value: bytes | str | None) -> str:
    """Return what Go's JSON makes of a string: bytes that are no UTF-8 are replaced."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
