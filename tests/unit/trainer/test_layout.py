"""What is a dataset, and what the refusal of each thing that isn't says."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from tests.unit.trainer.datasets import arrays, npz
from trainer.datasets import layout
from trainer.datasets.layout import Dataset, pack, pixels, unpack
from trainer.errors import Invalid


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return target.getvalue()


def npy(array: Any) -> bytes:
    target = io.BytesIO()
    np.lib.format.write_array(target, np.asarray(array))
    return target.getvalue()


def members(**changes: bytes) -> dict[str, bytes]:
    return {key: npy(value) for key, value in arrays().items()} | changes


def with_value(value: float) -> Any:
    images = np.zeros((20, 28, 28), np.float32)
    images[3, 4, 5] = value
    return images


def oversized_promise() -> bytes:
    """A header that promises far more than the member holds."""
    honest = npy(np.zeros((20, 28, 28), np.uint8))
    return honest.replace(b"(20, 28, 28)", b"(99, 28, 28)", 1)


def bomb() -> bytes:
    """An archive whose directory says that it unpacks to more than the limit."""
    data = bytearray(npz())
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, layout.LIMIT_UNPACKED + 1)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(npz())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.index(signature)
        data[at + flags] |= 1
    return bytes(data)


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file: expected an npz archive; found 0 bytes"),
    "text": (b"label,pixel\n1,2\n", "file: expected an npz archive; found 16 bytes beginning"),
    "cut off": (npz()[:-100], "file: expected an npz archive"),
    "corrupt": (npz().replace(b"\x93NUMPY", b"").replace(b"PK\x03\x04", b"PK\x03\x05", 1), "npz"),
    "encrypted": (encrypted(), "file: expected an npz archive"),
    "empty archive": (zipped(), "found an empty archive"),
    "missing keys": (npz(y_test=None, x_test=None), "x_test, y_test: expected the arrays"),
    "other keys": (npz(x_train=None, images=np.zeros(1)), "found images, x_test, y_test, y_train"),
    "without .npy": (
        npz().replace(b"x_train.npy", b"x_train.txt"),
        "x_train: expected the arrays x_train, y_train, x_test, y_test; found x_test, y_test",
    ),
    "not npy": (zipped(**members(x_train=b"hello")), "x_train: expected an array in npy format"),
    "pickled": (zipped(**members(y_train=npy(np.array([{}], object)))), "never loaded"),
    "header lies": (zipped(**members(x_train=oversized_promise())), "77,616 bytes for shape (99"),
    "bomb": (bomb(), "expected at most 1,073,741,824 bytes when unpacked"),
    "flat images": (
        npz(x_train=np.zeros((20, 784), np.uint8)),
        "(N, 28, 28); found shape (20, 784",
    ),
    "large images": (npz(x_test=np.zeros((10, 32, 32), np.uint8)), "found shape (10, 32, 32)"),
    "no images": (
        npz(x_train=np.zeros((0, 28, 28), np.uint8), y_train=np.zeros(0, np.uint8)),
        "x_train: expected at least one image; found none",
    ),
    "images of integers": (npz(x_train=np.zeros((20, 28, 28), np.int64)), "found int64"),
    "images of text": (npz(x_train=np.full((20, 28, 28), "x")), "found <U1"),
    "NaN": (npz(x_train=with_value(np.nan)), "expected finite numbers; found 1 values"),
    "infinite": (npz(x_train=with_value(np.inf)), "expected finite numbers; found 1 values"),
    "floats to 255": (npz(x_train=with_value(255)), "values from 0 to 1; found 0 to 255"),
    "label 10": (npz(y_train=np.arange(20) % 11), "labels from 0 to 9; found 10 at index 10"),
    "label -1": (npz(y_test=np.arange(10) - 1), "found -1 at index 0 (1 out of range)"),
    "labels of floats": (npz(y_train=np.zeros(20)), "expected whole numbers; found float64"),
    "one-hot labels": (npz(y_test=np.eye(10, dtype=np.uint8)), "(N,); found shape (10, 10)"),
    "too few labels": (npz(y_train=np.zeros(19, np.uint8)), "20 labels, one for each image"),
}


@pytest.mark.parametrize(("data", "says"), BAD.values(), ids=BAD)
def test_a_bad_dataset_is_refused_with_what_was_expected_and_found(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        unpack(data, where="s3://datasets/bad.npz")
    assert says in str(refusal.value)
    assert str(refusal.value).startswith("s3://datasets/bad.npz: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("base", [npz(), zipped(**members())], ids=["numpy", "zip"])
def test_damaged_bytes_are_refused_or_harmless_but_never_crash(base: bytes) -> None:
    for seed in range(500):
        chance, data = random.Random(seed), bytearray(base)
        for _ in range(chance.choice([1, 2, 8])):
            ends = [chance.randrange(200), -1 - chance.randrange(300)]
            data[chance.choice([chance.randrange(len(data)), *ends])] = chance.randrange(256)
        with suppress(Invalid):
            unpack(bytes(data), where="damaged")


def test_more_than_the_limit_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(layout, "LIMIT_PACKED", 100)
    with pytest.raises(Invalid, match="size: expected at most 100 bytes"):
        unpack(npz(), where="x")


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_labels_may_be_of_any_integer_type(dtype: type[Any]) -> None:
    assert unpack(npz(y_train=np.zeros(20, dtype)), where="x").y_train.dtype == dtype


def test_uint8_and_unit_floats_come_to_the_same_pixels() -> None:
    images = arrays()["x_train"]
    assert pixels(images).dtype == np.float32
    np.testing.assert_allclose(pixels(images / 255), pixels(images), atol=1e-4)


def test_packing_depends_on_nothing_but_the_arrays() -> None:
    dataset = Dataset(**arrays())
    assert pack(dataset) == pack(dataset)
    again = unpack(pack(dataset), where="x")
    assert all(np.array_equal(getattr(again, key), getattr(dataset, key)) for key in layout.KEYS)
