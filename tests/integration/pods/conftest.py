"""A node with a store in a temporary folder, on each runtime that works here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.clock import SYSTEM_CLOCK, Clock
from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key, key_of
from pinnace.objects.types import Object
from pinnace.pods import Backoff, Builtin, NodeAgent, PodSettings, choose_runtime, read_log
from pinnace.store import Store
from tests.eventually import PATIENCE, eventually

FINISHED = ("Succeeded", "Failed")


@dataclass
class Cluster:
    """A store and an agent on it; `restart` replaces the agent as a new control plane would."""

    state: Path
    runtime: str
    settings: PodSettings
    builtins: Mapping[str, Builtin] = field(default_factory=dict)
    clock: Clock = SYSTEM_CLOCK
    store: Store = field(init=False)
    agent: NodeAgent | None = None

    def up(self) -> None:
        self.store = Store.open(self.state / "pinnace.db")
        runtime, _ = choose_runtime(self.state, self.runtime)
        self.agent = NodeAgent(
            self.store, self.state, runtime, self.builtins, self.settings, self.clock
        )
        self.agent.start()

    def down(self, *, kill: bool) -> None:
        if self.agent is not None:
            self.agent.stop(kill=kill)
            self.agent = None
            self.store.close()

    def create(self, spec: dict[str, Any], name: str = "p", **metadata: Any) -> Object:
        body = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 5, **spec}
        meta = {"name": name, "namespace": "default", **metadata}
        return self.store.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": body}
        )

    def sh(self, script: str, name: str = "p", **spec: Any) -> Object:
        container = {"name": "main", "image": "busybox", "command": ["sh", "-c", script]}
        container |= spec.pop("container", {})
        return self.create({"containers": [container], **spec}, name)

    def pod(self, name: str = "p") -> Object | None:
        return self.store.find(PODS, "default", name)

    def phase(self, name: str = "p") -> str:
        return str(((self.pod(name) or {}).get("status") or {}).get("phase"))

    def finished(self, name: str = "p", timeout: float = PATIENCE) -> Object:
        eventually(lambda: self.phase(name) in FINISHED, timeout=timeout)
        pod = self.pod(name)
        assert pod is not None
        return pod

    def running(self, name: str = "p", container: str = "main") -> Object:
        def state() -> bool:
            return "running" in self.status(name, container).get("state", {})

        eventually(state)
        pod = self.pod(name)
        assert pod is not None
        return pod

    def status(self, name: str = "p", container: str = "main") -> dict[str, Any]:
        status = (self.pod(name) or {}).get("status") or {}
        everyone = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
        return next((one for one in everyone if one["name"] == container), {})

    def exit(self, name: str = "p", container: str = "main") -> dict[str, Any]:
        return dict(self.status(name, container)["state"]["terminated"])

    def log(self, name: str = "p", container: str = "main", **options: Any) -> str:
        pod = self.pod(name)
        assert pod is not None
        return b"".join(read_log(self.state, pod, container, **options)).decode()

    def run(self, script: str, name: str = "p", **spec: Any) -> str:
        """Run a shell script to its end and return its log."""
        self.sh(script, name, **spec)
        self.finished(name)
        return self.log(name)

    def delete(self, name: str = "p", grace: int | None = None) -> None:
        self.store.delete(Key(PODS, "default", name), grace=grace)

    def attempt(self, name: str = "p", container: str = "main", number: int = 0) -> Path:
        pod = self.pod(name)
        assert pod is not None
        uid = str(pod["metadata"]["uid"])
        return self.state / "pods" / uid / "containers" / container / str(number)


Start = Callable[..., Cluster]


def _works(name: str) -> str:
    runtime, report = choose_runtime(Path("/nonexistent"), "auto")
    return "" if name == "process" or runtime.name == "sandbox" else report.reason


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Start clusters on the runtime of the test (the sandbox unless it says otherwise)."""
    clusters: list[Cluster] = []
    name = getattr(request, "param", "sandbox")
    if reason := _works(name):
        pytest.skip(f"the {name} runtime doesn't work here: {reason}")

    def begin(
        builtins: Mapping[str, Builtin] | None = None, clock: Clock = SYSTEM_CLOCK, **settings: Any
    ) -> Cluster:
        settings.setdefault("backoff", Backoff(base=0.05, longest=0.2))
        cluster = Cluster(tmp_path / "state", name, PodSettings(**settings), builtins or {}, clock)
        cluster.up()
        clusters.append(cluster)
        return cluster

    yield begin
    for cluster in clusters:
        if cluster.agent is not None:
            for pod in cluster.store.list(PODS):
                cluster.store.delete(key_of(pod), grace=0)
            eventually(partial(_empty, cluster.state))
            cluster.down(kill=True)


def _empty(state: Path) -> bool:
    folder = state / "pods"
    return not folder.is_dir() or not list(folder.iterdir())
