"""A control plane in a process of its own, started and killed as a user's machine would."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from pinnace.cli.client import Client, read_kubeconfig
from pinnace.plane import record
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder
from tests.eventually import eventually
from tests.kubectl import program

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Plane:
    """One state folder and whatever runs on it."""

    root: Path
    folders: tuple[Path, ...] = ()

    @property
    def state(self) -> StateFolder:
        return StateFolder.at(self.root)

    @property
    def record(self) -> Record:
        found = record.read(self.state)
        assert found is not None, "no control plane runs"
        return found

    def pinnace(self, *arguments: str, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run the ``pinnace`` command on this state folder, from the repository's root."""
        command = [sys.executable, "-m", "pinnace", *arguments, "--state", str(self.root)]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )

    def up(self) -> Record:
        """Start it beside the test and return once it is ready."""
        folders = [text for folder in self.folders for text in ("-f", str(folder))]
        done = self.pinnace("up", "--detach", *folders)
        assert done.returncode == 0, done.stderr
        return self.record

    def kill(self) -> None:
        """End it as a power cut would; what it started goes on."""
        process = psutil.Process(self.record.pid)
        process.send_signal(signal.SIGKILL)
        psutil.wait_procs([process], timeout=10)
        eventually(lambda: self.state.holder() is None)

    def down(self) -> None:
        """Stop it and everything it started."""
        done = self.pinnace("down")
        assert done.returncode == 0, done.stderr

    def client(self) -> Client:
        return Client(read_kubeconfig(self.state.kubeconfig))

    def kubectl(self, *arguments: str) -> str:
        """Run the real kubectl; its output."""
        environment = {**os.environ, "KUBECONFIG": str(self.state.kubeconfig)}
        done = subprocess.run(
            [program(), *arguments], env=environment, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self) -> list[str]:
        """Return the command lines of everything that runs on this state folder."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            line = " ".join(process.info["cmdline"] or [])
            if str(self.root) in line and process.pid != os.getpid():
                found.append(line)
        return found
