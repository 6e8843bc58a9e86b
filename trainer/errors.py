"""The trainer's vocabulary of failures; the exit code of each lives on its class.

A TFJob with restartPolicy ExitCode restarts a replica that ends with 128 or more and fails the
job on 1 to 127, so the code says whether trying again can help.
"""

from __future__ import annotations


class TrainerError(Exception):
    """Something a person must put right: a bad file, key, object or setting. Never retried."""

    exit_code = 1


class Invalid(TrainerError):
    """A value that is not what it should be."""

    def __init__(self, *, where: str, field: str, expected: str, found: object) -> None:
        super().__init__(f"{where}: {field}: expected {expected}; found {found}")
        self.where = where
        self.field = field
        self.expected = expected
        self.found = found


class Missing(TrainerError):
    """An object or file that should be there and is not."""

    def __init__(self, uri: str, *, fix: str = "") -> None:
        super().__init__(
            f"{uri}: expected an object here; found none" + (f"; {fix}" if fix else "")
        )
        self.uri = uri


class Unreachable(TrainerError):
    """The object store (or another service) did not answer; a later attempt may succeed."""

    exit_code = 138


class PeerLost(TrainerError):
    """Another worker of the group is gone: the whole group must restart from the checkpoint."""

    exit_code = 138
