"""The TFJob controller on a real store: children, restarts, ports."""

import json
import socket
from copy import deepcopy

import pytest

from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import EVENTS, PODS, SERVICES, TFJOBS
from pinnace.objects.meta import Key, name_of, uid_of
from pinnace.store import Store
from pinnace.training import controller
from tests.eventually import eventually
from tests.unit.training.world import replica, tfjob


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "state.db") as opened:
        yield opened


@pytest.fixture
def start(store):
    running = []

    def begin():
        one = controller(store, SYSTEM_CLOCK)
        one.start()
        running.append(one)
        return one

    yield begin
    for one in running:
        one.stop()


def job(name="mnist", **spec):
    made = tfjob(name=name, **(spec or {"Worker": replica(2, restartPolicy="ExitCode")}))
    del made["metadata"]["uid"]
    return made


def pods(store, count):
    found = store.list(PODS, "ml")
    return found if len(found) == count else None


def report(store, pod, phase, code=None):
    """Do what the node agent does: bind the pod and write its status."""

    def change(obj):
        state = {"running": {}} if code is None else {"terminated": {"exitCode": code}}
        status = {"name": "tensorflow", "restartCount": 0, "state": state}
        obj = deepcopy(obj)
        obj["spec"]["nodeName"] = "here"
        obj["status"] = {"phase": phase, "containerStatuses": [status]}
        return obj

    store.modify(Key(PODS, "ml", name_of(pod)), change)


def condition(store, name="mnist"):
    found = store.find(TFJOBS, "ml", name) or {}
    conditions = (found.get("status") or {}).get("conditions") or []
    return conditions[-1]["type"] if conditions else None


def test_from_creation_to_success(store, start):
    start()
    made = store.create(job())
    workers = eventually(lambda: pods(store, 2))
    for pod in workers:
        assert pod["metadata"]["ownerReferences"][0]["uid"] == uid_of(made)
        report(store, pod, "Running")
    eventually(lambda: condition(store) == "Running")
    for pod in workers:
        report(store, pod, "Succeeded", 0)
    eventually(lambda: condition(store) == "Succeeded")
    reasons = {event["reason"] for event in store.list(EVENTS, "ml")}
    assert {"SuccessfulCreatePod", "TFJobCreated", "TFJobRunning", "TFJobSucceeded"} <= reasons
    assert all(event["count"] == 1 for event in store.list(EVENTS, "ml"))


def test_a_restarted_control_plane_keeps_pods_and_ports(store, start):
    start().stop()
    first = start()
    store.create(job())
    before = eventually(lambda: pods(store, 2))
    first.stop()
    start()
    report(store, before[0], "Running")
    eventually(lambda: condition(store) == "Running")
    after = pods(store, 2)
    assert [uid_of(pod) for pod in after] == [uid_of(pod) for pod in before]
    assert [pod["spec"]["containers"] for pod in after] == [
        pod["spec"]["containers"] for pod in before
    ]


def test_a_killed_worker_comes_back_with_its_port(store, start):
    start()
    store.create(job())
    workers = eventually(lambda: pods(store, 2))
    for pod in workers:
        report(store, pod, "Running")
    eventually(lambda: condition(store) == "Running")
    report(store, workers[1], "Failed", 137)
    again = eventually(
        lambda: next(
            (
                pod
                for pod in store.list(PODS, "ml")
                if name_of(pod) == name_of(workers[1]) and uid_of(pod) != uid_of(workers[1])
            ),
            None,
        )
    )
    assert "TFJobRestarting" in {event["reason"] for event in store.list(EVENTS, "ml")}
    assert again["spec"]["containers"] == workers[1]["spec"]["containers"]
    assert uid_of(store.get(PODS, "ml", name_of(workers[0]))) == uid_of(workers[0])


def test_many_jobs_share_no_port_and_listen_where_tf_config_says(store, start):
    start()
    for number in range(10):
        store.create(job(f"job-{number}"))
    everyone = eventually(lambda: pods(store, 20))
    ports = [pod["spec"]["containers"][0]["ports"][0]["containerPort"] for pod in everyone]
    assert len(set(ports)) == 20
    for pod, port in zip(everyone, ports, strict=True):
        config = json.loads(pod["spec"]["containers"][0]["env"][0]["value"])
        own = config["cluster"]["worker"][config["task"]["index"]]
        assert own == f"{name_of(pod)}.ml.svc:{port}"
        service = store.get(SERVICES, "ml", name_of(pod))
        assert service["metadata"]["annotations"]["pinnace.dev/port"] == str(port)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))


def test_deleting_the_job_takes_its_children_along(store, start):
    start()
    store.create(job())
    eventually(lambda: pods(store, 2))
    store.delete(Key(TFJOBS, "ml", "mnist"))
    eventually(lambda: store.list(PODS, "ml") == [] == store.list(SERVICES, "ml"))


def test_a_bad_job_does_not_delay_a_good_one(store, start):
    start()
    broken = job("broken")
    broken["spec"]["tfReplicaSpecs"] = {"Worker": {"replicas": "two"}}
    store.create(broken)
    store.create(job("good"))
    eventually(lambda: pods(store, 2))
    eventually(lambda: condition(store, "broken") == "Failed")
