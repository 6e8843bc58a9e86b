"""The one layout of a dataset: an npz with `x_train, y_train, x_test, y_test`. Reads and writes it.

Reading trusts nothing: the archive may come from anyone who can upload. Names, sizes and headers
are looked at before a single array is unpacked, and pickled objects are never loaded.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy

from trainer.errors import Invalid

Array = np.ndarray[Any, np.dtype[Any]]

KEYS = ("x_train", "y_train", "x_test", "y_test")
CLASSES = 10
SIDE = 28
LIMIT_PACKED = 256 * 2**20
LIMIT_UNPACKED = 1024 * 2**20
# What zipfile raises on bytes that aren't an archive, or a damaged or encrypted one.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip member's earliest date: the same arrays give the same bytes


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Images as N×28×28 and their labels, for training and for testing."""

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array


def pack(dataset: Dataset) -> bytes:
    """The dataset as npz bytes that depend on nothing but the arrays."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for key in KEYS:
            member = io.BytesIO()
            npy.write_array(member, np.ascontiguousarray(getattr(dataset, key)), allow_pickle=False)
            info = zipfile.ZipInfo(f"{key}.npy", date_time=EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, member.getvalue())
    return target.getvalue()


def unpack(data: bytes, *, where: str) -> Dataset:
    """Read and check; raises Invalid that says what was expected and found."""
    return check(read_arrays(data, where=where), where=where)


def read_arrays(data: bytes, *, where: str) -> dict[str, Array]:
    """The archive's four arrays, of any shape and type."""
    if len(data) > LIMIT_PACKED:
        raise Invalid(
            where=where,
            field="size",
            expected=f"at most {LIMIT_PACKED:,} bytes",
            found=f"{len(data):,} bytes",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, where=where)
            return {key: _member(archive, key, where=where) for key in KEYS}
    except UNREADABLE as error:
        found = f"{len(data):,} bytes beginning {data[:12]!r} ({error})"
        raise Invalid(where=where, field="file", expected="an npz archive", found=found) from error


def _check_members(archive: zipfile.ZipFile, *, where: str) -> None:
    members = archive.infolist()
    found = {info.filename.removesuffix(".npy") for info in members if info.filename[-4:] == ".npy"}
    missing = [key for key in KEYS if key not in found]
    if missing:
        raise Invalid(
            where=where,
            field=", ".join(missing),
            expected=f"the arrays {', '.join(KEYS)}",
            found=", ".join(sorted(found)) or "an empty archive",
        )
    unpacked = sum(info.file_size for info in members)
    if unpacked > LIMIT_UNPACKED:
        raise Invalid(
            where=where,
            field="size",
            expected=f"at most {LIMIT_UNPACKED:,} bytes when unpacked",
            found=f"{unpacked:,} bytes",
        )


def _member(archive: zipfile.ZipFile, key: str, *, where: str) -> Array:
    info = archive.getinfo(f"{key}.npy")
    with archive.open(info) as member:
        content = member.read(
            info.file_size + 1
        )  # the directory's size is a promise: hold it to it
    stream = io.BytesIO(content)
    try:
        shape, dtype = _header(stream)
    except ValueError as error:
        raise Invalid(
            where=where, field=key, expected="an array in npy format", found=str(error)
        ) from error
    if dtype.hasobject:
        raise Invalid(
            where=where, field=key, expected="numbers", found="pickled Python objects, never loaded"
        )
    promised = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if promised != len(content) - stream.tell():
        raise Invalid(
            where=where,
            field=key,
            expected=f"{promised:,} bytes for shape {shape} of {dtype}",
            found=f"{len(content) - stream.tell():,} bytes",
        )
    stream.seek(0)
    return np.asarray(npy.read_array(stream, allow_pickle=False))


def _header(stream: io.BytesIO) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype


def check(arrays: Mapping[str, Array], *, where: str) -> Dataset:
    """The arrays as a Dataset, when they are 28×28 images with labels from 0 to 9."""
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        _check_images(images, where=where, field=f"x_{part}")
        _check_labels(labels, where=where, field=f"y_{part}")
        if len(images) != len(labels):
            raise Invalid(
                where=where,
                field=f"y_{part}",
                expected=f"{len(images):,} labels, one for each image in x_{part}",
                found=f"{len(labels):,}",
            )
    return Dataset(**{key: arrays[key] for key in KEYS})


def _check_images(images: Array, *, where: str, field: str) -> None:
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        expected = f"shape (N, {SIDE}, {SIDE})"
        raise Invalid(where=where, field=field, expected=expected, found=f"shape {images.shape}")
    if len(images) == 0:
        raise Invalid(where=where, field=field, expected="at least one image", found="none")
    if images.dtype == np.uint8:
        return
    if images.dtype not in (np.float32, np.float64):
        expected = "uint8 from 0 to 255, or float32/float64 from 0 to 1"
        raise Invalid(where=where, field=field, expected=expected, found=str(images.dtype))
    bad = int(np.count_nonzero(~np.isfinite(images)))
    if bad:
        found = f"{bad:,} values that are NaN or infinite"
        raise Invalid(where=where, field=field, expected="finite numbers", found=found)
    low, high = float(images.min()), float(images.max())
    if low < 0 or high > 1:
        found = f"{low:g} to {high:g}"
        raise Invalid(where=where, field=field, expected="values from 0 to 1", found=found)


def _check_labels(labels: Array, *, where: str, field: str) -> None:
    if labels.ndim != 1:
        raise Invalid(
            where=where, field=field, expected="shape (N,)", found=f"shape {labels.shape}"
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise Invalid(where=where, field=field, expected="whole numbers", found=str(labels.dtype))
    if len(labels) == 0:
        return
    outside = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if len(outside):
        first = int(outside[0])
        raise Invalid(
            where=where,
            field=field,
            expected=f"labels from 0 to {CLASSES - 1}",
            found=f"{labels[first]} at index {first} ({len(outside):,} out of range)",
        )


def pixels(images: Array) -> Array:
    """Images as float32 from 0 to 255, whatever layout allows: what the models take."""
    scale = 1.0 if images.dtype == np.uint8 else 255.0
    return np.asarray(images, dtype=np.float32) * np.float32(scale)
