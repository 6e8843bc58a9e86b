"""The agent on real Pods: restarts, deadlines, deletion, init containers, scheduling, the node."""

import os
import threading
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import BadRequest
from pinnace.objects.kinds import EVENTS, NODES, PODS
from pinnace.objects.meta import condition, key_of
from pinnace.pods import Backoff
from tests.eventually import eventually
from tests.integration.pods.conftest import Cluster, Start


def _container(script: str, name: str = "main", **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox", "command": ["sh", "-c", script], **more}


def _reasons(cluster: Cluster) -> list[str]:
    return [str(event["reason"]) for event in cluster.store.list(EVENTS)]


def test_a_pod_from_its_creation_to_its_end(start: Start) -> None:
    cluster = start()
    cluster.sh("while [ ! -e /go ]; do sleep 0.02; done; echo done")
    pod = cluster.running()
    assert pod["status"]["phase"] == "Running"
    assert condition(pod, "Ready") is not None and condition(pod, "Ready")["status"] == "True"
    (cluster.attempt() / "rootfs/go").touch()
    pod = cluster.finished()
    status = pod["status"]
    assert (status["phase"], status["podIP"], status["qosClass"]) == (
        "Succeeded",
        "127.0.0.1",
        "BestEffort",
    )
    assert status["startTime"] and pod["spec"]["nodeName"] == "pinnace"
    conditions = {c["type"]: (c["status"], c.get("reason")) for c in status["conditions"]}
    assert conditions == {
        "PodScheduled": ("True", None),
        "Initialized": ("True", None),
        "Ready": ("False", "PodCompleted"),
        "ContainersReady": ("False", "PodCompleted"),
    }
    assert sorted(_reasons(cluster)) == ["Created", "Scheduled", "Started"]


def test_nothing_is_written_while_nothing_changes(start: Start) -> None:
    cluster = start()
    cluster.sh("sleep 60")
    pod = cluster.running()
    assert cluster.agent is not None
    for _ in range(3):
        cluster.agent.reconcile(key_of(pod))
    assert cluster.pod() == pod


def test_init_containers_run_in_order_and_a_failure_ends_the_pod(start: Start) -> None:
    cluster = start()
    inits = [
        _container("exit 0", "one"),
        _container("exit 4", "two"),
        _container("exit 0", "three"),
    ]
    cluster.create({"initContainers": inits, "containers": [_container("echo never")]})
    status = cluster.finished()["status"]
    assert status["phase"] == "Failed"
    assert cluster.exit(container="two")["exitCode"] == 4
    assert cluster.status(container="three")["state"] == {"waiting": {"reason": "PodInitializing"}}
    assert cluster.status()["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_on_failure_restarts_until_it_succeeds(start: Start) -> None:
    cluster = start()
    volumes = [{"name": "v", "emptyDir": {}}]
    script = "echo x >> /v/count; echo run $(wc -l < /v/count); test $(wc -l < /v/count) = 3"
    container = _container(script, volumeMounts=[{"name": "v", "mountPath": "/v"}])
    cluster.create({"restartPolicy": "OnFailure", "containers": [container], "volumes": volumes})
    assert cluster.finished()["status"]["phase"] == "Succeeded"
    status = cluster.status()
    assert status["restartCount"] == 2
    assert status["lastState"]["terminated"]["exitCode"] == 1
    assert (cluster.log(), cluster.log(previous=True)) == ("run 3\n", "run 2\n")


def test_a_restarted_container_has_a_fresh_root(start: Start) -> None:
    cluster = start()
    script = "ls /tmp; echo seen; exec sleep 300"
    container = {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    volumes = [{"name": "v", "emptyDir": {}}]
    cluster.sh(
        f"test -e /v/old || {{ touch /tmp/old /v/old; exit 1; }}; {script}",
        restartPolicy="OnFailure", container=container, volumes=volumes,
    )  # fmt: skip
    eventually(lambda: cluster.log().endswith("seen\n"))
    assert cluster.log() == "seen\n"
    assert cluster.attempt(number=1).exists()
    assert not (cluster.attempt() / "rootfs").exists()


def test_back_off_shows_as_crash_loop(start: Start) -> None:
    cluster = start(backoff=Backoff(base=30, longest=300))
    cluster.sh("exit 1", restartPolicy="Always")
    eventually(lambda: "waiting" in cluster.status().get("state", {}))
    status = cluster.status()
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert status["state"]["waiting"]["message"].startswith("back-off 30s restarting failed")
    assert status["lastState"]["terminated"]["exitCode"] == 1
    assert status["restartCount"] == 1
    assert cluster.phase() == "Running"
    eventually(lambda: "BackOff" in _reasons(cluster))


def test_active_deadline(start: Start) -> None:
    cluster = start()
    cluster.sh("sleep 300", activeDeadlineSeconds=2, terminationGracePeriodSeconds=1)
    status = cluster.finished()["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == "Pod was active on the node longer than the specified deadline"
    assert cluster.exit()["exitCode"] == 143


def test_a_native_sidecar_runs_beside_and_ends_after(start: Start) -> None:
    cluster = start()
    sidecar = _container("trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done", "side")
    inits = [{**sidecar, "restartPolicy": "Always"}]
    cluster.create({"initContainers": inits, "containers": [_container("echo main")]})
    assert cluster.finished()["status"]["phase"] == "Succeeded"
    assert cluster.log() == "main\n"


def test_deleting_removes_the_folder_and_then_the_object(start: Start) -> None:
    cluster = start()
    ending = "while [ ! -e /go ]; do sleep 0.02; done; exit 0"
    cluster.sh(f"trap '{ending}' TERM; echo ready; while :; do sleep 0.02; done")
    eventually(lambda: cluster.log() == "ready\n")
    folder = cluster.attempt().parents[2]
    cluster.delete()
    assert cluster.pod() is not None and folder.exists()
    (cluster.attempt() / "rootfs/go").touch()
    eventually(lambda: cluster.pod() is None)
    assert not folder.exists()


def test_a_forced_deletion_kills_and_a_new_pod_of_the_name_is_another(start: Start) -> None:
    cluster = start()
    cluster.sh("trap '' TERM; while :; do sleep 0.02; done")
    cluster.running()
    folder = cluster.attempt().parents[2]
    cluster.delete(grace=0)
    assert cluster.pod() is None
    assert cluster.run("echo second") == "second\n"
    eventually(lambda: not folder.exists())


class _DeletesWhatFinished:
    """A clock that deletes the Pod while the agent looks at it for the last time."""

    def __init__(self) -> None:
        self.cluster: Cluster | None = None
        self.deleted = False

    def now(self) -> datetime:
        cluster = self.cluster
        if cluster is not None and not self.deleted and cluster.phase() == "Succeeded":
            self.deleted = True
            cluster.delete(grace=0)
            eventually(lambda: cluster.agent and cluster.agent._gone)  # the change has arrived
        return SYSTEM_CLOCK.now()


def test_a_pod_deleted_during_the_last_look_at_it_leaves_no_folder(start: Start) -> None:
    clock = _DeletesWhatFinished()
    cluster = clock.cluster = start(clock=clock)
    cluster.sh("true")
    eventually(lambda: clock.deleted)
    eventually(lambda: not list((cluster.state / "pods").iterdir()))


def test_thirty_pods_of_one_cpu_run_two_at_a_time_and_all_finish(start: Start) -> None:
    cluster = start(cpus=Decimal(2))
    most = 0
    now: set[str] = set()
    bound: dict[str, None] = {}
    lock = threading.Lock()

    def count(changes: Any) -> None:
        nonlocal most
        for change in changes:
            if change.key.kind != PODS:
                continue
            with lock:
                running = (change.object.get("status") or {}).get("phase") == "Running"
                (now.add if running else now.discard)(change.key.name)
                if change.object["spec"].get("nodeName"):
                    bound.setdefault(change.key.name)
                most = max(most, len(now))

    stop = cluster.store.subscribe(count)
    requests = {"resources": {"requests": {"cpu": "1"}}}
    for n in range(30):
        cluster.sh("sleep 0.1", name=f"p{n}", container=requests)
    big = {"resources": {"requests": {"cpu": "64"}}}
    cluster.sh("true", name="impossible", container=big)
    waiting: Any = eventually(
        lambda: condition(cluster.store.get(PODS, "default", "p29"), "PodScheduled")
    )
    assert (waiting["status"], waiting["reason"]) == ("False", "Unschedulable")
    assert waiting["message"] == "0/1 nodes are available: 1 Insufficient cpu."
    for n in range(30):
        assert cluster.finished(f"p{n}", timeout=40)["status"]["phase"] == "Succeeded"
    stop()
    assert most == 2
    assert cluster.phase("impossible") == "Pending"
    message = (condition(cluster.pod("impossible") or {}, "PodScheduled") or {})["message"]
    assert message.startswith("0/1 nodes are available: 1 Insufficient cpu.") and "64" in message
    assert list(bound) == [f"p{n}" for n in range(30)]


def test_the_node_object(start: Start) -> None:
    cluster = start(cpus=Decimal(2), memory=Decimal(4 << 30), pods=7)
    node = cluster.store.get(NODES, "", "pinnace")
    assert node["status"]["allocatable"] == {"cpu": "2", "memory": "4194304Ki", "pods": "7"}
    assert (condition(node, "Ready") or {})["status"] == "True"


def test_following_a_log_ends_with_the_container(start: Start) -> None:
    cluster = start()
    cluster.sh("for i in 1 2 3; do echo $i; sleep 0.1; done")
    eventually(lambda: cluster.attempt().exists() and (cluster.attempt() / "log").exists())
    assert cluster.log(follow=True) == "1\n2\n3\n"
    assert cluster.log(tail=1) == "3\n"
    assert cluster.log(limit_bytes=3) == "1\n2"
    stamped = cluster.log(timestamps=True, tail=1)
    assert stamped.endswith("Z 3\n")


def test_the_log_of_a_container_that_waits(start: Start) -> None:
    cluster = start(cpus=Decimal(1))
    cluster.sh("true", container={"resources": {"requests": {"cpu": "2"}}})
    with pytest.raises(BadRequest, match='container "main" in pod "p" is waiting to start'):
        cluster.log()


def test_unknown_images_are_said_once(start: Start) -> None:
    cluster = start()
    cluster.sh("true", container={"image": "acme/unknown:1"})
    cluster.finished()
    assert _reasons(cluster).count("ImageMapped") == 1


@pytest.mark.slow
def test_many_running_pods_cost_nothing(start: Start) -> None:
    cluster = start(workers=4)
    for n in range(60):
        cluster.sh("sleep 300", name=f"p{n}")
    for n in range(60):
        cluster.running(f"p{n}")

    def quiet() -> bool:
        before = os.times()
        threading.Event().wait(2)
        after = os.times()
        return (after.user + after.system) - (before.user + before.system) < 0.2

    eventually(quiet)  # once their start is over and told
