"""The minio source against real servers: SeaweedFS, which only lists, and MinIO, which notifies."""

import io
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source, secret
from tests.seaweed import seaweed


class S3:
    """A server under test."""

    def __init__(self, address: str, access_key: str, secret_key: str, bucket: str) -> None:
        self.address, self.access_key, self.secret_key = address, access_key, secret_key
        self.bucket = bucket
        self.client = Minio(address, access_key, secret_key, secure=False)

    def put(self, key: str, body: bytes = b"data") -> None:
        self.client.put_object(self.bucket, key, io.BytesIO(body), len(body))

    def source(self, **more: Any) -> Object:
        credentials = {
            "accessKey": {"name": "object-store", "key": "accesskey"},
            "secretKey": {"name": "object-store", "key": "secretkey"},
        }
        spec = {
            "bucket": {"name": self.bucket},
            "endpoint": self.address,
            "insecure": True,
            "events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
            "filter": {"prefix": "mnist/", "suffix": ".npz"},
            **credentials,
            **more,
        }
        return {"minio": {"mnist": spec}}

    def run(self, plane: Plane, **more: Any) -> None:
        store = secret("object-store", accesskey=self.access_key, secretkey=self.secret_key)
        plane.store.create(store)
        plane.run(event_source("datasets", self.source(**more)))


@pytest.fixture(scope="module")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with seaweed(tmp_path_factory.mktemp("weed")) as store:
        yield S3(store.address, store.access_key, store.secret_key, "datasets")


@pytest.fixture
def s3(weed: S3, request: pytest.FixtureRequest) -> S3:
    """A bucket of its own on the shared server."""
    name = request.node.name.replace("_", "-")[:40].strip("-") + f"-{time.monotonic_ns() % 1000}"
    weed.client.make_bucket(name)
    return S3(weed.address, weed.access_key, weed.secret_key, name)


def keys(plane: Plane) -> list[tuple[str, str]]:
    found = [data["notification"][0] for data in plane.data()]
    return [(r["eventName"].split(":")[1], r["s3"]["object"]["key"]) for r in found]


def test_an_upload_is_noticed_within_two_seconds(plane: Plane, s3: S3) -> None:
    s3.run(plane)
    assert "no notifications from the server" in plane.condition("datasets")["message"]
    s3.put("mnist/a b.npz", b"hello")
    eventually(plane.events)
    (event,) = plane.events()
    assert (event.type, event.source, event.subject) == ("minio", "datasets", "mnist")
    (record,) = plane.data()[0]["notification"]
    assert record["eventName"] == "s3:ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == s3.bucket
    thing = record["s3"]["object"]
    assert (thing["key"], thing["size"]) == ("mnist/a b.npz", 5)
    assert thing["eTag"] == "5d41402abc4b2a76b9719d911017c592"
    assert thing["contentType"] == "application/octet-stream"

    def quick() -> bool:  # the best of some: the machine may be busy
        count = len(plane.events())
        s3.put(f"mnist/{count}.npz")
        began = time.monotonic()
        eventually(lambda: len(plane.events()) > count)
        return time.monotonic() - began < 2

    eventually(quick)


def test_uploaded_while_down_is_noticed_on_return_once(plane: Plane, s3: S3) -> None:
    s3.put("mnist/old.npz")
    s3.run(plane)
    s3.put("mnist/first.npz")
    eventually(lambda: len(plane.events()) == 1)
    plane.stop()
    s3.put("mnist/while-down.npz")
    s3.put("mnist/first.npz", b"another version")
    plane.start()
    eventually(lambda: len(plane.events()) == 3)
    plane.restart()
    plane.listening("datasets")
    s3.put("mnist/last.npz")
    eventually(lambda: len(plane.events()) >= 4)
    assert keys(plane) == [
        ("ObjectCreated", "mnist/first.npz"),
        ("ObjectCreated", "mnist/first.npz"),
        ("ObjectCreated", "mnist/while-down.npz"),
        ("ObjectCreated", "mnist/last.npz"),
    ]


def test_only_what_was_asked_for(plane: Plane, s3: S3) -> None:
    s3.run(plane)
    for key in ("mnist/a.csv", "other/a.npz", "mnist/a.npz"):
        s3.put(key)
    eventually(plane.events)
    s3.client.remove_object(s3.bucket, "mnist/a.csv")
    s3.client.remove_object(s3.bucket, "mnist/a.npz")
    eventually(lambda: len(plane.events()) == 2)
    assert keys(plane) == [("ObjectCreated", "mnist/a.npz"), ("ObjectRemoved", "mnist/a.npz")]


def test_from_the_beginning_if_asked(plane: Plane, s3: S3) -> None:
    s3.put("mnist/old.npz")
    store = secret("object-store", accesskey=s3.access_key, secretkey=s3.secret_key)
    plane.store.create(store)
    obj = event_source("datasets", s3.source(), **{"from": "beginning"})
    plane.run(obj)
    eventually(lambda: keys(plane) == [("ObjectCreated", "mnist/old.npz")])


def test_the_same_bytes_again_is_a_new_upload(plane: Plane, s3: S3) -> None:
    s3.run(plane)
    s3.put("mnist/a.npz", b"same")
    eventually(plane.events)
    before = s3.client.stat_object(s3.bucket, "mnist/a.npz").last_modified

    def again() -> bool:
        s3.put("mnist/a.npz", b"same")
        return s3.client.stat_object(s3.bucket, "mnist/a.npz").last_modified != before

    eventually(again, interval=0.3)
    eventually(lambda: len(plane.events()) >= 2)


