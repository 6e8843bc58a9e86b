"""The book's listings, run with ``kubectl create``, give what the book shows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.control_plane import ROOT, Plane
from tests.eventually import eventually
from tests.kubectl import lacking

BOOK = ROOT.parent / "shared" / "upstream" / "book"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BOOK.is_dir(), reason="../shared/upstream/book is absent"),
    pytest.mark.skipif(bool(lacking()), reason=lacking()),
]

WHALE = """\
 _____________
< hello world >
 -------------
    \\
     \\
      \\
                    ##        .
              ## ## ##       ==
           ## ## ## ##      ===
       /\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"___/ ===
  ~~~ {~~ ~~~~ ~~~ ~~~~ ~~ ~ /  ===- ~~~
       \\______ o          __/
        \\    \\        __/
          \\____\\______/
"""


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plane]:
    root = tmp_path_factory.mktemp("book")
    (root / "empty").mkdir()
    running = Plane(root / "state", folders=(root / "empty",))
    running.up()
    yield running
    running.down()


def create(plane: Plane, listing: str) -> str:
    """Create a listing's object; its name."""
    said = plane.kubectl("create", "-f", str(BOOK / listing))
    found = re.fullmatch(r"\S+/(\S+) created\n", said)
    assert found, said
    return found.group(1)


def finished(plane: Plane, listing: str) -> tuple[str, dict[str, Any]]:
    """Run a workflow to its end; its name and the object."""
    name = create(plane, listing)
    # what the book types to look at it
    shown = eventually(lambda: re.search(rf"^{name}\s+Succeeded\s+\S+", plane.kubectl(
        "get", "wf", name, "--no-headers"), re.M), timeout=30)  # fmt: skip
    assert shown
    return name, json.loads(plane.kubectl("get", "wf", name, "-o", "json"))


def pods(plane: Plane, name: str) -> list[list[str]]:
    table = plane.kubectl(
        "get", "pods", "-l", f"workflows.argoproj.io/workflow={name}", "--no-headers"
    )
    return [line.split() for line in table.splitlines()]


def log(plane: Plane, pod: str) -> str:
    text = plane.kubectl("logs", pod, "-c", "main")
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def test_hello_world_says_it_with_a_whale(plane: Plane) -> None:
    name, _ = finished(plane, "argo-hello-world.yaml")
    assert [pod[:3] for pod in pods(plane, name)] == [[name, "0/2", "Completed"]]
    assert log(plane, name) == WHALE


def test_a_pod_says_it_too(plane: Plane) -> None:
    create(plane, "hello-world.yaml")
    eventually(lambda: "hello world" in plane.kubectl("logs", "whalesay"))
    plane.kubectl("delete", "pod", "whalesay")


def test_the_diamond_runs_in_its_order(plane: Plane) -> None:
    name, workflow = finished(plane, "argo-dag-diamond.yaml")
    nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values()}
    said = {pod[0]: log(plane, pod[0]).strip() for pod in pods(plane, name)}
    assert sorted(said.values()) == ["A", "B", "C", "D"]
    assert nodes["A"]["finishedAt"] <= nodes["B"]["startedAt"] <= nodes["D"]["startedAt"]
    assert nodes["C"]["finishedAt"] <= nodes["D"]["startedAt"]
    assert all(pod[2] == "Completed" for pod in pods(plane, name))


def test_the_coin_falls_on_one_side(plane: Plane) -> None:
    name, workflow = finished(plane, "argo-coinflip.yaml")
    nodes = {node["displayName"]: node for node in workflow["status"]["nodes"].values()}
    side = nodes["flip-coin"]["outputs"]["result"]
    other = {"heads": "tails", "tails": "heads"}[side]
    assert nodes[side]["phase"] == "Succeeded"
    assert nodes[other]["phase"] == "Skipped"
    assert nodes[other]["message"] == f"when '{side} == {other}' evaluated false"
    assert f"it was {side}\n" in {log(plane, pod[0]) for pod in pods(plane, name)}


def test_a_script_prints_its_number(plane: Plane) -> None:
    name, _ = finished(plane, "argo-script-template.yaml")
    assert 1 <= int(log(plane, name)) <= 100


def test_a_resource_is_made(plane: Plane) -> None:
    finished(plane, "argo-resource-template.yaml")
    data = plane.kubectl("get", "configmap", "cm-example", "-o", "jsonpath={.data.some}")
    assert data == "value"


@pytest.mark.timeout(240)
def test_a_distributed_training_job_runs(plane: Plane) -> None:
    name = create(plane, "tfjob.yaml")
    namespaced = ("-n", "kubeflow")
    state = eventually(lambda: plane.kubectl(
        *namespaced, "get", "tfjob", name, "--no-headers").split()[1:2] == ["Succeeded"],
        timeout=200, interval=0.5)  # fmt: skip
    assert state
    listed = plane.kubectl(
        *namespaced, "get", "pods", "-l", f"training.kubeflow.org/job-name={name}", "--no-headers"
    )
    assert [line.split()[0] for line in listed.splitlines()] == [
        f"{name}-worker-0", f"{name}-worker-1",
    ]  # fmt: skip
    assert "accuracy" in plane.kubectl(*namespaced, "logs", f"{name}-worker-0").lower()


def test_every_listing_is_tried() -> None:
    listings = {path.name for path in Path(BOOK).glob("*.yaml")}
    assert listings == {
        "argo-hello-world.yaml", "hello-world.yaml", "argo-dag-diamond.yaml", "argo-coinflip.yaml",
        "argo-script-template.yaml", "argo-resource-template.yaml", "tfjob.yaml",
    }  # fmt: skip
