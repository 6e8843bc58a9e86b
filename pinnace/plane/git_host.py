"""A git host: one bare repository to push to, served read-only over ``git://`` on 127.0.0.1."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pinnace.objects.errors import Permanent
from pinnace.plane.processes import adopt_or_start
from pinnace.plane.push_hook import HookConfig, deliver
from pinnace.plane.state import StateFolder, write_json

NAME = "git-host"
REPOSITORY = "digits"
OWNER = "pinnace"


@dataclass(frozen=True, kw_only=True)
class GitHost:
    """The repository: where to push to, and how a workflow clones it."""

    path: Path
    clone_url: str


def start(state: StateFolder, hook_url: str, secret: str) -> GitHost:
    """Serve the repository (made with its hook if it isn't there) and deliver kept pushes."""
    base = state.folder("git")
    path = base / f"{REPOSITORY}.git"
    if not path.exists():
        _run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(path))

    def command(ports: Mapping[str, int]) -> Sequence[str]:
        return [
            "git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={ports['git']}",
            f"--base-path={base}", "--export-all", "--disable=receive-pack", str(base),
        ]  # fmt: skip

    server = adopt_or_start(state, NAME, ("git",), command)
    host = GitHost(path=path, clone_url=f"git://127.0.0.1:{server.ports['git']}/{path.name}")
    config = HookConfig(
        url=hook_url, secret=secret, clone_url=host.clone_url,
        full_name=f"{OWNER}/{REPOSITORY}", repository=str(path),
        outbox=str(state.folder("outbox")),
    )  # fmt: skip
    config_path = base / "hook.json"
    write_json(config_path, asdict(config))
    _install_hook(path, config_path)
    deliver(config)
    return host


def _install_hook(repository: Path, config: Path) -> None:
    hook = repository / "hooks" / "post-receive"
    program = shlex.join([sys.executable, "-m", "pinnace.plane.push_hook", str(config)])
    # git sets GIT_DIR for its hooks; the hook names the repository itself.
    hook.write_text(f"#!/bin/sh\nunset GIT_DIR GIT_QUARANTINE_PATH\nexec {program}\n")
    os.chmod(hook, 0o700)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Permanent(f"{shlex.join(command)} failed: {done.stderr.strip()}")
