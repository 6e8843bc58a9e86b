"""A whole control plane, once for all tests here, and the clients that people use."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from pinnace.plane.config import Settings
from pinnace.plane.plane import ControlPlane
from tests.eventually import eventually


@dataclass(frozen=True)
class Server:
    """Where the API is, and what a client needs to speak with it."""

    url: str
    token: str
    authority: Path
    kubeconfig: Path

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.url,
            verify=ssl.create_default_context(cafile=str(self.authority)),
            headers={"Authorization": f"Bearer {self.token}", **headers},
            timeout=30,
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    plane = ControlPlane(
        Settings(state=tmp_path_factory.mktemp("argo")), progress=lambda _what: None
    )
    record = plane.start()
    authority = plane.state.root / "credentials" / "ca.crt"
    token = plane.state.credential("api-token")
    yield Server(record.api, token, authority, plane.state.kubeconfig)
    plane.stop()


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    with server.client() as opened:
        yield opened


Finish = Callable[[str], dict[str, Any]]


@pytest.fixture
def finished(api: httpx.Client) -> Finish:
    """Wait for a workflow's end and return it."""

    def wait(name: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = api.get(f"/api/v1/workflows/default/{name}").json()
            return found if (found.get("status") or {}).get("finishedAt") else None

        found = eventually(look, timeout=30, interval=0.05)
        assert found is not None
        return found

    return wait
