"""A real push to a real bare repository, and what its hook tells."""

import hashlib
import hmac
import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pinnace.plane import git_host
from pinnace.plane.git_host import GitHost
from pinnace.plane.processes import free_ports, running, stop
from pinnace.plane.state import StateFolder

SECRET = "s3cr3t"


class Receiver:
    """A listener that keeps what it was sent; it can be away."""

    def __init__(self) -> None:
        self.port = free_ports(["http"], {})["http"]
        self.deliveries: list[tuple[dict[str, str], bytes]] = []
        self._server: HTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/github/digits"

    def open(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.deliveries.append((dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateFolder]:
    folder = StateFolder.at(tmp_path / "state")
    yield folder
    stop(folder, running(folder))


def git(*arguments: str, cwd: Path) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def push(host: GitHost, folder: Path, files: dict[str, str]) -> str:
    clone = folder / "clone"
    if not clone.exists():
        git("clone", "-q", str(host.path), str(clone), cwd=folder)
        git("checkout", "-q", "-B", "main", cwd=clone)
    for name, text in files.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text)
    git("add", ".", cwd=clone)
    git("commit", "-q", "-m", "A change\n\nwith a body", cwd=clone)
    git("push", "-q", "origin", "main", cwd=clone)
    return git("rev-parse", "HEAD", cwd=clone).strip()


def body_of(delivery: tuple[dict[str, str], bytes]) -> Any:
    return json.loads(delivery[1])


def test_a_push_is_told_as_github_tells_it(
    state: StateFolder, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.open()
    host = git_host.start(state, receiver.url, SECRET)
    first = push(host, tmp_path, {"a.txt": "1", "config/ä b.yaml": "x"})
    second = push(host, tmp_path, {"a.txt": "2"})
    assert len(receiver.deliveries) == 2
    headers, raw = receiver.deliveries[1]
    signature = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={signature}"
    assert headers["X-GitHub-Event"] == "push"
    created, changed = (body_of(delivery) for delivery in receiver.deliveries)
    assert created["created"] and created["before"] == "0" * 40
    assert sorted(created["commits"][0]["added"]) == ["a.txt", "config/ä b.yaml"]
    assert (changed["before"], changed["after"]) == (first, second)
    assert changed["ref"] == "refs/heads/main"
    assert changed["head_commit"]["modified"] == ["a.txt"]
    assert changed["head_commit"]["message"] == "A change\n\nwith a body"
    assert changed["repository"]["full_name"] == "pinnace/digits"
    git("clone", "-q", changed["repository"]["clone_url"], "copy", cwd=tmp_path)
    assert (tmp_path / "copy" / "a.txt").read_text() == "2"


def test_a_push_while_nobody_listens_is_delivered_later(
    state: StateFolder, receiver: Receiver, tmp_path: Path
) -> None:
    host = git_host.start(state, receiver.url, SECRET)
    one = push(host, tmp_path, {"a.txt": "1"})
    two = push(host, tmp_path, {"a.txt": "2"})
    assert receiver.deliveries == []
    receiver.open()
    git_host.start(state, receiver.url, SECRET)
    assert [body_of(delivery)["after"] for delivery in receiver.deliveries] == [one, two]
    git_host.start(state, receiver.url, SECRET)
    assert len(receiver.deliveries) == 2
