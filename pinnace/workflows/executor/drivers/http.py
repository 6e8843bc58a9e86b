"""Artifacts at an HTTP address. Mirrors ``workflow/artifacts/http``."""

from pathlib import Path
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from pinnace.workflows.executor.archive import MOST_BYTES
from pinnace.workflows.executor.context import ExecutorFailed
from pinnace.workflows.executor.drivers.values import Values

_CHUNK = 1 << 20
_TIMEOUT = urllib3.Timeout(connect=10, read=300)


class HttpDriver:
    """Gets artifacts by GET and keeps them by PUT."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def load(self, place: dict[str, Any], target: Path) -> bool:
        """Download; False on 404."""
        response = self._ask("GET", place)
        try:
            if response.status == 404:
                return False
            _check(response, place)
            size = 0
            with target.open("wb") as file:
                for chunk in response.stream(_CHUNK):
                    size += len(chunk)
                    if size > MOST_BYTES:
                        raise ExecutorFailed(f"{place['url']} is larger than {MOST_BYTES} bytes")
                    file.write(chunk)
        except HTTPError as problem:
            raise ExecutorFailed(f"{place['url']} failed to load: {problem}") from problem
        finally:
            response.release_conn()
        return True

    def save(self, place: dict[str, Any], source: Path) -> None:
        """Upload one file."""
        if source.is_dir():
            raise ExecutorFailed(f"{place['url']}: http keeps files, not folders; use an archive")
        with source.open("rb") as file:
            response = self._ask("PUT", place, file)
        _check(response, place)
        response.release_conn()

    def _ask(self, method: str, place: dict[str, Any], body: Any = None) -> Any:
        url = str(place.get("url") or "")
        if not url.startswith(("http://", "https://")):
            raise ExecutorFailed(f"http.url must be an http or https address, found {url!r}")
        headers = {str(each["name"]): str(each["value"]) for each in place.get("headers") or []}
        basic = (place.get("auth") or {}).get("basicAuth") or {}
        user = self._values.secret(basic.get("usernameSecret"), "http.auth.basicAuth")
        password = self._values.secret(basic.get("passwordSecret"), "http.auth.basicAuth")
        if user is not None or password is not None:
            pair = f"{user or ''}:{password or ''}"
            headers |= urllib3.make_headers(basic_auth=pair)
        try:
            return urllib3.PoolManager(timeout=_TIMEOUT).request(
                method, url, headers=headers, body=body, preload_content=False
            )
        except HTTPError as problem:
            raise ExecutorFailed(f"{url} cannot be reached: {problem}") from problem


def _check(response: Any, place: dict[str, Any]) -> None:
    if not 200 <= response.status < 300:
        raise ExecutorFailed(f"{place['url']} answered {response.status} {response.reason}")
