"""Sending the request of an ``http`` trigger. Secrets are read here and nowhere before."""

import ssl
from urllib.parse import urlsplit, urlunsplit

import httpx

from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import HttpAction
from pinnace.sensors.effects.edge import Edge, Occasion
from pinnace.store.pem import Tls

#: No proxy stands between this machine and itself.
_LOCAL = ("all://127.0.0.1", "all://localhost")
DEFAULT_PORTS = {"http": 80, "https": 443}


def perform(action: HttpAction, edge: Edge, occasion: Occasion) -> str:
    """Send a request and say how it was answered.

    Raises Permanent when there was no answer or its status isn't allowed.
    """
    headers = dict(action.headers)
    for name, reference in action.secure_headers:
        headers[name] = edge.secret(reference, occasion)
    user = edge.secret(action.username, occasion)
    password = edge.secret(action.password, occasion)
    try:
        response = client(edge, edge.tls(action.tls, occasion)).request(
            action.method, address(action.url, edge, occasion), content=action.body,
            headers=headers, timeout=action.timeout,
            auth=httpx.BasicAuth(user, password) if user or password else None,
        )  # fmt: skip
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
        raise Permanent(f"{action.method} {action.url}: {error!r}") from error
    if not _allowed(action, response.status_code):
        raise Permanent(
            f"{action.method} {action.url}: policy application resulted in failure. "
            f"http response status {response.status_code} is not allowed"
        )
    return f"{action.method} {action.url}: status {response.status_code}"


def client(edge: Edge, tls: Tls) -> httpx.Client:
    """Return the client for these certificates; its connections are kept."""

    def make() -> httpx.Client:
        return httpx.Client(
            verify=tls.context(), follow_redirects=True, mounts=dict.fromkeys(_LOCAL)
        )

    return edge.kept(("http", tls), make)


def address(url: str, edge: Edge, occasion: Occasion) -> str:
    """Put the real address of a Service of this control plane into the URL."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        raise Permanent(f"{url!r} is no http or https URL")
    asked = f"{parts.hostname}:{parts.port or DEFAULT_PORTS[parts.scheme]}"
    real = edge.reach.resolve(asked, occasion.namespace)
    if real == asked:
        return url
    credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=credentials + real))


def _allowed(action: HttpAction, status: int) -> bool:
    return status in action.allow if action.allow is not None else status < 400
