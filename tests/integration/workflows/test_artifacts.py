"""Artifacts through a real S3 server, and from other places."""

import base64
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.types import Object
from pinnace.plane.object_store import ObjectStore
from tests.integration.workflows.conftest import Plane, explain, nodes_of
from tests.seaweed import seaweed


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with seaweed(tmp_path_factory.mktemp("objects")) as store:
        yield store


@pytest.fixture
def repository(plane: Plane, s3: ObjectStore) -> ObjectStore:
    """The artifact repository of the namespace, as the plane makes it."""
    plane.store.create(_object("Secret", "object-store", stringData={
        "accesskey": s3.access_key, "secretkey": s3.secret_key,
    }))  # fmt: skip
    keys = "accessKeySecret: {name: object-store, key: accesskey}\n"
    keys += "  secretKeySecret: {name: object-store, key: secretkey}\n"
    text = f"s3:\n  endpoint: {s3.address}\n  insecure: true\n  bucket: artifacts\n  {keys}"
    config = _object("ConfigMap", "artifact-repositories", data={"default-v1": text})
    config["metadata"]["annotations"] = {
        "workflows.argoproj.io/default-artifact-repository": "default-v1"
    }
    plane.store.create(config)
    return s3


def _object(kind: str, name: str, **rest: Any) -> Object:
    meta = {"name": name, "namespace": "default"}
    if "stringData" in rest:
        strings = rest.pop("stringData")
        rest["data"] = {k: base64.b64encode(v.encode()).decode() for k, v in strings.items()}
    return {"apiVersion": "v1", "kind": kind, "metadata": meta, **rest}


PASSING = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: passing}
spec:
  entrypoint: main
  templates:
  - name: main
    steps:
    - - {name: make, template: make}
    - - name: use
        template: use
        arguments:
          artifacts: [{name: text, from: "{{steps.make.outputs.artifacts.text}}"},
                      {name: folder, from: "{{steps.make.outputs.artifacts.folder}}"}]
  - name: make
    container:
      image: busybox
      command: [sh, -c]
      args:
      - echo hello > /tmp/text; mkdir -p /tmp/d/e; echo one > /tmp/d/1; echo two > /tmp/d/e/2
    outputs:
      artifacts:
      - {name: text, path: /tmp/text}
      - {name: folder, path: /tmp/d}
      - {name: plain, path: /tmp/text, archive: {none: {}}}
      - {name: zipped, path: /tmp/d, archive: {zip: {}}}
      - {name: missing, path: /tmp/nothing, optional: true}
  - name: use
    inputs:
      artifacts:
      - {name: text, path: /work/message}
      - {name: folder, path: /work/folder}
      - {name: raw, path: /work/raw, raw: {data: "as it stands"}, mode: 0600}
      - {name: none, path: /work/none, optional: true}
    container:
      image: busybox
      command: [sh, -c]
      args: ["cat /work/message /work/folder/1 /work/folder/e/2 /work/raw; stat -c ' %a' /work/raw"]
"""


def test_artifacts_pass_through_the_repository(plane: Plane, repository: ObjectStore) -> None:
    workflow = plane.run(PASSING)
    assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
    assert plane.log(workflow, "[1].use") == "hello\none\ntwo\nas it stands 600\n"
    made = {a["name"]: a for a in nodes_of(workflow)["make"]["outputs"]["artifacts"]}
    assert set(made) == {"text", "folder", "plain", "zipped"}
    pod = plane.pods(workflow)["passing[0].make"]["metadata"]["name"]
    assert made["text"]["s3"] == {"key": f"passing/{pod}/text.tgz"}
    assert made["plain"]["s3"] == {"key": f"passing/{pod}/text"}
    assert made["zipped"]["s3"] == {"key": f"passing/{pod}/zipped.zip"}
    client = repository.client()
    body = client.get_object("artifacts", made["text"]["s3"]["key"]).read()
    with tarfile.open(fileobj=BytesIO(body)) as tar:
        assert tar.getnames() == ["text"]
    assert client.get_object("artifacts", made["plain"]["s3"]["key"]).read() == b"hello\n"


def test_a_missing_output_is_an_error_that_says_so(plane: Plane, repository: ObjectStore) -> None:
    workflow = plane.run("""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: lost}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: busybox, command: ["true"]}
    outputs: {artifacts: [{name: model, path: /tmp/model}]}
