"""One control plane for all commands, ``pinnace`` as a person types it, and the real kubectl."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pinnace.cli.main import cli
from pinnace.objects.errors import PinnaceError
from pinnace.plane.config import settings
from pinnace.plane.plane import ControlPlane
from pinnace.workflows.problems import Problem
from tests import kubectl


@dataclass(frozen=True)
class Told:
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int


@dataclass(frozen=True)
class Shell:
    """Runs commands against one control plane; ``folder`` is for files."""

    plane: ControlPlane
    folder: Path

    def pinnace(self, *words: str, stdin: str = "", code: int | None = 0) -> Told:
        where = ["--kubeconfig", str(self.plane.state.kubeconfig)]
        done = CliRunner().invoke(cli, [*words, *where], input=stdin)
        told = Told(done.stdout, done.stderr, done.exit_code)
        if isinstance(done.exception, PinnaceError | Problem):  # as main() tells it
            told = Told(done.stdout, f"{done.stderr}pinnace: {done.exception}\n", 1)
        elif done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert code in (told.code, None), f"pinnace {' '.join(words)}: {told}"
        return told

    def json(self, *words: str) -> Any:
        return json.loads(self.pinnace(*words, "-o", "json").out)

    def kubectl(self, *words: str) -> Told:
        environment = {**os.environ, "KUBECONFIG": str(self.plane.state.kubeconfig)}
        done = subprocess.run(
            [kubectl.program(), *words],
            env=environment, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        return Told(done.stdout, done.stderr, done.returncode)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command that goes on, in a process of its own."""
        command = [
            str(Path(sys.executable).parent / "pinnace"), *words,
            "--kubeconfig", str(self.plane.state.kubeconfig),
        ]  # fmt: skip
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def same(self, words: Sequence[str]) -> None:
        """Assert that pinnace and kubectl print the same."""
        ours, theirs = self.pinnace(*words, code=None), self.kubectl(*words)
        assert (_ageless(ours.out), ours.code) == (_ageless(theirs.out), theirs.code)


def _ageless(printed: str) -> str:
    """Leave out how old things are, and how wide that is: it changes between two commands."""
    return re.sub(r"(\bAGE|\b(\d+[dhms])+) *(?=\s)", "<age> ", printed)


@pytest.fixture(scope="session")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    folder = tmp_path_factory.mktemp("cli")
    (folder / "m").mkdir()
    chosen = settings(state=folder / "state", folders=[folder / "m"])
    plane = ControlPlane(chosen, progress=lambda _what: None)
    plane.start()
    try:
        yield Shell(plane, folder)
    finally:
        plane.stop()
