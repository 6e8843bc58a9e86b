"""One way to read and write objects, in an S3 bucket or in a local folder.

A `Folder` is everything under one URI (`s3://runs/abc` or a path); keys in it use `/`. Every write
is atomic: a reader sees the whole object or none. `create` is the only primitive that settles a
race: exactly one of many callers gets True.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from trainer.environment import ObjectStore
from trainer.errors import Invalid, Missing
from trainer.s3 import Bucket

PACKAGED = "sample://"
PACKAGED_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Blob:
    """An object's bytes with the etag that the store gave for exactly these bytes."""

    data: bytes
    etag: str


class Folder(Protocol):
    """Objects under one URI."""

    @property
    def uri(self) -> str:
        """The URI that all keys are relative to."""

    def size(self, key: str) -> int:
        """Bytes of the object; raises Missing."""

    def read(self, key: str) -> Blob:
        """The object; raises Missing."""

    def write(self, key: str, data: bytes) -> None:
        """Create or replace the object."""

    def create(self, key: str, data: bytes) -> bool:
        """Create the object if there is none; False if there is one."""

    def delete(self, key: str) -> None:
        """Remove the object if it is there."""

    def keys(self, prefix: str = "") -> list[str]:
        """All keys that start with `prefix`, sorted."""

    def folders(self, prefix: str = "") -> list[str]:
        """Names of the folders directly under `prefix` (which is empty or ends with `/`)."""


class LocalFolder:
    """A folder of the file system."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def uri(self) -> str:
        """The folder's path."""
        return str(self._root)

    def size(self, key: str) -> int:
        """Bytes of the file."""
        try:
            return self._path(key).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            raise Missing(str(self._path(key))) from None

    def read(self, key: str) -> Blob:
        """The file with the MD5 that S3 would call its etag."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise Missing(str(path)) from None
        return Blob(data=data, etag=hashlib.md5(data, usedforsecurity=False).hexdigest())

    def write(self, key: str, data: bytes) -> None:
        """Replace the file in one rename."""
        path = self._path(key)
        with self._staged(path, data) as staged:
            os.replace(staged, path)

    def create(self, key: str, data: bytes) -> bool:
        """Link the finished file into place, which fails when the name is taken."""
        path = self._path(key)
        with self._staged(path, data) as staged:
            try:
                os.link(staged, path)
            except FileExistsError:
                return False
        return True

    def delete(self, key: str) -> None:
        """Unlink the file."""
        self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> list[str]:
        """Relative paths of all files, in order."""
        found = (p.relative_to(self._root).as_posix() for p in self._root.rglob("*") if p.is_file())
        return sorted(key for key in found if key.startswith(prefix) and ".staged-" not in key)

    def folders(self, prefix: str = "") -> list[str]:
        """Names of the sub-folders."""
        parent = self._root / prefix
        return sorted(p.name for p in parent.iterdir() if p.is_dir()) if parent.is_dir() else []

    def _path(self, key: str) -> Path:
        return self._root / key

    def _staged(self, path: Path, data: bytes) -> _Staged:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _Staged(path, data)


class _Staged:
    """A finished file beside its final name, gone at the end of the block."""

    def __init__(self, path: Path, data: bytes) -> None:
        self._final = path
        self._data = data
        self._name = ""

    def __enter__(self) -> str:
        handle, self._name = tempfile.mkstemp(prefix=".staged-", dir=self._final.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(self._data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(self._name, 0o644)
        return self._name

    def __exit__(self, *_: object) -> None:
        Path(self._name).unlink(missing_ok=True)


class S3Folder:
    """Objects of a bucket under a prefix."""

    def __init__(self, bucket: Bucket, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix`."""
        return f"s3://{self._bucket.name}/{self._prefix}".rstrip("/")

    def size(self, key: str) -> int:
        """Bytes of the object, from a HEAD request."""
        return self._bucket.size(self._prefix + key)

    def read(self, key: str) -> Blob:
        """The object and its etag, from one GET."""
        data, etag = self._bucket.get(self._prefix + key)
        return Blob(data=data, etag=etag)

    def write(self, key: str, data: bytes) -> None:
        """PUT, which S3 does atomically."""
        self._bucket.put(self._prefix + key, data)

    def create(self, key: str, data: bytes) -> bool:
        """PUT with If-None-Match."""
        return self._bucket.put_if_absent(self._prefix + key, data)

    def delete(self, key: str) -> None:
        """DELETE."""
        self._bucket.delete(self._prefix + key)

    def keys(self, prefix: str = "") -> list[str]:
        """A recursive listing."""
        return sorted(self._relative(self._bucket.list(self._prefix + prefix, recursive=True)))

    def folders(self, prefix: str = "") -> list[str]:
        """The common prefixes of a listing with delimiter."""
        listing = self._relative(self._bucket.list(self._prefix + prefix, recursive=False))
        return sorted(k.removeprefix(prefix).rstrip("/") for k in listing if k.endswith("/"))

    def _relative(self, keys: Iterator[str]) -> Iterator[str]:
        return (key.removeprefix(self._prefix) for key in keys)


def open_folder(uri: str, store: ObjectStore) -> Folder:
    """The folder that `uri` names; nothing needs to exist there yet."""
    if uri.startswith(PACKAGED):
        return LocalFolder(PACKAGED_FOLDER)
    if "://" not in uri:
        if not uri:
            raise Invalid(where="URI", field="folder", expected="s3://… or a path", found="nothing")
        return LocalFolder(Path(uri))
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        raise Invalid(where=uri, field="scheme", expected="s3://<bucket>/… or a path", found=uri)
    return S3Folder(
        Bucket(parts.netloc, store), uri.removeprefix(f"s3://{parts.netloc}").strip("/")
    )


def open_object(uri: str, store: ObjectStore) -> tuple[Folder, str]:
    """The folder and key of one object's URI; `sample://mnist` is the packaged sample."""
    if uri.startswith(PACKAGED):
        return open_folder(uri, store), f"{uri.removeprefix(PACKAGED)}-sample.npz"
    head, _, name = uri.rpartition("/")
    if not name:
        raise Invalid(
            where=uri or "URI", field="object", expected="an object's URI", found="a folder"
        )
    return open_folder(head or ("/" if uri.startswith("/") else "."), store), name
