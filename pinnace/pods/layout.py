"""Where the node agent keeps things: ``STATE/pods/<uid>/…`` and its neighbours.

    STATE/pods/<uid>/containers/<name>/<attempt>/   one run of one container
        lock spec state.json exit.json log rootfs/ termination-log interrupted
    STATE/pods/<uid>/volumes/<name>/                emptyDir, ConfigMap, Secret, …
    STATE/volumes/<namespace>/<claim>/              PersistentVolumeClaims
    STATE/images/<program set>/                     our own programs, per image family
    STATE/run/hosts                                 the hosts file of all sandboxes

Attempts are numbered from 0: the highest is the present one, and its number is the restart count.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Attempt:
    """The folder of one run of a container."""

    path: Path

    @property
    def number(self) -> int:
        """Return how many times the container had been restarted before this run."""
        return int(self.path.name)

    @property
    def log(self) -> Path:
        """Return the CRI log."""
        return self.path / "log"

    @property
    def rootfs(self) -> Path:
        """Return the writable root."""
        return self.path / "rootfs"

    @property
    def lock(self) -> Path:
        """Return the file that the shim keeps locked while it lives."""
        return self.path / "lock"

    @property
    def termination_log(self) -> Path:
        """Return the file behind /dev/termination-log."""
        return self.path / "termination-log"

    @property
    def interrupted(self) -> Path:
        """Return the mark of a run that `pinnace down` ended: to be run again, not failed."""
        return self.path / "interrupted"

    def state(self) -> dict[str, Any] | None:
        """Return what the shim wrote when the container started, or None."""
        return _read(self.path / "state.json")

    def exit(self) -> dict[str, Any] | None:
        """Return what was written when the container ended, or None."""
        return _read(self.path / "exit.json")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):  # absent, or torn by a power cut
        return None
    return data if isinstance(data, dict) else None


@dataclass(frozen=True)
class PodDirectory:
    """The folder of one Pod."""

    path: Path

    @property
    def volumes(self) -> Path:
        """Return the folder of this Pod's own volumes."""
        return self.path / "volumes"

    def attempt(self, container: str, number: int) -> Attempt:
        """Return the folder of one run; it need not exist."""
        return Attempt(self.path / "containers" / container / str(number))

    def attempts(self, container: str) -> list[Attempt]:
        """Return the runs that are on disk, oldest first."""
        folder = self.path / "containers" / container
        try:
            names = [entry.name for entry in folder.iterdir() if entry.name.isdigit()]
        except FileNotFoundError:
            return []
        return [Attempt(folder / name) for name in sorted(names, key=int)]

    def latest(self, container: str) -> Attempt | None:
        """Return the present run, or None before the first."""
        found = self.attempts(container)
        return found[-1] if found else None

    def containers(self) -> list[str]:
        """Return the names of the containers that ever ran."""
        folder = self.path / "containers"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []

    def remove(self) -> None:
        """Delete everything of this Pod."""
        shutil.rmtree(self.path, onerror=_force)


def _force(function: object, path: str, _info: object) -> None:
    """Make an undeletable entry deletable once; what still resists is left to the next start."""
    target = Path(path)
    try:
        target.parent.chmod(0o700)
        if target.is_dir() and not target.is_symlink():
            target.chmod(0o700)
            shutil.rmtree(target, ignore_errors=True)
        else:
            target.unlink(missing_ok=True)
    except OSError:
        return


@dataclass(frozen=True)
class Layout:
    """The state folder, as far as Pods are concerned."""

    state: Path

    def make_private(self) -> None:
        """Make the folders that hold Pods' data, for this user only: Secrets are among it."""
        for name in ("pods", "volumes"):
            (self.state / name).mkdir(parents=True, exist_ok=True)
            (self.state / name).chmod(0o700)

    def pod(self, uid: str) -> PodDirectory:
        """Return the folder of a Pod."""
        return PodDirectory(self.state / "pods" / uid)

    def pods(self) -> list[str]:
        """Return the uids that have a folder."""
        folder = self.state / "pods"
        return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []

    def claim(self, namespace: str, name: str) -> Path:
        """Return the folder behind a PersistentVolumeClaim."""
        return self.state / "volumes" / namespace / name

    @property
    def images(self) -> Path:
        """Return the folder of our own programs."""
        return self.state / "images"

    @property
    def hosts(self) -> Path:
        """Return the hosts file of all sandboxes."""
        return self.state / "run" / "hosts"
