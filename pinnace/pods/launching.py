"""Start containers through the shim; what became of them is known to `runs`."""

import functools
import os
import py_compile
import subprocess
import sys
from pathlib import Path

from pinnace.pods.containers import Launch, StartFailed
from pinnace.pods.layout import Attempt

_SHIM = Path(__file__).with_name("shim.py")
_START_TIMEOUT = 60.0  # of the shim's answer; it takes 0.03 s on an idle machine


def start(attempt: Attempt, launch: Launch) -> None:
    """Start a container unless this attempt was started before; raises StartFailed."""
    attempt.path.mkdir(parents=True, exist_ok=True)
    write_spec(attempt.path / "spec", launch)
    with (attempt.path / "shim.err").open("ab") as errors:
        shim = subprocess.Popen(
            [sys.executable, "-I", "-S", program(_SHIM), str(attempt.path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
    try:
        answer, _ = shim.communicate(timeout=_START_TIMEOUT)
    except subprocess.TimeoutExpired as late:
        shim.kill()
        raise StartFailed(f"the shim did not answer within {_START_TIMEOUT:.0f} s") from late
    if answer.strip() not in (b"running", b"failed", b"already"):
        problem = (attempt.path / "shim.err").read_text("utf-8", "replace").strip()
        raise StartFailed(f"the shim did not start: {problem[-500:]}")


@functools.cache
def program(script: Path) -> str:
    """Return a script, compiled once: Python would compile a script at each of its starts."""
    try:
        return str(py_compile.compile(str(script), doraise=True) or script)
    except OSError:  # installed where this user can't write
        return str(script)


def write_spec(path: Path, launch: Launch) -> None:
    """Write what the shim reads; only the owner may read it, as it holds secrets' values."""
    fields = [f"bwrap={launch.bwrap}", f"cwd={launch.directory}"]
    fields += [f"option={option}" for option in launch.options]
    fields += [f"arg={word}" for word in launch.command]
    fields += [f"env={key}={value}" for key, value in launch.environment.items()]
    if any("\0" in field for field in fields):
        raise StartFailed("a command, argument or variable contains a NUL character")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write("\0".join(fields))


def read_spec(path: Path) -> Launch:
    """Read what `write_spec` wrote."""
    fields: dict[str, list[str]] = {}
    for field in path.read_text("utf-8", "surrogateescape").split("\0"):
        key, _, value = field.partition("=")
        fields.setdefault(key, []).append(value)
    return Launch(
        command=tuple(fields.get("arg", ())),
        environment=dict(variable.partition("=")[::2] for variable in fields.get("env", ())),
        directory=fields["cwd"][0],
        bwrap=fields["bwrap"][0],
        options=tuple(fields.get("option", ())),
    )
