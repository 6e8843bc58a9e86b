"""A `Runtime` turns a `ContainerPlan` into a command for the shim; here one is chosen.

The choice is made by trying: `sandbox` when bubblewrap really starts a program in namespaces on
this machine, else `process`, which says plainly what it can't do.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pinnace.pods.containers import DEFAULT_PATH, ContainerPlan, Image, Launch, Mount, StartFailed
from pinnace.pods.view import View


@dataclass(frozen=True, kw_only=True)
class RuntimeReport:
    """Whether a runtime works here; ``warning`` tells a person what they go without."""

    name: str
    works: bool
    reason: str = ""
    warning: str = ""


class Runtime(Protocol):
    """One way to run containers."""

    name: str

    def probe(self) -> RuntimeReport:
        """Try the runtime out and tell whether it works on this machine."""
        ...

    def prepare(self, plan: ContainerPlan) -> Launch:
        """Make the container's root ready on disk; raises StartFailed when it can't be run."""
        ...

    def view(self, rootfs: Path, image: Image, mounts: Iterable[Mount]) -> View:
        """Return the container's file system as seen from the host."""
        ...


def search_path(environment: Mapping[str, str], *, last: Iterable[str] = ()) -> str:
    """Return the PATH of a container, with our own folders at the end."""
    return ":".join([environment.get("PATH") or DEFAULT_PATH, *last])


def find_program(plan: ContainerPlan, view: View, path: str) -> None:
    """Make sure that the command exists in the container; raises StartFailed if not."""
    program = plan.command[0] if plan.command else ""
    if not program:
        raise StartFailed(
            f'image "{plan.image.name}": no command: the container gives none and the image\'s '
            "entrypoint is not known here; set `command:` in the manifest, or map the image under "
            "`images:` in pinnace.yaml"
        )
    if "/" in program:
        places = [program if program.startswith("/") else f"{plan.directory}/{program}"]
    else:
        places = [f"{folder}/{program}" for folder in path.split(":") if folder]
    found = [host for host in map(view.host, places) if host.is_file()]
    if any(os.access(host, os.X_OK) for host in found):
        return
    problem = "permission denied" if found else "executable file not found"
    where = "" if "/" in program else " in $PATH"
    raise StartFailed(
        f'exec: "{program}": {problem}{where} (image "{plan.image.name}"); install {program} on '
        "this machine, or map the image under `images:` in pinnace.yaml",
        code=126 if found else 127,
    )


def bwrap_path() -> str | None:
    """Return where bubblewrap is installed."""
    return shutil.which("bwrap", path=os.defpath + ":/usr/local/bin")