def test_many_uploads_while_down(plane: Plane, s3: S3) -> None:
    s3.run(plane)
    plane.stop()
    for n in range(50):
        s3.put(f"mnist/{n:03d}.npz", b"%d" % n)
    plane.start()
    eventually(lambda: len(plane.events()) == 50)
    plane.restart()
    plane.listening("datasets")
    assert len(plane.events()) == 50


def test_a_missing_bucket_is_told_and_what_it_gets_is_noticed(plane: Plane, weed: S3) -> None:
    missing = S3(weed.address, weed.access_key, weed.secret_key, "not-yet-there")
    store = secret("object-store", accesskey=weed.access_key, secretkey=weed.secret_key)
    plane.store.create(store)
    plane.store.create(event_source("datasets", missing.source()))
    eventually(lambda: "NoSuchBucket" in plane.condition("datasets").get("message", ""))
    assert plane.condition("datasets")["status"] == "False"
    weed.client.make_bucket("not-yet-there")
    missing.put("mnist/early.npz")
    eventually(lambda: keys(plane) == [("ObjectCreated", "mnist/early.npz")])


def test_a_server_that_is_down_is_told(plane: Plane, port: int) -> None:
    nobody = S3(f"127.0.0.1:{port}", "a", "b", "datasets")
    plane.store.create(secret("object-store", accesskey="a", secretkey="b"))
    plane.store.create(event_source("datasets", nobody.source()))
    eventually(lambda: "cannot be read" in plane.condition("datasets").get("message", ""))
    assert plane.condition("datasets")["reason"] == "ListenerFailed"


@pytest.mark.slow
def test_a_server_that_goes_and_comes_back(plane: Plane, tmp_path: Path) -> None:
    with seaweed(tmp_path / "weed") as store:
        server = S3(store.address, store.access_key, store.secret_key, "datasets")
        server.run(plane)
    eventually(lambda: plane.condition("datasets").get("status") == "False")
    with seaweed(tmp_path / "weed") as store:
        moved = S3(store.address, store.access_key, store.secret_key, "datasets")
        if store.address != server.address:
            pytest.skip("the server came back on another port")
        moved.put("mnist/back.npz")
        eventually(lambda: keys(plane) == [("ObjectCreated", "mnist/back.npz")], timeout=30)


def _minio_program() -> str | None:
    asked = os.environ.get("PINNACE_TEST_MINIO")
    return asked or shutil.which("minio") or shutil.which("minio", path=Path.home() / "go/bin")


@pytest.fixture
def minio(tmp_path: Path, port: int) -> Iterator[S3]:
    program = _minio_program()
    if program is None:
        pytest.skip("no MinIO server: go install github.com/minio/minio@latest")
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        console = sock.getsockname()[1]
    address = f"127.0.0.1:{port}"
    environment = {**os.environ, "MINIO_ROOT_USER": "user", "MINIO_ROOT_PASSWORD": "password"}
    command = [program, "server", str(tmp_path / "minio"), "--quiet", "--address", address,
               "--console-address", f"127.0.0.1:{console}"]  # fmt: skip
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        server = S3(address, "user", "password", "datasets")
        eventually(lambda: server.client.make_bucket("datasets") or True, timeout=30)
        yield server
        process.send_signal(signal.SIGTERM)


@pytest.mark.slow
def test_real_minio_notifies_and_listing_repeats_nothing(plane: Plane, minio: S3) -> None:
    minio.run(plane)
    try:
        eventually(lambda: plane.condition("datasets").get("message", "") == "", timeout=5)
    except AssertionError:
        pytest.skip("this MinIO does not flush its stream of notifications (a fault of its own)")
    began = time.monotonic()
    minio.put("mnist/a b.npz", b"hello")
    eventually(plane.events)
    assert time.monotonic() - began < 1
    (record,) = plane.data()[0]["notification"]
    assert record["s3"]["object"]["key"] == "mnist/a b.npz"
    assert record["source"]["userAgent"].startswith("MinIO")  # it came as a notification
    minio.client.remove_object("datasets", "mnist/a b.npz")
    eventually(lambda: len(plane.events()) == 2)
    minio.put("mnist/a b.npz", b"hello")
    eventually(lambda: len(plane.events()) == 3)
    plane.restart()  # lists again: nothing is new
    plane.listening("datasets")
    plane.stop()
    minio.put("mnist/while-down.npz")
    plane.start()
    eventually(lambda: len(plane.events()) == 4)
    minio.put("mnist/b.npz")
    eventually(lambda: len(plane.events()) == 5)
    assert [key for _, key in keys(plane)][3:] == ["mnist/while-down.npz", "mnist/b.npz"]


@pytest.mark.slow
def test_real_minio_loses_nothing_even_if_its_stream_is_silent(plane: Plane, minio: S3) -> None:
    minio.run(plane)
    for n in range(20):
        minio.put(f"mnist/{n}.npz", b"%d" % n)
    eventually(lambda: len(plane.events()) >= 20)
    plane.restart()
    plane.listening("datasets")
    minio.put("mnist/last.npz")
    eventually(lambda: keys(plane)[-1] == ("ObjectCreated", "mnist/last.npz"))
    assert len(plane.events()) == 21
