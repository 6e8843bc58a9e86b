"""Checkpoints: everything a run needs to go on, one object for each finished epoch.

Mirrored variables hold the same value on every worker, so the chief alone writes its own copy and
nobody waits; one object is whole or absent, so there is no half-written checkpoint. A checkpoint
bears the fingerprint of configuration and dataset, and only fits a run with the same ones.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.datasets.layout import Array
from trainer.runs import CHECKPOINTS, Document, Run

KEEP = 2


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The state after an epoch."""

    epoch: int
    history: list[Document]
    arrays: list[Array]


def fingerprint(configuration: Document, dataset: Document) -> str:
    """A short name for what is trained, on what."""
    text = json.dumps([configuration, dataset["sha256"]], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Checkpoints:
    """The checkpoints of one run."""

    def __init__(self, run: Run, print_: str) -> None:
        self._folder = run.folder
        self._prefix = f"{CHECKPOINTS}{print_}/"

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the newest and drop all but the last few."""
        self._folder.write(self._key(checkpoint.epoch), _encode(checkpoint))
        for key in self._folder.keys(self._prefix)[:-KEEP]:
            self._folder.delete(key)

    def newest(self) -> Checkpoint | None:
        """The last finished epoch, if there is one."""
        keys = self._folder.keys(self._prefix)
        return _decode(self._folder.read(keys[-1]).data) if keys else None

    def _key(self, epoch: int) -> str:
        return f"{self._prefix}epoch-{epoch:04}.npz"


def _encode(checkpoint: Checkpoint) -> bytes:
    head = json.dumps({"epoch": checkpoint.epoch, "history": checkpoint.history}).encode()
    named: dict[str, Any] = {f"{i:04}": array for i, array in enumerate(checkpoint.arrays)}
    target = io.BytesIO()
    np.savez(target, head=np.frombuffer(head, np.uint8), **named)
    return target.getvalue()


def _decode(data: bytes) -> Checkpoint:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        head = json.loads(archive["head"].tobytes())
        arrays = [archive[name] for name in sorted(archive.files) if name != "head"]
    return Checkpoint(epoch=head["epoch"], history=head["history"], arrays=arrays)