""")
    assert workflow["status"]["phase"] == "Error"
    message = workflow["status"]["message"]
    assert message.startswith("wait: Error (exit code 1): output artifact model: /tmp/model does")


def test_a_missing_input_is_an_error_that_says_so(plane: Plane, repository: ObjectStore) -> None:
    workflow = plane.run("""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: nothing}
spec:
  entrypoint: main
  templates:
  - name: main
    inputs: {artifacts: [{name: data, path: /data, s3: {key: no/such/key}}]}
    container: {image: busybox, command: ["true"]}
""")
    assert workflow["status"]["phase"] == "Error"
    assert (
        "artifact data failed to load: s3 artifacts/no/such/key does not exist"
        in (workflow["status"]["message"])
    )


def test_without_a_repository_it_says_what_to_do(plane: Plane) -> None:
    workflow = plane.run("""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {name: homeless}
spec:
  entrypoint: main
  templates:
  - name: main
    container: {image: busybox, command: [sh, -c, "echo x > /tmp/x"]}
    outputs: {artifacts: [{name: x, path: /tmp/x}]}
""")
    assert workflow["status"]["phase"] == "Error"
    assert "create the ConfigMap artifact-repositories" in workflow["status"]["message"]


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A git repository served by git's own daemon; yields its address and first commit."""
    source = tmp_path / "code"
    source.mkdir()

    def git(*args: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        done = subprocess.run(
            ["git", *identity, *args], cwd=source, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q", "-b", "main")
    (source / "config").write_text("epochs: 1\n")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    first = git("rev-parse", "HEAD")
    (source / "config").write_text("epochs: 2\n")
    git("commit", "-q", "-am", "second")
    port = _free_port()
    daemon = subprocess.Popen(
        ["git", "daemon", "--export-all", f"--base-path={tmp_path}", "--listen=127.0.0.1",
         f"--port={port}", "--reuseaddr"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield f"git://127.0.0.1:{port}/code", first
    daemon.terminate()
    daemon.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _checkout(name: str, address: str, revision: str) -> str:
    return f"""
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {{name: {name}}}
spec:
  entrypoint: main
  arguments: {{parameters: [{{name: revision, value: "{revision}"}}]}}
  templates:
  - name: main
    inputs:
      artifacts:
      - name: code
        path: /code
        git: {{repo: "{address}", revision: "{{{{workflow.parameters.revision}}}}"}}
    container: {{image: busybox, command: [cat, /code/config]}}
"""


def test_git_checks_out_that_revision(plane: Plane, repo: tuple[str, str]) -> None:
    address, first = repo
    for name, revision, expected in (
        ("by-commit", first, "epochs: 1\n"),
        ("by-branch", "main", "epochs: 2\n"),
        ("by-ref", "refs/heads/main", "epochs: 2\n"),
        ("by-nothing", "", "epochs: 2\n"),
    ):
        workflow = plane.run(_checkout(name, address, revision))
        assert workflow["status"]["phase"] == "Succeeded", explain(plane, workflow)
        assert plane.log(workflow) == expected


@pytest.mark.parametrize(
    ("repo_address", "revision", "expected"),
    [
        ("git://127.0.0.1:1/code", "--upload-pack=touch /tmp/x", "git.revision is not a revision"),
        ("file:///etc", "main", "git.repo must be"),
        ("ext::sh -c whoami", "main", "git.repo must be"),
        ("--upload-pack=x", "main", "git.repo must be"),
    ],
)
def test_git_refuses_what_looks_like_an_option(
    plane: Plane, repo_address: str, revision: str, expected: str
) -> None:
    workflow = plane.run(_checkout("bad", repo_address, revision))
    assert workflow["status"]["phase"] == "Error"
    assert expected in workflow["status"]["message"]
