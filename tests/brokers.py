"""Real servers for tests, each started on a free port of loopback and stopped afterwards.

What a test needs and this machine lacks is skipped with the program's name.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.eventually import eventually

_RABBITMQ = (
    "/usr/lib/rabbitmq/bin/rabbitmq-server"  # Debian's wrapper runs as root or rabbitmq only
)


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def program(name: str) -> str:
    """Return where a program is; skips the test when it is nowhere."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name, path=f"{os.defpath}:/usr/sbin")
    return found or pytest.skip(f"no {name} on this machine")


@dataclass
class Server:
    """A program that listens on a port; restart() keeps the port and the folder."""

    command: Sequence[str]
    port: int
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 10.0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return ``host:port``."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            eventually(self._listens, timeout=self.patience)
        except AssertionError:
            self.stop()
            raise AssertionError(f"{self.command[0]}: {self.log.read_text()[-2000:]}") from None

    def _listens(self) -> bool:
        with socket.socket() as sock:
            sock.settimeout(1)
            return sock.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and what it started (sshd's sessions leave its process group)."""
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True)
        os.killpg(self._process.pid, how)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.send_signal(how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop it and start it again in the same place."""
        self.stop()
        self.start()


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server until the block ends."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def redis(folder: Path, *options: str) -> Server:
    """Return a Redis server that keeps its data (append-only file) in ``folder``."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1",
               "--dir", str(folder), "--save", "", "--appendonly", "yes", *options]  # fmt: skip
    return Server(command, port, folder / "log")


def nats(folder: Path, *options: str) -> Server:
    """Return a NATS server."""
    port = free_port()
    command = [program("nats-server"), "--addr", "127.0.0.1", "--port", str(port), *options]
    return Server(command, port, folder / "log")


def mosquitto(folder: Path, *lines: str) -> Server:
    """Return an MQTT broker that keeps sessions in ``folder``."""
    port = free_port()
    config = folder / "mosquitto.conf"
    # log_dest: Debian's build else asks syslog; user: it would become "mosquitto" when run by root
    config.write_text("\n".join([
        f"listener {port} 127.0.0.1", f"persistence_location {folder}/", "persistence true",
        "user root", "log_dest stderr",
        *(lines or ("allow_anonymous true",)), "",
    ]))  # fmt: skip
    return Server([program("mosquitto"), "-c", str(config)], port, folder / "log")


@contextmanager
def rabbitmq(folder: Path) -> Iterator[Server]:
    """Run RabbitMQ, with the port mapper of its own that Erlang wants."""
    if not os.access(_RABBITMQ, os.X_OK):
        pytest.skip("no rabbitmq-server on this machine")
    port, epmd = free_port(), free_port()
    environment = {
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"pinnace{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
    }
    mapper = Server([program("epmd"), "-port", str(epmd), "-address", "127.0.0.1"], epmd,
                    folder / "epmd.log")  # fmt: skip
    server = Server([_RABBITMQ], port, folder / "log", environment, patience=60)
    with running(mapper), running(server):
        yield server
