"""A real server over a real store, with the clients people use."""

import os
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from pinnace.apiserver import ApiServer, LogOptions, certificate, kubeconfig
from pinnace.objects.errors import BadRequest
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.store import Store
from tests.kubectl import program

TOKEN = "a-token-for-tests"


@dataclass(frozen=True)
class Served:
    """A running server and how to reach it."""

    server: ApiServer
    store: Store
    url: str
    plain: str
    config: Path
    logs: Path

    def client(self, **headers: str) -> httpx.Client:
        authority = self.config.parent / "tls" / "ca.crt"
        return httpx.Client(
            base_url=self.url,
            verify=ssl.create_default_context(cafile=str(authority)),
            headers={"Authorization": f"Bearer {TOKEN}", **headers},
            timeout=20,
        )


def read_files(folder: Path) -> Callable[[Object, str, LogOptions], Iterator[bytes]]:
    """Logs that are files named after pod and container; a follower goes on until END."""

    def read(pod: Object, container: str, options: LogOptions) -> Iterator[bytes]:
        file = folder / f"{name_of(pod)}.{container}{'.1' if options.previous else ''}"
        if not file.exists():
            raise BadRequest(f'container "{container}" in pod "{name_of(pod)}" is waiting to start')
        with file.open("rb") as log:
            lines = log.readlines()
            yield from lines[-options.tail :] if options.tail is not None else lines
            while options.follow and not options.stopping.wait(0.01):
                for line in log.readlines():
                    if line == b"END\n":
                        return
                    yield line

    return read


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Served]:
    for name in ("default", "kube-system"):
        store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    logs = tmp_path / "logs"
    logs.mkdir()
    tls = certificate(tmp_path / "tls", "127.0.0.1", datetime.now(UTC))
    server = ApiServer(store, token=TOKEN, logs=read_files(logs), tls=tls)
    port = server.start()
    config = tmp_path / "kubeconfig"
    config.write_text(kubeconfig(server.url, TOKEN, tls.authority))
    yield Served(server, store, server.url, f"http://127.0.0.1:{port}", config, logs)
    server.stop()


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as opened:
        yield opened


@dataclass(frozen=True)
class Kubectl:
    """The real kubectl against a served store."""

    program: str
    environment: dict[str, str]

    def __call__(self, *words: str, stdin: str = "", fails: bool = False) -> str:
        """Run it; returns standard output, or all output when it is meant to fail."""
        done = self.run(*words, stdin=stdin)
        if fails:
            assert done.returncode, f"kubectl {' '.join(words)} did not fail: {done.stdout}"
            return done.stdout + done.stderr
        assert done.returncode == 0, f"kubectl {' '.join(words)}: {done.stderr}"
        return done.stdout

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program, *words], input=stdin, text=True, capture_output=True,
            timeout=45, env=self.environment, check=False,
        )  # fmt: skip

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """Start it and leave it running; its output is a pipe."""
        return subprocess.Popen(
            [self.program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self.environment,
        )  # fmt: skip


@pytest.fixture
def kubectl(served: Served, tmp_path: Path) -> Kubectl:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KUBECONFIG": str(served.config),
    }
    return Kubectl(program(), environment)
