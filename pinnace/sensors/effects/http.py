"""Sending the request of an ``http`` trigger. Secrets are read here and nowhere before."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import httpx

from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import SENSORS
from pinnace.objects.meta import Key
from pinnace.sensors.actions import HttpAction, SecretReference
from pinnace.store import Store, references

Resolve = Callable[[str, str], str]

#: No proxy stands between this machine and itself.
_LOCAL = ("all://127.0.0.1", "all://localhost")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class HttpSender:
    """Sends requests for all Sensors; safe to use from any thread."""

    def __init__(self, store: Store, resolve: Resolve) -> None:
        self._store, self._resolve = store, resolve
        self._clients = {
            verify: httpx.Client(verify=verify, follow_redirects=True, mounts=dict.fromkeys(_LOCAL))
            for verify in (True, False)
        }

    def close(self) -> None:
        """Close the connections that are kept."""
        for client in self._clients.values():
            client.close()

    def send(self, action: HttpAction, *, namespace: str, sensor: str) -> str:
        """Send a request and say how it was answered.

        Raises Permanent when there was no answer or its status isn't allowed.
        """
        where = Key(SENSORS, namespace, sensor)
        headers = dict(action.headers)
        for name, reference in action.secure_headers:
            headers[name] = self._read(reference, where)
        user = self._read(action.username, where) if action.username else ""
        password = self._read(action.password, where) if action.password else ""
        try:
            response = self._clients[action.verify].request(
                action.method, self._address(action.url, namespace), content=action.body,
                headers=headers, timeout=action.timeout,
                auth=httpx.BasicAuth(user, password) if user or password else None,
            )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Permanent(f"{action.method} {action.url}: {error!r}") from error
        if not _allowed(action, response.status_code):
            raise Permanent(
                f"{action.method} {action.url}: policy application resulted in failure. "
                f"http response status {response.status_code} is not allowed"
            )
        return f"{action.method} {action.url}: status {response.status_code}"

    def _read(self, reference: SecretReference, where: Key) -> str:
        read = (
            references.secret_value if reference.kind == "Secret" else references.config_map_value
        )
        return read(
            self._store, where.namespace, reference.selector, where=where, field=reference.field
        )

    def _address(self, url: str, namespace: str) -> str:
        """Put the real address of a Service of this control plane into the URL."""
        parts = urlsplit(url)
        if not parts.hostname or parts.scheme not in _DEFAULT_PORTS:
            raise Permanent(f"{url!r} is no http or https URL")
        asked = f"{parts.hostname}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"
        real = self._resolve(asked, namespace)
        if real == asked:
            return url
        credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return urlunsplit(parts._replace(netloc=credentials + real))


def _allowed(action: HttpAction, status: int) -> bool:
    return status in action.allow if action.allow is not None else status < 400
