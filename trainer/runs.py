"""A run's documents: which step writes what under the run prefix, and how to read it back.

The names here are the whole contract between the steps of the pipeline.
"""

from __future__ import annotations

import json
from typing import Any

from trainer.environment import ObjectStore
from trainer.errors import Invalid, Missing
from trainer.storage import Folder, open_folder

Document = dict[str, Any]

SOURCE = "source.json"  # checkout: repository, revision, commit, path of the file
SOURCE_CONFIG = "source/config.yaml"  # checkout: the commit's file, as it stands there
CONFIG = "config.json"  # configure: what to do, checked
DATASET = "dataset.json"  # datasets validate: which bytes, checked
CHECKPOINTS = "checkpoints/"  # train: one object an epoch
MODEL = "model/model.keras"  # train
SAVED_MODEL = "model/saved_model/"  # train
METRICS = "metrics.json"  # train: written last, so it says that training is done
EVALUATION = "evaluation.json"  # evaluate
PUBLICATION = "publication.json"  # publish: the version that this run has claimed

WRITTEN_BY = {
    CONFIG: "configure",
    DATASET: "datasets validate",
    MODEL: "train",
    METRICS: "train",
    EVALUATION: "evaluate",
}


class Run:
    """The documents of one run."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    @classmethod
    def open(cls, uri: str, store: ObjectStore) -> Run:
        """The run at `uri`, which may be empty still."""
        return cls(open_folder(uri, store))

    @property
    def uri(self) -> str:
        """Where the run is."""
        return self.folder.uri

    def write(self, key: str, document: Document) -> None:
        """Write a document as JSON that people can read."""
        self.folder.write(key, encode(document))

    def find(self, key: str) -> Document | None:
        """A document, or None when its step has not run."""
        try:
            data = self.folder.read(key).data
        except Missing:
            return None
        where = f"{self.uri}/{key}"
        try:
            document = json.loads(data)
        except ValueError as error:
            raise Invalid(
                where=where, field="file", expected="JSON", found=f"{data[:80]!r} ({error})"
            ) from error
        if not isinstance(document, dict):
            raise Invalid(
                where=where, field="file", expected="an object", found=type(document).__name__
            )
        return document

    def need(self, key: str) -> Document:
        """A document that an earlier step must have written."""
        document = self.find(key)
        if document is None:
            fix = f"run `python -m trainer {WRITTEN_BY[key]}` first" if key in WRITTEN_BY else ""
            raise Missing(f"{self.uri}/{key}", fix=fix)
        return document


def encode(document: Document) -> bytes:
    """JSON with sorted keys and a newline at the end."""
    return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()
