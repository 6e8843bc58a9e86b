"""The service before the real EventSources and the real API: TLS, signatures, one event each."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from pinnace.apiserver import ApiServer, certificate, kubeconfig
from pinnace.bus import Checkpoints, Journal
from pinnace.eventsources import EventSourceController
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import ENDPOINTS
from pinnace.objects.manifests import load
from pinnace.store import Store
from tests.eventually import eventually

from .conftest import ROOT, Service

SECRETS = {"github-webhook": {"secret": "hub"}, "webhook-token": {"token": "tok"}}
PUSH = json.dumps({"ref": "refs/heads/main", "after": "1" * 40, "commits": []}).encode()


class Plane:
    """A store with the EventSources of the repository, served over TLS."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder / "state.db")
        self.journal = Journal(self.store)
        self._authority = certificate(folder / "tls", "127.0.0.1", SYSTEM_CLOCK.now())
        self._server: ApiServer | None = None
        for name, data in SECRETS.items():
            self.store.create(
                {"apiVersion": "v1", "kind": "Secret", "stringData": data,
                 "metadata": {"name": name, "namespace": "default"}}
            )  # fmt: skip
        for file in ("github", "webhook"):
            for found in load(ROOT / "eventsources" / f"{file}.yaml").objects:
                found.object["metadata"]["namespace"] = "default"
                self.store.create(found.object)

    def start(self) -> str:
        """Start the API server and the controller; returns the kubeconfig."""
        self._server = ApiServer(
            self.store, token="t", logs=lambda *_: iter(()), tls=self._authority
        )
        self._server.start()
        self._controller = EventSourceController(
            self.store, self.journal, Checkpoints(self.store), SYSTEM_CLOCK
        )
        self._controller.start()
        for name in ("github", "training"):
            service = f"{name}-eventsource-svc"
            eventually(partial(self.store.find, ENDPOINTS, "default", service))
        return kubeconfig(self._server.url, "t", self._authority.authority)

    def stop(self) -> None:
        if self._server is not None:
            self._controller.stop()
            self._server.stop()
            self._server = None

    def events(self) -> list[tuple[str, dict]]:
        return [
            (f"{entry.event.source}/{entry.event.subject}", json.loads(entry.event.data))
            for entry in self.journal.read(0)
        ]


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Plane]:
    made = Plane(tmp_path)
    yield made
    made.stop()
    made.store.close()


@pytest.fixture
def service(tmp_path: Path, plane: Plane) -> Iterator[Service]:
    folder = tmp_path / "service"
    folder.mkdir()
    (folder / "kubeconfig").write_text(plane.start())
    made = Service(folder, {"WEBHOOK_RELAY_DEADLINE": "15"}).start()
    yield made
    made.kill()


def push(service: Service, secret: str = "hub", delivery: str = "d-1") -> httpx.Response:
    signature = hmac.new(secret.encode(), PUSH, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    return service.post(PUSH, path="github/digits", headers=headers)


def test_a_signed_push_becomes_one_event_and_a_wrong_signature_none(service, plane):
    answer = push(service)
    assert answer.status_code == 200, answer.text
    assert push(service, secret="wrong", delivery="d-2").status_code == 401
    ((source, data),) = plane.events()
    assert source == "github/digits"
    assert data["body"]["after"] == "1" * 40
    assert data["headers"]["X-Pinnace-Delivery"] == [answer.json()["delivery"]]
    assert answer.json()["event"] == next(iter(plane.journal.read(0))).event.id
    assert service.states() == ["rejected", "delivered"]


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [("tok", b'{"epochs": 3}', 200), ("no", b"{}", 401), ("tok", b"{not json", 400),
     ("tok", b'"' + b"x" * 1_100_000 + b'"', 413)],
)  # fmt: skip
def test_the_webhook_sources_own_verdict_reaches_the_sender(service, plane, token, body, status):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = service.post(body, path="training/train", headers=headers)
    assert answer.status_code == status, answer.text
    assert len(plane.events()) == (status == 200)


def test_the_same_delivery_twice_is_one_event(service, plane):
    """GitHub sends a delivery again when it got no answer; so does the service after kill -9."""
    assert push(service).json()["event"] == push(service).json()["event"]
    assert len(plane.events()) == 1


def test_while_the_plane_is_down_deliveries_wait_for_its_return(service, plane):
    plane.stop()
    assert push(service).status_code == 202
    (service.folder / "kubeconfig").write_text(plane.start())
    eventually(lambda: service.states() == ["delivered"])
    assert len(plane.events()) == 1
