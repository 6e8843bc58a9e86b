"""Runs the trainer as real processes: one step, or a group of workers with TF_CONFIG."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TRAINER = (sys.executable, "-m", "trainer")
ROOT = Path(__file__).parents[3]


def step(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one step to its end."""
    return subprocess.run(
        [*TRAINER, *arguments],
        env={**os.environ, **(environment or {})},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def prepared(run: str, environment: Mapping[str, str] | None = None, **settings: str) -> None:
    """A run that is ready to train on the sample."""
    pairs = [f"--set={key.replace('_', '-')}={value}" for key, value in settings.items()]
    for arguments in (
        ("configure", f"--run={run}", *pairs),
        ("datasets", "validate", f"--run={run}", "--", "sample://mnist"),
    ):
        result = step(*arguments, environment=environment)
        assert result.returncode == 0, result.stderr


class Worker:
    """One process of a group; what it says lands in files."""

    def __init__(self, folder: Path, run: str, tf_config: str, environment: Mapping[str, str]):
        folder.mkdir(parents=True, exist_ok=True)
        self._out, self._error = folder / "stdout", folder / "stderr"
        self._arguments = [*TRAINER, "train", f"--run={run}"]
        self._environment = {**os.environ, **environment, "TF_CONFIG": tf_config}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._out.open("ab") as out, self._error.open("ab") as error:
            return subprocess.Popen(
                self._arguments, env=self._environment, cwd=ROOT, stdout=out, stderr=error
            )

    def code(self) -> int | None:
        """Its exit code as a container reports it (137 for SIGKILL), or None while it runs."""
        code = self.process.poll()
        return 128 - code if code is not None and code < 0 else code

    def restart(self) -> None:
        """Start it again after it has ended, as the TFJob controller makes the pod anew."""
        self.process.wait(0)
        self.process = self._start()

    def epochs(self) -> list[int]:
        """The epochs it has reported so far, from whole lines only."""
        text = self._out.read_text()
        return [json.loads(line)["epoch"] for line in text.splitlines(True) if line.endswith("\n")]

    def complaint(self) -> str:
        """What it wrote to stderr."""
        return self._error.read_text()

    def wait(self, timeout: float = 100) -> int:
        """Its exit code, when it has ended."""
        self.process.wait(timeout)
        code = self.code()
        assert code is not None
        return code

    def kill(self) -> None:
        """SIGKILL, as the kernel's OOM killer would."""
        self.process.send_signal(signal.SIGKILL)


@contextmanager
def group(
    folder: Path, run: str, *, size: int = 2, environment: Mapping[str, str] | None = None
) -> Iterator[list[Worker]]:
    """A group of workers on loopback; none is left when the block ends."""
    addresses = [f"localhost:{port}" for port in _free_ports(size)]
    workers = []
    try:
        for index in range(size):
            config = {
                "cluster": {"worker": addresses},
                "task": {"type": "worker", "index": index},
                "environment": "cloud",
            }
            workers.append(
                Worker(folder / f"worker-{index}", run, json.dumps(config), environment or {})
            )
        yield workers
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.wait(10)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
