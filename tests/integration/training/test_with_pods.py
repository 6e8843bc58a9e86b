"""TFJobs with real processes: replicas find each other through TF_CONFIG, die, and come back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import EVENTS, PODS, SERVICES, TFJOBS
from pinnace.objects.meta import Key, name_of, uid_of
from pinnace.pods import NodeAgent, PodSettings, choose_runtime, read_log
from pinnace.store import Store
from pinnace.training import controller
from tests.eventually import eventually
from tests.unit.training.world import replica, tfjob

# Each replica listens where TF_CONFIG says that it does, and greets all others by their names.
MEET = """
import json, os, socket, sys, threading, time
config = json.loads(os.environ["TF_CONFIG"])
everyone = [address for listed in config["cluster"].values() for address in listed]
task = config["task"]
own = config["cluster"][task["type"]][task["index"]]
server = socket.create_server(("", int(own.rpartition(":")[2])))
def answer():
    while True:
        client, _ = server.accept()
        client.sendall(own.encode())
        client.close()
threading.Thread(target=answer, daemon=True).start()
for address in everyone:
    host, _, port = address.rpartition(":")
    deadline = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection((host, int(port)), timeout=5) as client:
                assert client.recv(1000).decode() == address
            break
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"{address} cannot be reached")
            time.sleep(0.05)
print("met", len(everyone), flush=True)
time.sleep(1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    folder.mkdir()
    with Store.open(folder / "state.db") as opened:
        yield opened


@pytest.fixture
def plane(store: Store, folder: Path) -> Iterator[Callable[[], Callable[[], None]]]:
    stops: list[Callable[..., None]] = []

    def start() -> Callable[[], None]:
        runtime, _ = choose_runtime(folder)
        agent = NodeAgent(store, folder, runtime, {}, PodSettings(cpus=None), SYSTEM_CLOCK)
        jobs = controller(store, SYSTEM_CLOCK)
        agent.start()
        jobs.start()

        def stop(*, kill: bool = False) -> None:
            jobs.stop()
            agent.stop(kill=kill)
            stops.remove(stop)

        stops.append(stop)
        return stop

    yield start
    for stop in list(stops):
        stop(kill=True)


def job(script: str, **types: Any) -> dict[str, Any]:
    made = tfjob(**types)
    del made["metadata"]["uid"]
    for body in made["spec"]["tfReplicaSpecs"].values():
        (container,) = body["template"]["spec"]["containers"]
        container.update(image="python:3.11", command=["python3", "-c", script])
    return made


def states(store: Store) -> list[tuple[str, str]]:
    found = store.find(TFJOBS, "ml", "mnist") or {}
    conditions = (found.get("status") or {}).get("conditions") or []
    return [(entry["type"], entry["status"]) for entry in conditions]


def pod(store: Store, name: str) -> dict[str, Any]:
    return store.find(PODS, "ml", name) or {}


def phase(store: Store, name: str) -> str:
    return str((pod(store, name).get("status") or {}).get("phase"))


def log(store: Store, folder: Path, name: str) -> str:
    return b"".join(read_log(folder, pod(store, name), "tensorflow")).decode()


@pytest.mark.slow
def test_replicas_meet_by_the_names_of_tf_config(store, folder, plane):
    plane()
    store.create(job(MEET, Chief=replica(1), Worker=replica(2), PS=replica(1)))
    eventually(lambda: ("Succeeded", "True") in states(store), timeout=50)
    assert log(store, folder, "mnist-chief-0") == "met 4\n"
    assert states(store) == [("Created", "True"), ("Running", "False"), ("Succeeded", "True")]


@pytest.mark.slow
def test_workers_go_on_while_the_control_plane_is_away(store, folder, plane):
    stop = plane()
    store.create(job("import time; time.sleep(6); print('done')", Worker=replica(2)))
    eventually(lambda: ("Running", "True") in states(store), timeout=30)
    before = {name_of(one): uid_of(one) for one in store.list(PODS, "ml")}
    ports = {name_of(one): one["metadata"]["annotations"] for one in store.list(SERVICES, "ml")}
    stop()
    plane()
    eventually(lambda: ("Succeeded", "True") in states(store), timeout=40)
    assert {name_of(one): uid_of(one) for one in store.list(PODS, "ml")} == before
    assert ports == {
        name_of(one): one["metadata"]["annotations"] for one in store.list(SERVICES, "ml")
    }


@pytest.mark.slow
def test_a_retryable_exit_brings_the_replica_back(store, plane):
    """Exit code 138 under ExitCode: made anew under its name; then it ends well."""
    plane()
    once = "import os, sys; sys.exit(138) if os.environ['POD_TRY'] == '1' else print('ok')"
    made = job(once, Worker=replica(1, restartPolicy="ExitCode"))
    (container,) = made["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
    container["env"] = [{"name": "POD_TRY", "value": "1"}]
    store.create(made)
    first = eventually(lambda: uid_of(pod(store, "mnist-worker-0")))

    def cure(obj):
        (spec,) = obj["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"]
        spec["env"][0]["value"] = "2"
        return obj

    store.modify(Key(TFJOBS, "ml", "mnist"), cure)
    eventually(lambda: ("Succeeded", "True") in states(store), timeout=40)
    assert uid_of(pod(store, "mnist-worker-0")) != first
    messages = {event["message"] for event in store.list(EVENTS, "ml")}
    assert "Pod: ml.mnist-worker-0 exited with code 138" in messages
    assert "job mnist is restarting because Worker replica(s) failed." in messages
