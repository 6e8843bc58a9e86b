"""Deployments: rollouts step by step, revisions, and what the conditions say."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from pinnace.objects.meta import annotations_of, name_of
from pinnace.workloads.deployment_spec import read_rollout
from pinnace.workloads.deployments import decide_deployment
from pinnace.workloads.revisions import present_of, template_hash
from pinnace.workloads.rollout import Size, grown, shrunk
from tests.unit.workloads.world import NOW, Rollouts, Thing, conditions, deployment

REVISION = "deployment.kubernetes.io/revision"


def rollout(replicas: int, surge: Any = "25%", missing: Any = "25%") -> Any:
    return read_rollout(deployment(replicas, strategy={
        "type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": missing},
    }))  # fmt: skip


@pytest.mark.parametrize(
    ("replicas", "surge", "missing", "expected"),
    [
        (3, "25%", "25%", (1, 0)),  # up, and down
        (10, "25%", "25%", (3, 2)),
        (4, 1, 0, (1, 0)),
        (4, 0, 0, (0, 1)),  # with neither nothing could move
        (2, "0%", "1%", (0, 1)),
        (2, 1, 5, (1, 2)),
        (0, "25%", "25%", (0, 0)),
    ],
)
def test_the_pace_of_a_rollout(
    replicas: int, surge: Any, missing: Any, expected: tuple[int, int]
) -> None:
    found = rollout(replicas, surge, missing)
    assert (found.max_surge, found.max_unavailable) == expected


def test_a_spec_that_says_nothing_has_kubernetes_defaults() -> None:
    found = read_rollout({"spec": {}})
    assert (found.replicas, found.history, found.deadline, found.recreate) == (1, 10, 600, False)
    assert read_rollout({"spec": {"progressDeadlineSeconds": 2**31 - 1}}).deadline is None


@pytest.mark.parametrize(
    ("present", "others", "expected"),
    [
        (0, [], 4),  # a new Deployment: all at once
        (0, [4], 1),  # within the surge
        (1, [4], 1),  # no room
        (1, [3], 2),
        (3, [0], 4),
        (6, [], 4),  # scaled down
    ],
)
def test_how_the_new_replicas_grow(present: int, others: list[int], expected: int) -> None:
    sizes = [Size(name="o", replicas=size, available=size) for size in others]
    assert grown(rollout(4, 1, 1), present, sizes) == expected


@pytest.mark.parametrize(
    ("present", "others", "expected"),
    [
        ((1, 0), [(4, 4)], {"0": 3}),  # one may be missing
        ((1, 1), [(4, 4)], {"0": 2}),
        ((2, 1), [(3, 3)], {"0": 2}),
        ((1, 0), [(3, 3)], {}),
        ((1, 1), [(2, 0), (2, 2)], {"0": 0}),  # what is broken goes first
        ((4, 4), [(1, 1), (1, 1)], {"0": 0, "1": 0}),
        ((1, 0), [(4, 1)], {"0": 3}),  # too few are available: only what is broken, and spare
    ],
)
def test_how_the_old_replicas_shrink(
    present: tuple[int, int], others: list[tuple[int, int]], expected: dict[str, int]
) -> None:
    sizes = [
        Size(name=str(n), replicas=want, available=has) for n, (want, has) in enumerate(others)
    ]
    new = Size(name="new", replicas=present[0], available=present[1])
    assert shrunk(rollout(4, 1, 1), new, sizes) == expected


def settle(world: Rollouts, old_pods: int = 0, *, watch: Any = None) -> None:
    """Decide and start Pods until nothing changes."""
    for _ in range(50):
        moved = world.take(decide_deployment(world.owner, world.sets, old_pods, world.now))
        if watch is not None:
            watch(world)
        before = deepcopy(world.sets)
        if not moved:
            world.start_all()
        if not moved and world.sets == before:
            return
    raise AssertionError("it never comes to rest")


def changed(owner: Thing, image: str, **spec: Any) -> Thing:
    new = deepcopy(owner)
    new["spec"]["template"]["spec"]["containers"][0]["image"] = image
    new["spec"] |= spec
    new["metadata"]["generation"] += 1
    return new


def test_a_new_deployment_has_one_replica_set_and_says_when_it_is_there() -> None:
    world = Rollouts(deployment(3))
    first = decide_deployment(world.owner, [], 0, NOW)
    assert conditions(first) == {
        "Available": ("False", "MinimumReplicasUnavailable"),
        "Progressing": ("True", "NewReplicaSetCreated"),
    }
    settle(world)
    (only,) = world.sets
    label = only["metadata"]["labels"]["pod-template-hash"]
    assert name_of(only) == f"web-{label}"
    assert only["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": label}
    assert annotations_of(only)[REVISION] == annotations_of(world.owner)[REVISION] == "1"
    status = world.owner["status"]
    assert {c["type"]: c["reason"] for c in status["conditions"]} == {
        "Available": "MinimumReplicasAvailable", "Progressing": "NewReplicaSetAvailable",
    }  # fmt: skip
    assert status | {"conditions": []} == {
        "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3,
        "availableReplicas": 3, "conditions": [],
    }  # fmt: skip
    assert world.notes == [f"ScalingReplicaSet: Scaled up replica set {name_of(only)} from 0 to 3"]


def test_a_rolling_update_never_has_too_few_or_too_many() -> None:
    pace = {"maxSurge": 1, "maxUnavailable": 1}
    world = Rollouts(deployment(4, strategy={"type": "RollingUpdate", "rollingUpdate": pace}))
    settle(world)
    world.owner = changed(world.owner, "b")

    def watch(world: Rollouts) -> None:
        assert sum(world.counts().values()) <= 5
        running = [min(one["spec"]["replicas"], (one.get("status") or {}).get("replicas", 0))
                   for one in world.sets]  # fmt: skip
        assert sum(running) >= 3

    settle(world, watch=watch)
    assert sorted(world.counts().values()) == [0, 4]
    assert [annotations_of(one)[REVISION] for one in world.sets] == ["1", "2"]
    assert annotations_of(world.owner)[REVISION] == "2"


def test_going_back_takes_the_old_replica_set_and_gives_it_a_new_revision() -> None:
    world = Rollouts(deployment(2))
    for image in ("b", "a"):
        settle(world)
        world.owner = changed(world.owner, image)
    # as kubectl rollout undo writes it: a Go struct with its zeros
    world.owner["spec"]["template"]["metadata"]["creationTimestamp"] = None
    world.owner["spec"]["template"]["spec"]["containers"][0]["resources"] = {}
    settle(world)
    assert list(world.counts().values()) == [2, 0]
    assert [annotations_of(one)[REVISION] for one in world.sets] == ["3", "2"]
    assert annotations_of(world.sets[0])["deployment.kubernetes.io/revision-history"] == "1"


def test_recreate_waits_until_all_old_pods_have_ended() -> None:
    world = Rollouts(deployment(2, strategy={"type": "Recreate"}))
    settle(world)
    world.owner = changed(world.owner, "b")
    settle(world, old_pods=1)
    assert list(world.counts().values()) == [0]
    settle(world, old_pods=0)
    assert list(world.counts().values()) == [0, 2]


def test_scaling_makes_no_revision() -> None:
    world = Rollouts(deployment(2))
    settle(world)
    world.owner = changed(world.owner, "a", replicas=5)
    settle(world)
    assert list(world.counts().values()) == [5]
    assert world.notes[1].endswith("from 2 to 5")
    world.owner = changed(world.owner, "a", replicas=0)
    settle(world)
    assert list(world.counts().values()) == [0]
    assert annotations_of(world.owner)[REVISION] == "1"


def test_a_paused_deployment_is_resized_but_not_rolled_out() -> None:
    world = Rollouts(deployment(2))
    settle(world)
    world.owner = changed(world.owner, "b", paused=True, replicas=3)
    settle(world)
    assert list(world.counts().values()) == [3]
    progressing = {c["type"]: c["reason"] for c in world.owner["status"]["conditions"]}
    assert progressing["Progressing"] == "DeploymentPaused"
    world.owner = changed(world.owner, "b", paused=False)
    settle(world)
    assert list(world.counts().values()) == [0, 3]


def test_old_revisions_beyond_the_history_are_deleted() -> None:
    world = Rollouts(deployment(1, revisionHistoryLimit=1))
    for image in "bcd":
        settle(world)
        world.owner = changed(world.owner, image)
    settle(world)
    assert [annotations_of(one)[REVISION] for one in world.sets] == ["3", "4"]


def test_a_rollout_that_stands_still_fails_at_its_deadline() -> None:
    world = Rollouts(deployment(1, progressDeadlineSeconds=5))
    world.take(decide_deployment(world.owner, world.sets, 0, NOW))
    waiting = decide_deployment(world.owner, world.sets, 0, NOW)
    assert waiting.requeue_after == 5
    world.now += timedelta(seconds=5)
    late = decide_deployment(world.owner, world.sets, 0, world.now)
    assert conditions(late)["Progressing"] == ("False", "ProgressDeadlineExceeded")
    assert late.requeue_after is None


def test_a_template_is_the_same_with_and_without_its_defaults() -> None:
    world = Rollouts(deployment(1))
    settle(world)
    world.sets[0]["spec"]["template"]["spec"] |= {
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
    }
    settle(world)
    assert list(world.counts().values()) == [1]


def test_the_same_template_has_the_same_name() -> None:
    template = deployment()["spec"]["template"]
    assert template_hash(template, 0) == template_hash(deepcopy(template), 0)
    assert template_hash(template, 0) != template_hash(template, 1)
    assert present_of(deployment(), []) is None
