"""The state folder: everything one control plane keeps, and who runs it now."""

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from pinnace.objects.errors import Permanent

DEFAULT_STATE = ".pinnace"


@dataclass(frozen=True)
class StateFolder:
    """Paths below one state folder (mode 0700: it holds credentials)."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> "StateFolder":
        """Return the folder, made if it isn't there; raises Permanent when it can't be."""
        folder = cls(path.resolve())
        try:
            for part in (folder.root, folder.run, folder.logs):
                part.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.root.chmod(0o700)
        except OSError as error:
            raise Permanent(
                f"the state folder {folder.root} can't be used: {error.strerror}; choose one that "
                "this user may write, with --state"
            ) from error
        return folder

    @property
    def database(self) -> Path:
        """Return the SQLite file."""
        return self.root / "pinnace.db"

    @property
    def kubeconfig(self) -> Path:
        """Return the kubeconfig for this control plane."""
        return self.root / "kubeconfig"

    @property
    def run(self) -> Path:
        """Return the folder of records of running processes."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """Return the folder of logs."""
        return self.root / "logs"

    def folder(self, name: str) -> Path:
        """Return a folder of a part of the control plane, made if it isn't there."""
        path = self.root / name
        path.mkdir(exist_ok=True, mode=0o700)
        return path

    def credential(self, name: str, length: int = 32) -> str:
        """Return a generated secret, made once and kept with mode 0600."""
        path = self.folder("credentials") / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(length))
        return path.read_text().strip()

    def lock(self) -> TextIO:
        """Take the folder for this process; raises Permanent naming who has it.

        The lock ends with the process, however it ends.
        """
        file = (self.run / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise Permanent(
                f"{self.root} is in use by pid {holder}; stop it with `pinnace down --state "
                f"{self.root}`, or choose another folder with --state"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        return file

    def holder(self) -> int | None:
        """Return the pid of the control plane that runs on this folder, None when none does."""
        path = self.run / "lock"
        if not path.exists():
            return None
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().strip() or 0) or None
        return None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, as a whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write a record that only its owner can read."""
    write_private(path, json.dumps(value, indent=1))


def read_json(path: Path) -> Any:
    """Return a record, or None when there is none."""
    return json.loads(path.read_text()) if path.exists() else None
