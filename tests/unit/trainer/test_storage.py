"""A local folder as object storage, and which URI names what."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.environment import ObjectStore
from trainer.errors import Invalid, Missing
from trainer.storage import LocalFolder, open_folder, open_object

STORE = ObjectStore(endpoint="http://127.0.0.1:9000", access_key="a", secret_key="s")


def test_a_folder_writes_reads_lists_and_deletes(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path / "new")
    assert folder.keys() == []
    assert folder.folders() == []
    folder.write("a/b/c", b"1")
    folder.write("a/d", b"22")
    folder.write("a/d", b"333")
    assert folder.keys() == ["a/b/c", "a/d"]
    assert folder.keys("a/b") == ["a/b/c"]
    assert folder.folders("a/") == ["b"]
    assert (folder.size("a/d"), folder.read("a/d").data) == (3, b"333")
    assert folder.read("a/b/c").etag == "c4ca4238a0b923820dcc509a6f75849b"
    folder.delete("a/d")
    folder.delete("a/d")
    with pytest.raises(Missing):
        folder.read("a/d")
    with pytest.raises(Missing):
        folder.size("a/b/c/d")


def test_only_the_first_creates(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path)
    assert [folder.create("k", data) for data in (b"1", b"2")] == [True, False]
    assert folder.read("k").data == b"1"
    assert folder.keys() == ["k"]


URIS: dict[str, tuple[str, str]] = {
    "s3://b/p/q.npz": ("s3://b/p", "q.npz"),
    "s3://b/q.npz": ("s3://b", "q.npz"),
    "/data/q.npz": ("/data", "q.npz"),
    "/q.npz": ("/", "q.npz"),
    "q.npz": (".", "q.npz"),
}


@pytest.mark.parametrize("uri", URIS)
def test_objects_are_found_by_their_uri(uri: str) -> None:
    folder, key = open_object(uri, STORE)
    assert (folder.uri, key) == URIS[uri]


def test_the_packaged_sample_has_a_uri() -> None:
    folder, key = open_object("sample://mnist", STORE)
    assert folder.size(key) > 1_000_000
    folder, key = open_object("sample://letters", STORE)
    with pytest.raises(Missing):
        folder.read(key)


@pytest.mark.parametrize("uri", ["http://a/b", "s3:///b", "gs://a/b"])
def test_other_schemes_are_refused(uri: str) -> None:
    with pytest.raises(Invalid, match=r"expected s3://<bucket>/… or a path"):
        open_folder(uri, STORE)


@pytest.mark.parametrize(
    ("store", "field"),
    [
        (ObjectStore(), "AWS_ENDPOINT_URL: expected a value"),
        (ObjectStore(endpoint="http://h"), "AWS_ACCESS_KEY_ID: expected a value"),
        (ObjectStore(endpoint="h:1", access_key="a", secret_key="b"), "http"),
    ],
)
def test_s3_without_its_settings_says_which_is_missing(store: ObjectStore, field: str) -> None:
    with pytest.raises(Invalid, match=field):
        open_folder("s3://b/p", store)
