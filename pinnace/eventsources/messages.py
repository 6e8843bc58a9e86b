"""What all sources that receive messages share: body, address, and errors that name the place."""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import orjson

from pinnace.eventsources.emission import (
    Commit,
    Emission,
    ListenContext,
    Outside,
    Refusal,
    raw,
    to_json,
    with_metadata,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.errors import Invalid, Transient

#: The longest wait for a message in one go: a stop is noticed by then.
IDLE_SECONDS = 0.25
#: How long a connection may take to come about.
CONNECT_SECONDS = 5.0
#: How many messages are made durable together before they are acknowledged.
BATCH = 100


def message(
    spec: EventSpec,
    fields: Mapping[str, Any],
    body: bytes,
    *,
    dedupe: str | None = None,
    commit: Commit | None = None,
) -> Emission | Refusal:
    """Build the event of one message.

    ``body`` is JSON as it stands with ``jsonBody``, base64 without (Go's ``[]byte``).
    """
    if spec.at("jsonBody"):
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return Refusal(reason=f"jsonBody: the message is not valid JSON: {error}",
                           commit=commit)  # fmt: skip
    data = {**fields, "body": raw(body) if spec.at("jsonBody") else base64_of(body)}
    return Emission(
        data=to_json(with_metadata(data, spec.at("metadata"))), dedupe=dedupe, commit=commit
    )


def base64_of(body: bytes) -> str:
    """Return what Go's JSON makes of a byte slice."""
    return base64.b64encode(body).decode()


def check_required(spec: EventSpec, fields: Mapping[str, str]) -> None:
    """Refuse a spec in which one of the fields (name → what is expected) is empty."""
    for name, expected in fields.items():
        if not spec.at(name):
            raise spec.invalid(name, expected=expected, found=spec.at(name))


def check_auth(spec: EventSpec, at: str = "auth") -> None:
    """Refuse ``auth`` without user name or password, as upstream's ValidateBasicAuth."""
    if spec.at(at):
        secrets = ("username", "password")
        check_required(spec, {f"{at}.{name}": "a secret: {name, key}" for name in secrets})


def credentials(context: ListenContext, at: str = "auth") -> tuple[str, str] | None:
    """Return user name and password of ``auth``, None without it; raises Invalid."""
    if not context.spec.at(at):
        return None
    return context.secret(f"{at}.username"), context.secret(f"{at}.password")


def split_url(
    spec: EventSpec, url: str, ports: Mapping[str, int], *, field: str = "url"
) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL; ``ports`` are the schemes with their default ports.

    The first scheme is the one of an address without any. Raises Invalid, which never shows the URL
    (it may hold a password).
    """
    default = next(iter(ports))
    try:
        parts = urlsplit(url if "://" in url else f"{default}://{url}")
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme not in ports or not host:
        schemes = ", ".join(f"{name}://" for name in ports)
        raise spec.invalid(field, expected=f"an address host:port with one of {schemes}",
                           found="something else")  # fmt: skip
    return scheme, host, port or ports[scheme]


def reach(context: Outside, host: str, port: int) -> tuple[str, int]:
    """Return the host and port at which a service is reached from here."""
    real_host, _, real_port = context.resolve(f"{host}:{port}").rpartition(":")
    return real_host, int(real_port)


def place(what: str, declared: str, real: str = "") -> str:
    """Return how messages name a server: as declared, and where that is."""
    where = declared if real in ("", declared) else f"{declared} ({real})"
    return f"{what} at {where}"


@contextmanager
def telling(where: str, *kinds: type[Exception]) -> Iterator[None]:
    """Turn a client library's errors into one that names the server and the reason."""
    try:
        yield
    except Invalid:
        raise
    except kinds as error:
        raise Transient(f"{where}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """Return what an exception says, or what its cause says, or its name."""
    return next(filter(None, (str(each).strip() for each in _within(error))), type(error).__name__)


def _within(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it wraps: urllib3's ``reason`` says more than the whole."""
    inner = getattr(error, "reason", None)
    if isinstance(inner, BaseException):
        yield from _within(inner)
    yield error
    met = getattr(error, "exception", None)  # pika's name for it
    for each in (*error.args, met, error.__cause__ or error.__context__):
        if isinstance(each, BaseException):
            yield from _within(each)


def drained(first: Callable[[float], Any], limit: int = BATCH) -> list[Any]:
    """Return the messages that are there: wait for the first, take what follows at once."""
    found: list[Any] = []
    wait = IDLE_SECONDS
    while len(found) < limit:
        item = first(wait)
        if item is None:
            break
        found.append(item)
        wait = 0.0
    return found
