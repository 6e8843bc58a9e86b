"""The Go program: built where Go is, asked in bulk."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "go"
BINARY = Path(__file__).parents[2] / "build" / "oracle"
_MEMORY = 6 * 1024**3


class NoGo(RuntimeError):
    """Go is not on this machine."""


def build() -> Path:
    """Build the oracle; raises NoGo, or CalledProcessError when it does not compile."""
    if shutil.which("go") is None:
        raise NoGo("Go is not installed: the oracle can't be built; `make test` needs no Go")
    BINARY.parent.mkdir(exist_ok=True)
    subprocess.run(["go", "build", "-o", str(BINARY), "."], cwd=SOURCE, check=True)
    return BINARY


def versions() -> dict[str, str]:
    """Return the versions of Go and of the modules that the oracle is built with."""
    told = subprocess.run([str(BINARY), "versions"], capture_output=True, check=True)
    found: dict[str, str] = json.loads(told.stdout)["modules"]
    return found


def _limit_memory() -> None:
    """A case that Go answers with all the memory there is must not take the machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def ask(language: str, cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Go's answers to cases, in their order."""
    lines = [json.dumps({"language": language, "case": case}) for case in cases]
    done = subprocess.run(
        [str(BINARY)], input="\n".join(lines).encode(), capture_output=True, check=True,
        preexec_fn=_limit_memory, env={**os.environ, "TZ": "UTC"},
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(cases):
        raise RuntimeError(f"the oracle gave {len(answers)} answers to {len(cases)} cases")
    return answers
