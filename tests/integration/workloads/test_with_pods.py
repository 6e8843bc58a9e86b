"""Deployments and Jobs with real Pods: they come, go, are replaced, and end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import DEPLOYMENTS, JOBS, PODS, REPLICA_SETS
from pinnace.objects.meta import Key, condition, labels_of, name_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods import Backoff, PodSettings, choose_runtime
from pinnace.workloads import controllers
from tests.eventually import eventually
from tests.integration.pods.conftest import Cluster

pytestmark = pytest.mark.slow
SLEEP = ["sh", "-c", "exec sleep 600"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    runtime, _ = choose_runtime(Path("/nonexistent"), "auto")
    settings = PodSettings(backoff=Backoff(base=0.05, longest=0.2))
    opened = Cluster(tmp_path_factory.mktemp("workloads") / "state", runtime.name, settings, {})
    opened.up()
    parts = controllers(opened.store, SYSTEM_CLOCK)
    for part in parts:
        part.start()
    yield opened
    for part in parts:
        part.stop()
    opened.down(kill=True)


def template(name: str, command: list[str], policy: str = "Always") -> dict[str, Any]:
    container = {"name": "main", "image": "busybox", "command": command}
    spec = {"restartPolicy": policy, "terminationGracePeriodSeconds": 0, "containers": [container]}
    return {"metadata": {"labels": {"app": name}}, "spec": spec}


def deploy(cluster: Cluster, name: str, replicas: int, **spec: Any) -> Object:
    body = {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": template(name, SLEEP), **spec}  # fmt: skip
    metadata = {"name": name, "namespace": "default"}
    return cluster.store.create(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": body}
    )


def run(cluster: Cluster, name: str, command: list[str], **spec: Any) -> Object:
    body = {"template": template(name, command, spec.pop("policy", "Never")), **spec}
    metadata = {"name": name, "namespace": "default"}
    return cluster.store.create(
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": body}
    )


def status(cluster: Cluster, kind: Any, name: str) -> dict[str, Any]:
    return (cluster.store.get(kind, "default", name)).get("status") or {}


def pods_of(cluster: Cluster, name: str) -> list[Object]:
    return [pod for pod in cluster.store.list(PODS, "default") if labels_of(pod).get("app") == name]


def settled(cluster: Cluster, name: str, replicas: int) -> None:
    def done() -> bool:
        deployment = cluster.store.get(DEPLOYMENTS, "default", name)
        found = deployment.get("status") or {}
        fields = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
        counts = {found.get(field, 0) for field in fields}
        current = found.get("observedGeneration") == deployment["metadata"]["generation"]
        return current and counts == {replicas} and len(pods_of(cluster, name)) == replicas

    eventually(done)


def ended(cluster: Cluster, name: str, type_: str) -> Object:
    def done() -> Object | None:
        job = cluster.store.get(JOBS, "default", name)
        return job if (condition(job, type_) or {}).get("status") == "True" else None

    found = eventually(done)
    assert found is not None
    return found


def test_a_deployment_lives_from_creation_to_deletion(cluster: Cluster) -> None:
    deploy(cluster, "web", 2)
    settled(cluster, "web", 2)
    first = {uid_of(pod) for pod in pods_of(cluster, "web")}
    cluster.delete(name_of(pods_of(cluster, "web")[0]), grace=0)  # a lost Pod is replaced
    eventually(lambda: len(first - {uid_of(pod) for pod in pods_of(cluster, "web")}) == 1)
    settled(cluster, "web", 2)

    def update(deployment: Object) -> Object:
        changed = template("web", ["sh", "-c", "exec sleep 601"])
        return {**deployment, "spec": {**deployment["spec"], "template": changed, "replicas": 3}}

    key = Key(DEPLOYMENTS, "default", "web")
    cluster.store.modify(key, update)
    settled(cluster, "web", 3)
    sets = cluster.store.list(REPLICA_SETS, "default")
    assert sorted(one["spec"]["replicas"] for one in sets) == [0, 3]
    assert {pod["spec"]["containers"][0]["command"][2] for pod in pods_of(cluster, "web")} == {
        "exec sleep 601"
    }
    cluster.store.delete(key)
    eventually(lambda: not pods_of(cluster, "web"))
    assert cluster.store.list(REPLICA_SETS, "default") == []


def test_what_exits_is_restarted_where_it_is(cluster: Cluster) -> None:
    command = ["sh", "-c", "test -e /tmp/x || { touch /tmp/x; exit 1; }; sleep 600"]
    deploy(cluster, "flaky", 1, template=template("flaky", command))

    def restarted() -> bool:
        found = [(pod.get("status") or {}).get("containerStatuses")
                 for pod in pods_of(cluster, "flaky")]  # fmt: skip
        return bool(found and found[0]) and found[0][0]["restartCount"] > 0

    eventually(restarted)
    assert len(pods_of(cluster, "flaky")) == 1
    cluster.store.delete(Key(DEPLOYMENTS, "default", "flaky"))
    eventually(lambda: not pods_of(cluster, "flaky"))


def test_recreate_lets_no_two_versions_run_at_once(cluster: Cluster) -> None:
    deploy(cluster, "one", 1, strategy={"type": "Recreate"})
    settled(cluster, "one", 1)
    old = uid_of(pods_of(cluster, "one")[0])

    def update(deployment: Object) -> Object:
        changed = template("one", ["sh", "-c", "exec sleep 602"])
        return {**deployment, "spec": {**deployment["spec"], "template": changed}}

    seen: list[set[str]] = []
    stop = cluster.store.subscribe(
        lambda changes: seen.append({uid_of(pod) for pod in pods_of(cluster, "one")})
    )
    cluster.store.modify(Key(DEPLOYMENTS, "default", "one"), update)
    settled(cluster, "one", 1)
    eventually(lambda: old not in {uid_of(pod) for pod in pods_of(cluster, "one")})
    stop()
    assert all(len(uids) <= 1 for uids in seen)
    cluster.store.delete(Key(DEPLOYMENTS, "default", "one"))
    eventually(lambda: not pods_of(cluster, "one"))


def test_a_job_runs_each_of_its_indexes_once(cluster: Cluster) -> None:
    run(cluster, "sums", ["sh", "-c", "echo $JOB_COMPLETION_INDEX on $(hostname)"],
        completions=3, parallelism=2, completionMode="Indexed")  # fmt: skip
    job = ended(cluster, "sums", "Complete")
    assert (job["status"]["succeeded"], job["status"]["completedIndexes"]) == (3, "0-2")
    said = sorted(cluster.log(name_of(pod)) for pod in pods_of(cluster, "sums"))
    assert said == ["0 on sums-0\n", "1 on sums-1\n", "2 on sums-2\n"]
    cluster.store.delete(Key(JOBS, "default", "sums"))
    eventually(lambda: not pods_of(cluster, "sums"))


def test_a_job_that_fails_too_often_or_takes_too_long(cluster: Cluster) -> None:
    run(cluster, "bad", ["sh", "-c", "exit 3"], backoffLimit=1)
    run(cluster, "slow", SLEEP, activeDeadlineSeconds=1)
    job = ended(cluster, "bad", "Failed")
    assert job["status"]["failed"] == 2
    assert (condition(job, "Failed") or {})["reason"] == "BackoffLimitExceeded"
    late = ended(cluster, "slow", "Failed")
    assert (condition(late, "Failed") or {})["reason"] == "DeadlineExceeded"
    cluster.store.modify(
        Key(JOBS, "default", "slow"),
        lambda job: {**job, "spec": {**job["spec"], "ttlSecondsAfterFinished": 1}},
    )
    eventually(lambda: cluster.store.find(JOBS, "default", "slow") is None)


def test_a_job_is_suspended_and_resumed(cluster: Cluster) -> None:
    run(cluster, "held", ["sh", "-c", "test -e /tmp/never || sleep 0.1"], suspend=True)
    ended(cluster, "held", "Suspended")
    assert pods_of(cluster, "held") == []
    cluster.store.modify(
        Key(JOBS, "default", "held"), lambda job: {**job, "spec": {**job["spec"], "suspend": False}}
    )
    ended(cluster, "held", "Complete")
