"""A small control plane: a store, the node agent and the workflow controller, all real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.objects.kinds import PODS, WORKFLOWS
from pinnace.objects.meta import annotations_of, key_of, labels_of, name_of
from pinnace.objects.types import Object
from pinnace.pods import Backoff, NodeAgent, PodSettings, choose_runtime, read_log
from pinnace.reconcile import Controller
from pinnace.store import Store
from pinnace.workflows.controller import controller
from pinnace.workflows.executor import Executor
from tests.eventually import eventually

ARGOEXEC = "quay.io/argoproj/argoexec"


@dataclass
class Plane:
    """Everything that runs a workflow."""

    state: Path
    runtime: str = "auto"
    store: Store = field(init=False)
    agent: NodeAgent = field(init=False)
    controller: Controller = field(init=False)

    def up(self) -> None:
        self.store = Store.open(self.state / "pinnace.db")
        runtime, _ = choose_runtime(self.state, self.runtime)
        settings = PodSettings(backoff=Backoff(base=0.05, longest=0.2))
        builtins = {ARGOEXEC: Executor(self.store)}
        self.agent = NodeAgent(self.store, self.state, runtime, builtins, settings)
        self.controller = controller(self.store)
        self.agent.start()
        self.controller.start()

    def down(self, *, kill: bool) -> None:
        self.controller.stop()
        self.agent.stop(kill=kill)
        self.store.close()

    def restart(self) -> None:
        """End the control plane, leave the pods running, begin anew."""
        self.down(kill=False)
        self.up()

    # -- workflows ----------------------------------------------------------------------------

    def submit(self, manifest: str | Object) -> str:
        obj = yaml.safe_load(manifest) if isinstance(manifest, str) else manifest
        obj = {**obj, "metadata": {"namespace": "default", **(obj.get("metadata") or {})}}
        return name_of(self.store.create(obj))

    def workflow(self, name: str) -> Object:
        return self.store.get(WORKFLOWS, "default", name)

    def run(self, manifest: str | Object, timeout: float = 40) -> Object:
        """Submit a workflow and wait for its end."""
        return self.finished(self.submit(manifest), timeout)

    def finished(self, name: str, timeout: float = 40) -> Object:
        eventually(
            lambda: labels_of(self.workflow(name)).get("workflows.argoproj.io/completed") == "true",
            timeout=timeout,
        )
        return self.workflow(name)

    def pods(self, workflow: Object) -> dict[str, Object]:
        """The pods of a workflow by node name."""
        found = self.store.list(PODS, "default", owner=workflow["metadata"]["uid"])
        return {annotations_of(each)["workflows.argoproj.io/node-name"]: each for each in found}

    def log(self, workflow: Object, node: str = "", container: str = "main") -> str:
        pod = self.pods(workflow)[name_of(workflow) + node]
        return b"".join(read_log(self.state, pod, container)).decode()


def nodes_of(workflow: Object) -> Mapping[str, Any]:
    """Nodes by display name."""
    return {each["displayName"]: each for each in workflow["status"]["nodes"].values()}


def explain(plane: Plane, workflow: Object) -> str:
    """What happened, for a failed test."""
    status = workflow["status"]
    lines = [f"{status.get('phase')}: {status.get('message')}"]
    for node in (status.get("nodes") or {}).values():
        lines.append(f"{node['name']} {node['type']} {node['phase']} {node.get('message')}")
    return "\n".join(lines)


@pytest.fixture
def plane(tmp_path: Path) -> Iterator[Plane]:
    """A control plane in a temporary folder."""
    made = Plane(tmp_path / "state")
    made.up()
    yield made
    for pod in made.store.list(PODS):
        made.store.delete(key_of(pod), grace=0)
    folder = made.state / "pods"
    eventually(lambda: not folder.is_dir() or not list(folder.iterdir()))
    made.down(kill=True)
