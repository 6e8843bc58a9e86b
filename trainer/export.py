"""Writes the trained model into the run: `model.keras` and a SavedModel for TF Serving.

The weights go into a fresh model outside the strategy, so exporting needs no other worker.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import keras

from trainer.datasets.layout import Array
from trainer.model import build
from trainer.runs import MODEL, SAVED_MODEL, Run


def export(name: str, weights: list[Array], run: Run) -> str:
    """Write both forms; the result is the weights' SHA-256."""
    model = build(name)
    model.set_weights(weights)
    with tempfile.TemporaryDirectory() as folder:
        portable, saved = Path(folder, "model.keras"), Path(folder, "saved_model")
        model.save(portable)
        model.export(saved, verbose=False)
        run.folder.write(MODEL, portable.read_bytes())
        for file in sorted(path for path in saved.rglob("*") if path.is_file()):
            run.folder.write(SAVED_MODEL + file.relative_to(saved).as_posix(), file.read_bytes())
    return hashlib.sha256(b"".join(array.tobytes() for array in weights)).hexdigest()


def load(run: Run) -> keras.Model:
    """The exported model, back from the run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.keras")
        file.write_bytes(run.folder.read(MODEL).data)
        return keras.saving.load_model(file, compile=False)
