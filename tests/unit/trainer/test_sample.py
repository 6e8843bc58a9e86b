"""The packaged sample: its size, its balance, and slices of it."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.datasets import arrays
from trainer.datasets.layout import Dataset, pack, unpack
from trainer.datasets.sample import FILES, Slice, read_idx, take
from trainer.errors import Invalid, Missing
from trainer.storage import PACKAGED_FOLDER

SAMPLE = PACKAGED_FOLDER / "mnist-sample.npz"


def test_the_sample_is_small_balanced_and_valid() -> None:
    data = SAMPLE.read_bytes()
    sample = unpack(data, where="sample")
    assert len(data) <= 3_000_000
    assert np.bincount(sample.y_train).tolist() == [1400] * 10
    assert np.bincount(sample.y_test).tolist() == [300] * 10
    assert {path.name for path in PACKAGED_FOLDER.iterdir()} >= {"LICENSE", "SOURCE"}


def test_a_slice_is_balanced_and_the_same_each_time() -> None:
    sample = unpack(SAMPLE.read_bytes(), where="sample")
    part = Slice(train=50, test=10, offset=100)
    first, again = (take(sample, part, where="sample") for _ in range(2))
    assert pack(first) == pack(again)
    assert np.bincount(first.y_train).tolist() == [50] * 10
    assert first.y_train[:10].tolist() == list(range(10))


def test_a_slice_of_too_few_says_which_class() -> None:
    with pytest.raises(Invalid, match="class 0: expected 3 examples after the first 0.*found 2"):
        take(Dataset(**arrays()), Slice(train=3, test=1), where="small")


def idx(content: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], kind: int = 8) -> bytes:
    header = struct.pack(">HBB", 0, kind, content.ndim) + struct.pack(
        f">{content.ndim}I", *content.shape
    )
    return gzip.compress(header + content.tobytes())


def test_idx_files_are_read(tmp_path: Path) -> None:
    expected = arrays()
    for key, name in FILES.items():
        (tmp_path / name).write_bytes(idx(expected[key]))
    found = read_idx(tmp_path)
    assert all(np.array_equal(getattr(found, key), expected[key]) for key in FILES)


def test_idx_files_of_another_kind_or_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="MNIST's four IDX files"):
        read_idx(tmp_path)
    for key, name in FILES.items():
        (tmp_path / name).write_bytes(idx(arrays()[key], kind=9))
    with pytest.raises(Invalid, match="expected an IDX file of bytes"):
        read_idx(tmp_path)
