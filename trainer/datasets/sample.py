"""Makes the packaged MNIST sample from the whole MNIST, and further versions from the sample.

Both are deterministic: the same input and numbers give the same bytes.
`python -m trainer datasets sample --from FOLDER` wrote `trainer/data/mnist-sample.npz`.
"""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trainer.datasets.layout import CLASSES, Array, Dataset
from trainer.errors import Invalid, Missing

FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
IDX_UNSIGNED_BYTE = 0x08


@dataclass(frozen=True, kw_only=True)
class Slice:
    """How many examples of each class, after leaving out the first `offset` of each."""

    train: int
    test: int
    offset: int = 0


SAMPLE = Slice(train=1400, test=300)


def read_idx(folder: Path) -> Dataset:
    """The whole MNIST from its four gzipped IDX files."""
    return Dataset(**{key: _idx(folder / name) for key, name in FILES.items()})


def _idx(path: Path) -> Array:
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise Missing(str(path), fix="give the folder with MNIST's four IDX files") from None
    zero, kind, dimensions = struct.unpack_from(">HBB", content)
    if zero != 0 or kind != IDX_UNSIGNED_BYTE:
        found = f"magic {content[:4]!r}"
        raise Invalid(where=str(path), field="header", expected="an IDX file of bytes", found=found)
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def take(dataset: Dataset, part: Slice, *, where: str) -> Dataset:
    """A class-balanced part of a dataset, spread evenly over it; classes alternate."""
    train = _balanced(dataset.y_train, part.train, part.offset, where=f"{where}: y_train")
    test = _balanced(dataset.y_test, part.test, 0, where=f"{where}: y_test")
    return Dataset(
        x_train=dataset.x_train[train],
        y_train=dataset.y_train[train],
        x_test=dataset.x_test[test],
        y_test=dataset.y_test[test],
    )


def _balanced(labels: Array, count: int, offset: int, *, where: str) -> Array:
    chosen = []
    for digit in range(CLASSES):
        indices = np.flatnonzero(labels == digit)[offset:]
        if len(indices) < count or count < 1:
            raise Invalid(
                where=where,
                field=f"class {digit}",
                expected=f"{count} examples after the first {offset}, and at least 1",
                found=f"{len(indices)}",
            )
        chosen.append(indices[np.arange(count) * len(indices) // count])
    return np.stack(chosen, axis=1).ravel()
