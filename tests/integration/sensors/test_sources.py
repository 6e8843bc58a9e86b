"""Where the object of a trigger comes from, each against the real thing."""

import base64
import io
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml
from minio import Minio
from moto.server import ThreadedMotoServer

from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.types import Object
from pinnace.store import services
from tests.brokers import free_port
from tests.eventually import eventually
from tests.http_server import Handler, serving
from tests.integration.sensors.scene import Scene, sensor

MANIFEST = yaml.safe_dump(
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "made"}, "data": {"a": "x"}}
)
#: Few bytes, a billion values.
BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that the settings allow, with files to read."""
    place = tmp_path / "allowed"
    place.mkdir()
    (place / "made.yaml").write_text(MANIFEST)
    (place / "large.yaml").write_bytes(b"# " + b"x" * 2_000_000)
    (place / "list.yaml").write_text("[1, 2]")
    (place / "bomb.yaml").write_text(BOMB)
    (tmp_path / "secret.yaml").write_text(MANIFEST)
    (place / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return place


@pytest.fixture
def scene(tmp_path: Path, folder: Path) -> Iterator[Scene]:
    with Scene(tmp_path / "store.db", folders=(folder,)) as running:
        yield running


def trigger(source: dict[str, Any]) -> dict[str, Any]:
    number = {"dependencyName": "call", "dataKey": "body.number"}
    parameters = [{"src": number, "dest": "data.a", "operation": "append"}]
    return {"template": {"name": "t", "k8s": {"source": source, "parameters": parameters}}}


def made(scene: Scene, source: dict[str, Any]) -> Object:
    """Fire once and return the object that was made."""
    scene.add(sensor(triggers=[trigger(source)]))
    posted = scene.post("7")
    (firing,) = scene.settled(posted)
    assert firing.state == "fired", firing.message
    assert firing.object == "configmaps/default/made"
    obj = scene.store.get(CONFIG_MAPS, "default", "made")
    assert obj["data"] == {"a": "x7"}
    assert obj["metadata"]["labels"]["events.argoproj.io/trigger"] == "t"
    assert obj["metadata"]["annotations"]["pinnace.dev/event-id"] == posted.id
    return obj


def refused(scene: Scene, source: dict[str, Any]) -> str:
    """Fire once and return why it is a dead letter."""
    scene.add(sensor(triggers=[trigger(source)]))
    (firing,) = scene.settled(scene.post("7"))
    assert firing.state == "dead"
    assert scene.store.find(CONFIG_MAPS, "default", "made") is None
    return firing.message


def test_a_file_below_an_allowed_folder(scene: Scene, folder: Path) -> None:
    made(scene, {"file": {"path": str(folder / "made.yaml")}})


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../secret.yaml", "expected a file below a folder that the settings allow"),
        ("link.yaml", "allow it with `hostPaths: [FOLDER]`"),
        ("none.yaml", "expected a file, found nothing"),
        ("large.yaml", "larger than 1572864 bytes"),
        ("list.yaml", "not one object"),
        ("bomb.yaml", "not YAML: "),
    ],
)
def test_a_file_that_may_not_or_cannot_be_read(
    scene: Scene, folder: Path, name: str, problem: str
) -> None:
    assert problem in refused(scene, {"file": {"path": f"{folder}/{name}"}})


def test_a_config_map(scene: Scene) -> None:
    source = {"configmap": {"name": "source", "key": "wf"}}
    metadata = {"name": "source", "namespace": "default"}
    holder = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    scene.store.create({**holder, "data": {"wf": MANIFEST}})
    made(scene, source)


def test_a_config_map_that_comes_later_is_redriven(scene: Scene) -> None:
    source = {"configmap": {"name": "source", "key": "wf"}}
    assert "expected ConfigMap default/source with a key 'wf'" in refused(scene, source)
    metadata = {"name": "source", "namespace": "default"}
    holder = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    scene.store.create({**holder, "data": {"wf": MANIFEST}})
    (dead,) = scene.ledger.unsettled("dead")
    scene.controller.redrive(dead.id)
    eventually(lambda: scene.store.find(CONFIG_MAPS, "default", "made"))


@pytest.fixture
def web(folder: Path) -> Iterator[str]:
    class Files(Handler, SimpleHTTPRequestHandler):
        """Serves the folder."""

    with serving(partial(Files, directory=str(folder))) as port:
        yield f"http://127.0.0.1:{port}"


def test_a_url(scene: Scene, web: str) -> None:
    made(scene, {"url": {"path": f"{web}/made.yaml"}})


@pytest.mark.parametrize(
    ("name", "problem"),
    [("none.yaml", "status code 404"), ("large.yaml", "larger than 1572864 bytes")],
)
def test_a_url_that_gives_nothing_of_use(scene: Scene, web: str, name: str, problem: str) -> None:
    assert problem in refused(scene, {"url": {"path": f"{web}/{name}"}})


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[str]:
    """A git repository served by git's own daemon."""
    work = tmp_path / "srv" / "code"
    work.mkdir(parents=True)

    def git(*args: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", *identity, *args], cwd=work, check=True, capture_output=True)

    git("init", "-q", "-b", "master")
    (work / "made.yaml").write_text(MANIFEST)
    (work / "link.yaml").symlink_to("/etc/passwd")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    git("tag", "v1")
    git("checkout", "-q", "-b", "other")
    (work / "made.yaml").write_text("kind: Other")
    git("commit", "-q", "-am", "second")
    port = free_port()
    process = subprocess.Popen(
        ["git", "daemon", "--export-all", f"--base-path={tmp_path}/srv", "--listen=127.0.0.1",
         f"--port={port}", "--reuseaddr"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"git://127.0.0.1:{port}/code"
    eventually(lambda: subprocess.run(["git", "ls-remote", address], capture_output=True).stdout)
    yield address
    process.terminate()
    process.wait()


@pytest.mark.parametrize(
    "at", [{}, {"branch": "master"}, {"tag": "v1"}, {"ref": "refs/tags/v1"}, {"remote": True}]
)
def test_a_file_in_a_git_repository(scene: Scene, repository: str, at: dict[str, Any]) -> None:
    if "remote" in at:
        at = {"remote": {"name": "fork", "urls": [repository]}}
    url = repository if "remote" not in at else "git://127.0.0.1:1/none"
    made(scene, {"git": {"url": url, "filePath": "made.yaml", "cloneDirectory": "/x", **at}})


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"filePath": "link.yaml"}, "expected a regular file link.yaml in the repository"),
        ({"filePath": "none.yaml"}, "expected a regular file none.yaml"),
        ({"branch": "none"}, "git fetch failed"),
        ({"branch": "other"}, "Other"),
    ],
)
def test_a_git_source_that_gives_nothing_of_use(
    scene: Scene, repository: str, more: dict[str, str], problem: str
) -> None:
    source = {"url": repository, "filePath": "made.yaml", **more}
    assert problem in refused(scene, {"git": source})


def test_an_object_in_s3(scene: Scene) -> None:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = Minio(f"{host}:{port}", "access", "secret", secure=False, region="us-east-1")
    client.make_bucket("manifests")
    client.put_object("manifests", "a/made.yaml", io.BytesIO(MANIFEST.encode()), len(MANIFEST))
    for obj in services.service_objects("store", "default", {"s3": (9000, port)}):
        scene.store.create(obj)
    pair = {name: base64.b64encode(name.encode()).decode() for name in ("access", "secret")}
    metadata = {"name": "s3", "namespace": "default"}
    scene.store.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": pair})
    source = {
        "endpoint": "store:9000",
        "insecure": True,
        "bucket": {"name": "manifests", "key": "a/made.yaml"},
        "accessKey": {"name": "s3", "key": "access"},
        "secretKey": {"name": "s3", "key": "secret"},
    }
    made(scene, {"s3": source})
    server.stop()
