"""The Go program: built where Go is, asked in bulk."""

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_BUILD = Path(__file__).parents[2] / "build"
_OWN_PROGRAM = {"sensors": "argo-events", "tags": "argo-workflows", "depends": "argo-workflows"}
"""Languages whose libraries need a program of their own: its name, its folder's after `go-`."""


def _names(language: str) -> tuple[Path, Path]:
    """(folder of the source, binary) of the program that answers for a language."""
    name = _OWN_PROGRAM.get(language)
    suffix = f"-{name}" if name else ""
    return _HERE / f"go{suffix}", _BUILD / f"oracle{suffix}"


_MEMORY = 6 * 1024**3


class NoGo(RuntimeError):
    """Go is not on this machine."""


def build(languages: Iterable[str]) -> None:
    """Build what answers for the languages; raises NoGo, or CalledProcessError of the compiler."""
    if shutil.which("go") is None:
        raise NoGo("Go is not installed: the oracle can't be built; `make test` needs no Go")
    _BUILD.mkdir(exist_ok=True)
    for source, binary in {_names(language) for language in languages}:
        subprocess.run(["go", "build", "-o", str(binary), "."], cwd=source, check=True)


def binary(language: str) -> Path:
    """Return the program that answers for a language, once it is built."""
    return _names(language)[1]


def versions(language: str) -> dict[str, str]:
    """Return the versions of Go and of the modules that a language's program is built with."""
    told = subprocess.run([_names(language)[1], "versions"], capture_output=True, check=True)
    found: dict[str, str] = json.loads(told.stdout)["modules"]
    return found


def _limit_memory() -> None:
    """A case that Go answers with all the memory there is must not take the machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def ask(language: str, cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Go's answers to cases, in their order.

    A case that takes all the memory it may have ends the program: it counts as an error.
    """
    lines = [json.dumps({"language": language, "case": case}) for case in cases]
    answers: list[dict[str, Any]] = []
    while len(answers) < len(cases):
        done = subprocess.run(
            [_names(language)[1]], input="\n".join(lines[len(answers) :]).encode(),
            capture_output=True, check=False, preexec_fn=_limit_memory,
            env={**os.environ, "TZ": "UTC"},
        )  # fmt: skip
        answers += [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode:
            answers.append({"error": f"oracle: {done.stderr[:80].decode(errors='replace')}"})
    if len(answers) != len(cases):
        raise RuntimeError(f"the oracle gave {len(answers)} answers to {len(cases)} cases")
    return answers
