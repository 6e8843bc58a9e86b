"""Checks a dataset before anything trains on it, and pins its exact bytes in `dataset.json`.

From: an object that someone uploaded. To: `train` and `evaluate`, which read the same bytes or
none. Imports no TensorFlow: a bad upload is refused in a second.
"""

from __future__ import annotations

import argparse
import hashlib

import numpy as np

from trainer.datasets.layout import CLASSES, LIMIT_PACKED, Array, Dataset, unpack
from trainer.environment import Environment, ObjectStore
from trainer.errors import Invalid
from trainer.runs import DATASET, Document, Run
from trainer.storage import Blob, open_object


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Write what the dataset is, or raise what is wrong with it."""
    blob = read(options.uri, environment.object_store)
    wanted = options.etag.strip('"')
    if wanted and blob.etag != wanted:
        raise Invalid(
            where=options.uri,
            field="etag",
            expected=f"{wanted}, the version that was asked for",
            found=f"{blob.etag}; the object was replaced since",
        )
    dataset = unpack(blob.data, where=options.uri)
    target = Run.open(options.run, environment.object_store)
    target.write(DATASET, describe(options.uri, blob, dataset))
    print(
        f"{options.uri}: {len(dataset.y_train):,} training and {len(dataset.y_test):,} test images"
    )


def read(uri: str, store: ObjectStore) -> Blob:
    """The object, unless it is larger than any dataset may be."""
    folder, key = open_object(uri, store)
    size = folder.size(key)
    if size > LIMIT_PACKED:
        expected = f"at most {LIMIT_PACKED:,} bytes"
        raise Invalid(where=uri, field="size", expected=expected, found=f"{size:,} bytes")
    return folder.read(key)


def load(record: Document, store: ObjectStore) -> Dataset:
    """The dataset that `dataset.json` describes: the very bytes that were checked."""
    blob = read(record["uri"], store)
    found = hashlib.sha256(blob.data).hexdigest()
    if found != record["sha256"]:
        raise Invalid(
            where=record["uri"],
            field="sha256",
            expected=f"{record['sha256']}, the bytes that were validated",
            found=f"{found}; the object was replaced since",
        )
    return unpack(blob.data, where=record["uri"])


def describe(uri: str, blob: Blob, dataset: Dataset) -> Document:
    """Identity, sizes and class histogram."""
    return {
        "uri": uri,
        "etag": blob.etag,
        "sha256": hashlib.sha256(blob.data).hexdigest(),
        "bytes": len(blob.data),
        "train": {"count": len(dataset.y_train), "classes": _histogram(dataset.y_train)},
        "test": {"count": len(dataset.y_test), "classes": _histogram(dataset.y_test)},
    }


def _histogram(labels: Array) -> dict[str, int]:
    counts = np.bincount(labels.astype(np.int64), minlength=CLASSES)
    return {str(digit): int(count) for digit, count in enumerate(counts)}
