"""Containers and the control plane's own death: kill -9, orderly ends, and what comes after."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.kinds import PODS
from pinnace.objects.meta import key_of
from pinnace.store import Store
from tests.eventually import eventually
from tests.integration.pods.conftest import Cluster, Start
from tests.integration.pods.node_process import BUILTINS

_WAITER = {"name": "wait", "image": "example.com/waiter:v1"}
_TRAINING = "echo started; while [ ! -e /v/go ]; do sleep 0.02; done; echo finished; exit 5"


def _pod(name: str, script: str, *more: dict[str, Any]) -> dict[str, Any]:
    main: dict[str, Any] = {"name": "main", "image": "busybox", "command": ["sh", "-c", script]}
    main["volumeMounts"] = [{"name": "v", "mountPath": "/v"}]
    spec: dict[str, Any] = {"restartPolicy": "Never", "containers": [*more, main]}
    spec["volumes"] = [{"name": "v", "emptyDir": {}}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def _killed_plane(state: Path, *pods: dict[str, Any]) -> None:
    """Run a control plane till the Pods' containers run and have spoken, then kill -9 it."""
    with Store.open(state / "pinnace.db") as store:
        for pod in pods:
            store.create(pod)
    command = [sys.executable, "-m", "tests.integration.pods.node_process", str(state)]
    plane = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    try:
        assert plane.stdout is not None and plane.stdout.readline() == b"ready\n"
        count = sum(len(pod["spec"]["containers"]) for pod in pods)
        eventually(lambda: [bool(p.read_text()) for p in _logs(state)] == [True] * count)
    finally:
        plane.kill()
        plane.communicate()


def _logs(state: Path) -> list[Path]:
    return list(state.glob("pods/*/containers/*/0/log"))


def _shim(cluster: Cluster, name: str) -> int:
    return int(json.loads((cluster.attempt(name) / "state.json").read_text())["shim"])


def test_kill_9_of_the_control_plane_leaves_the_container_and_it_is_adopted(
    start: Start, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    _killed_plane(state, _pod("p", _TRAINING, _WAITER))
    cluster = start(BUILTINS)
    shim = _shim(cluster, "p")
    os.kill(shim, 0)  # it lives
    pod = cluster.running()
    assert cluster.status()["restartCount"] == 0
    (state / "pods" / pod["metadata"]["uid"] / "volumes" / "v" / "go").touch()
    status = cluster.finished()["status"]
    assert status["phase"] == "Failed" and cluster.exit()["exitCode"] == 5
    assert cluster.log() == "started\nfinished\n"
    # the builtin was called a second time, with the same log, and saw the whole of main
    assert cluster.exit(container="wait")["exitCode"] == 0
    text = cluster.log(container="wait")
    assert text == "waiting\nwaiting\nmain ended with 5: started\nfinished\n"


def test_a_container_that_ended_while_there_was_no_control_plane(
    start: Start, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    _killed_plane(state, _pod("p", _TRAINING))
    (volume,) = state.glob("pods/*/volumes/v")
    (volume / "go").touch()
    (attempt,) = state.glob("pods/*/containers/main/0")
    eventually((attempt / "exit.json").exists)
    cluster = start()
    cluster.finished()
    assert cluster.exit()["exitCode"] == 5 and cluster.status()["restartCount"] == 0


def _dead(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def test_a_shim_that_was_killed_ends_its_container_as_unknown(start: Start) -> None:
    cluster = start()
    cluster.sh("sleep 300")
    cluster.running()
    init = int(json.loads((cluster.attempt() / "state.json").read_text())["init"])
    os.kill(_shim(cluster, "p"), 9)
    cluster.finished()
    ended = cluster.exit()
    assert (ended["exitCode"], ended["reason"]) == (137, "ContainerStatusUnknown")
    eventually(lambda: _dead(init))


def test_a_pod_deleted_while_there_was_no_control_plane_is_swept(
    start: Start, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    _killed_plane(state, _pod("p", _TRAINING))
    (folder,) = state.glob("pods/*")
    shim = int(json.loads((folder / "containers/main/0/state.json").read_text())["shim"])
    with Store.open(state / "pinnace.db") as store:
        pod = store.get(PODS, "default", "p")
        store.delete(key_of(pod), grace=0)
    start()
    eventually(lambda: not folder.exists())
    eventually(lambda: _dead(shim))


def test_down_ends_containers_and_up_runs_them_again(start: Start) -> None:
    cluster = start(BUILTINS, down_grace=0.5)
    cluster.store.create(_pod("p", _TRAINING, _WAITER))
    pod = cluster.running()
    eventually(lambda: "started" in cluster.log())
    cluster.down(kill=True)
    cluster.up()
    eventually(lambda: cluster.status().get("restartCount") == 1)
    cluster.running()
    (cluster.state / "pods" / pod["metadata"]["uid"] / "volumes" / "v" / "go").touch()
    cluster.finished()
    assert cluster.exit()["exitCode"] == 5
    assert cluster.log(container="wait").endswith("main ended with 5: started\nfinished\n")
    assert cluster.status(container="wait")["restartCount"] == 0


def test_an_orderly_stop_leaves_containers_running(start: Start) -> None:
    cluster = start(BUILTINS)
    cluster.store.create(_pod("p", _TRAINING, _WAITER))
    pod = cluster.running()
    before = cluster.running(container="wait")
    cluster.down(kill=False)
    cluster.up()
    assert cluster.pod() == before
    (cluster.state / "pods" / pod["metadata"]["uid"] / "volumes" / "v" / "go").touch()
    cluster.finished()
    assert cluster.exit()["exitCode"] == 5 and cluster.status()["restartCount"] == 0


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_kill_9_at_any_moment_starts_each_container_exactly_once(
    start: Start, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    command = [sys.executable, "-m", "tests.integration.pods.node_process", str(state)]
    with Store.open(state / "pinnace.db") as store:
        for n in range(40):
            pod = _pod(f"p{n}", f"echo run; sleep 0.{n % 10}; exit {n % 3}")
            store.create(pod)
    for pause in (0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3):
        plane = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
        assert plane.stdout is not None
        plane.stdout.readline()
        try:
            plane.wait(pause)
        except subprocess.TimeoutExpired:
            plane.kill()
        plane.communicate()
    cluster = start()
    for n in range(40):
        cluster.finished(f"p{n}", timeout=40)
        assert cluster.exit(f"p{n}")["exitCode"] == n % 3
        assert cluster.status(f"p{n}")["restartCount"] == 0
        assert cluster.log(f"p{n}") == "run\n"
