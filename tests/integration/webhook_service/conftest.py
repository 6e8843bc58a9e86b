"""The service as a process of its own, between a Kubernetes API and an EventSource over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.eventually import eventually

ROOT = Path(__file__).parents[3]


class Server:
    """An HTTP server on one port that can go away and come back."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], tuple[int, dict, bytes]]) -> None:
        self._answer = answer
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        answer = self._answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, content = answer(self)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Connection", "close")  # so that stopping really ends it
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass
class Received:
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return dict((key.lower(), value) for key, value in self.headers).get(name.lower())


@dataclass
class EventSource:
    """What listens behind the EventSource's Service; ``answers`` are used up, then 200."""

    received: list[Received] = field(default_factory=list)
    asked: int = 0
    answers: list[tuple[int, str]] = field(default_factory=list)
    hang: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hang.set()
        self.server = Server(self._answer)

    def _answer(self, request: BaseHTTPRequestHandler) -> tuple[int, dict, bytes]:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.asked += 1
        self.hang.wait(30)
        self.received.append(Received(request.path, list(request.headers.items()), body))
        status, text = self.answers.pop(0) if self.answers else (200, "success")
        headers = {"X-Pinnace-Event-Id": f"event-{len(self.received)}"} if status == 200 else {}
        return status, headers, text.encode()

    def bodies(self) -> list[bytes]:
        return [one.body for one in self.received]


@dataclass
class Cluster:
    """A Kubernetes API that answers what is put into ``objects``, by path."""

    objects: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server = Server(self._answer)

    def _answer(self, request: BaseHTTPRequestHandler) -> tuple[int, dict, bytes]:
        if request.headers.get("Authorization") != "Bearer kube-token":
            return 401, {}, b"{}"
        found = self.objects.get(request.path)
        content = json.dumps(found or {"kind": "Status"}).encode()
        return (404 if found is None else 200), {"Content-Type": "application/json"}, content

    def put(self, path: str, obj: Any) -> None:
        self.objects[path] = obj

    def list(self, group: str, plural: str, items: list[Any]) -> None:
        self.put(f"/apis/{group}/namespaces/ml/{plural}", {"items": items})

    def expose(self, name: str, event: str, port: int) -> None:
        """Declare a webhook EventSource whose Service's port 12000 is ``port`` here."""
        argo, core = "/apis/argoproj.io/v1alpha1/namespaces/ml", "/api/v1/namespaces/ml"
        service = f"{name}-eventsource-svc"
        self.put(
            f"{argo}/eventsources/{name}",
            {
                "metadata": {"name": name},
                "spec": {"webhook": {event: {"port": "12000", "endpoint": "/in"}}},
            },
        )
        self.put(f"{core}/services/{service}", {"spec": {"ports": [{"name": "p", "port": 12000}]}})
        self.put(
            f"{core}/endpoints/{service}",
            {"subsets": [{"addresses": [{"ip": "127.0.0.1"}],
                          "ports": [{"name": "p", "port": port}]}]},
        )  # fmt: skip


@dataclass
class Service:
    """The service's process and how to talk to it."""

    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Service":
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webhook_service", "--port", "0",
                 "--state", str(self.folder / "state"), "--ready-file", str(ready),
                 "--kubeconfig", str(self.folder / "kubeconfig")],
                cwd=ROOT, env={**os.environ, **self.environment}, stdout=log, stderr=log,
            )  # fmt: skip
        eventually(lambda: ready.exists() or self.process.poll() is not None)
        self.url = f"http://127.0.0.1:{ready.read_text().strip()}"
        return self

    def kill(self, number: int = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)

    def post(
        self, body: bytes | str = b"{}", path: str = "es/train", **more: Any
    ) -> httpx.Response:
        return httpx.post(f"{self.url}/hooks/{path}", content=body, timeout=20, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=20, **more)

    def states(self) -> list[str]:
        return [item["state"] for item in self.get("/events").json()["items"]]

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def database(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted((self.folder / "state").iterdir()))


@pytest.fixture
def eventsource() -> Iterator[EventSource]:
    source = EventSource()
    source.server.start()
    yield source
    source.hang.set()
    source.server.stop()


@pytest.fixture
def cluster(eventsource: EventSource) -> Iterator[Cluster]:
    made = Cluster()
    made.server.start()
    made.expose("es", "train", eventsource.server.port)
    yield made
    made.server.stop()


@pytest.fixture
def make(tmp_path: Path, cluster: Cluster) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def start(**environment: str) -> Service:
        folder = tmp_path / f"service-{len(made)}"
        folder.mkdir()
        (folder / "kubeconfig").write_text(
            yaml.safe_dump(
                {
                    "current-context": "c",
                    "contexts": [
                        {"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "ml"}}
                    ],
                    "clusters": [
                        {
                            "name": "k",
                            "cluster": {"server": f"http://127.0.0.1:{cluster.server.port}"},
                        }
                    ],
                    "users": [{"name": "u", "user": {"token": "kube-token"}}],
                }
            )
        )
        made.append(Service(folder, environment).start())
        return made[-1]

    yield start
    for service in made:
        if service.process is not None and service.process.poll() is None:
            service.kill()


@pytest.fixture
def service(make: Callable[..., Service]) -> Service:
    return make(WEBHOOK_RELAY_DEADLINE="15")  # so that it is long enough on a busy machine, too
