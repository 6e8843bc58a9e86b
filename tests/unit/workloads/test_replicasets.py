"""ReplicaSets: as many Pods as wanted."""

from datetime import timedelta
from typing import Any

import pytest

from pinnace.reconcile import NOTHING, Decision
from pinnace.workloads.replicasets import decide_replica_set
from tests.unit.workloads.world import (
    NOW,
    Thing,
    ended,
    gone,
    made,
    pod,
    replica_set,
    said,
    suffixes,
)


def decide(replicas: Thing, *pods: Thing, seconds: float = 0) -> Decision:
    names = suffixes()
    return decide_replica_set(replicas, pods, NOW + timedelta(seconds=seconds), lambda: next(names))


def test_missing_pods_are_made_of_the_template() -> None:
    owner = replica_set(2)
    decision = decide(owner, pod("web-1-a"))
    assert made(decision) == ["web-1-s0"]
    assert said(decision) == ["SuccessfulCreate: Created pod: web-1-s0"]
    metadata = decision.wanted[0]["metadata"]
    assert metadata["labels"] == {"app": "web"}
    assert metadata["ownerReferences"][0]["uid"] == owner["metadata"]["uid"]
    assert metadata["ownerReferences"][0]["controller"] is True


@pytest.mark.parametrize(
    "other",
    [ended("x", "Failed"), ended("x", "Succeeded"),
     pod("x", metadata={"deletionTimestamp": "2026-01-31T12:00:00Z"})],
)  # fmt: skip
def test_a_pod_that_ends_or_goes_is_replaced(other: Thing) -> None:
    decision = decide(replica_set(1), other)
    assert made(decision) == ["web-1-s0"]
    assert gone(decision) == []
    assert decision.status is not None
    assert decision.status["status"] == {"replicas": 0, "observedGeneration": 1}


def test_what_can_be_spared_goes_first() -> None:
    unplaced = pod("unplaced", "Pending")
    unplaced["spec"] = {}
    young = pod("young", metadata={"creationTimestamp": "2026-01-31T12:00:05Z"})
    pods = [pod("old"), young, pod("unready", ready=False), pod("pending", "Pending"), unplaced]
    assert gone(decide(replica_set(1), *pods)) == ["unplaced", "pending", "unready", "young"]
    assert gone(decide(replica_set(4), *pods)) == ["unplaced"]
    assert gone(decide(replica_set(0), *pods[:1])) == ["old"]


def test_the_status_counts() -> None:
    decision = decide(replica_set(3), pod("a"), pod("b"), pod("c", ready=False))
    assert decision.status is not None
    assert decision.status["status"] == {
        "replicas": 3, "fullyLabeledReplicas": 3, "readyReplicas": 2, "availableReplicas": 2,
        "observedGeneration": 1,
    }  # fmt: skip
    assert decide(decision.status, pod("a"), pod("b"), pod("c", ready=False)) == NOTHING


@pytest.mark.parametrize(
    ("seconds", "available", "again"), [(0, None, 10), (4, None, 6), (10, 1, None)]
)
def test_a_pod_is_available_when_it_was_ready_for_long_enough(
    seconds: int, available: Any, again: Any
) -> None:
    decision = decide(replica_set(1, minReadySeconds=10), pod("a"), seconds=seconds)
    assert decision.status is not None
    assert decision.status["status"].get("availableReplicas") == available
    assert decision.requeue_after == again


def test_one_that_is_being_deleted_makes_nothing() -> None:
    owner = replica_set(2)
    owner["metadata"]["deletionTimestamp"] = "2026-01-31T12:00:00Z"
    assert made(decide(owner)) == []
