"""Sends a provider's calls; what it says in errors, without any secret."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.messages import CONNECT_SECONDS
from pinnace.eventsources.tls import Tls
from pinnace.objects.errors import Transient

#: Seconds for a provider's answer.
_ANSWER_SECONDS = 15.0
_SAID_CHARACTERS = 200
_PORTS = {"https": 443, "http": 80}
#: Gerrit's guard against being read as a script.
_GERRIT_PREFIX = b")]}'"


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of a provider's API, below its base URL; pure data."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    #: Sent as JSON, or as a form.
    body: Mapping[str, Any] | None = None
    form: bool = False


@dataclass(frozen=True, kw_only=True)
class Api:
    """Where a provider's API is and who we are there; credentials never show."""

    name: str
    base: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    tls: Tls | None = field(default=None, repr=False)
    #: What must not show in a message, even when the provider repeats it.
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Refused(Transient):
    """A provider's answer that is a failure; ``status`` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def send(api: Api, call: Call, outside: Outside) -> Any:
    """Send a call; returns its JSON, None for no content. Raises Transient, Refused."""
    what = f"{api.name}: {call.method} {call.path}"
    host, address = _address(api.base, outside.resolve)
    try:
        with httpx.Client(
            verify=api.tls.context() if api.tls else True,
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,  # a token must not go where an answer points to
            headers={"Host": host, "Accept": "application/json", **api.headers},
            auth=api.basic,
        ) as client:
            answer = client.request(
                call.method,
                f"{address}/{call.path}",
                params=dict(call.query) or None,
                json=None if call.form else call.body,
                data=call.body if call.form else None,
            )
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        said = _hidden(api, str(error) or type(error).__name__)
        raise Transient(f"{what}: {said}") from error
    if not answer.is_success:
        said = _hidden(api, _said(answer))
        raise Refused(f"{what}: answered {answer.status_code}{said}", answer.status_code)
    return _parsed(what, answer.content)


def _address(base: str, resolve: Callable[[str], str]) -> tuple[str, str]:
    """Return the Host header and the URL at which a base URL is reached from here."""
    parts = urlsplit(base.rstrip("/"))
    port = parts.port or _PORTS.get(parts.scheme, 0)
    declared = f"{parts.hostname}:{port}"
    found = resolve(declared)
    address = parts.netloc if found == declared else found
    host = parts.netloc.rpartition("@")[2]
    return host, f"{parts.scheme}://{address}{parts.path}"


def _parsed(what: str, content: bytes) -> Any:
    text = content.removeprefix(_GERRIT_PREFIX)
    if not text.strip():
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Transient(f"{what}: the answer is not JSON: {error}") from error


def _said(answer: httpx.Response) -> str:
    """Return the reason that the providers give in one of their forms."""
    try:
        document = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return f" ({answer.reason_phrase})"
    if not isinstance(document, dict):
        return ""
    error = document.get("error")
    nested = error.get("message") if isinstance(error, dict) else error
    said = document.get("message") or nested or document.get("errors") or ""
    return f" ({str(said)[:_SAID_CHARACTERS]})" if said else ""


def _hidden(api: Api, text: str) -> str:
    for secret in (*api.secrets, *(api.basic or ())):
        if secret:
            text = text.replace(secret, "***")
    return text
