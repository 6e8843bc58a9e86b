"""What happens after failures: restart policies, back-off, limits, and what is said about it."""

import pytest

from .world import World, replica, tfjob

LIMIT = "Job mnist has failed because it has reached the specified backoff limit"


def running(policy=None, **spec):
    world = World(tfjob(policy=policy, **spec)).settle()
    for name in world.pods:
        world.phase(name, "Running")
    return world.settle()


@pytest.mark.parametrize(
    ("policy", "code", "outcome"),
    [
        ("ExitCode", 1, "failed"),
        ("ExitCode", 127, "failed"),
        ("ExitCode", 128, "restarted"),
        ("ExitCode", 138, "restarted"),
        ("ExitCode", 137, "restarted"),
        ("ExitCode", None, "restarted"),
        ("OnFailure", 1, "restarted"),
        ("Always", 1, "restarted"),
        ("Never", 138, "failed"),
    ],
)
def test_a_failed_pod(policy, code, outcome):
    world = running(Worker=replica(2, restartPolicy=policy))
    world.phase("mnist-worker-1", "Failed", code)
    world.step()
    if outcome == "failed":
        assert ("Failed", "True") in world.conditions()
        assert "mnist-worker-1" in world.pods
        return
    assert world.conditions() == [("Created", "True"), ("Restarting", "True")]
    assert world.message("Restarting") == (
        "job mnist is restarting because Worker replica(s) failed."
    )
    assert world.status["replicaStatuses"] == {"Worker": {"active": 1, "failed": 1}}
    assert world.events[-1][:2] == ("Warning", "TFJobRestarting")
    world.settle()
    assert "status" not in world.pods["mnist-worker-1"], "made anew"
    world.phase("mnist-worker-1", "Running")
    assert world.settle().conditions() == [("Created", "True"), ("Running", "True")]


def test_a_code_that_is_not_worth_a_retry():
    world = running(Worker=replica(2, restartPolicy="ExitCode"))
    world.phase("mnist-worker-0", "Failed", 1)
    world.settle()
    assert world.message("Failed") == 'job "mnist" is failing because "Worker" replica(s) failed.'
    assert world.status["completionTime"]


def test_a_restarted_replica_keeps_its_port():
    world = running(Worker=replica(2, restartPolicy="OnFailure"))
    before = world.pods["mnist-worker-1"]["spec"]
    world.phase("mnist-worker-1", "Failed", 1)
    world.settle()
    assert world.pods["mnist-worker-1"]["spec"] == before


def test_rounds_of_restarts_wait_longer_and_longer():
    world = running(Worker=replica(1, restartPolicy="OnFailure"))
    waits = []
    for _ in range(9):
        world.phase("mnist-worker-0", "Failed", 1)
        world.settle()
        waits.append(0.0 if world.pods else world.last.requeue_after)
        world.pass_time(waits[-1])
        world.settle()
        assert world.pods, "made when the pause is over"
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_group_that_fails_as_a_whole_comes_back_at_once():
    world = running(Worker=replica(3, restartPolicy="ExitCode"))
    for name in list(world.pods):
        world.phase(name, "Failed", 138)
    world.settle()
    assert len(world.pods) == 3


@pytest.mark.parametrize(
    ("limit", "restarts", "failed"),
    [(0, 0, False), (0, 1, True), (3, 2, False), (3, 3, True), (None, 100, False)],
)
def test_backoff_limit_counts_restarts_in_place_of_running_pods(limit, restarts, failed):
    world = running({"backoffLimit": limit}, Worker=replica(2, restartPolicy="OnFailure"))
    world.phase("mnist-worker-0", "Running", restarts=restarts)
    world.settle()
    assert (("Failed", "True") in world.conditions()) is failed
    if failed:
        assert world.message("Failed") == LIMIT
        assert (world.pods, world.services) == ({}, {})


def test_restarts_in_place_of_policy_never_do_not_count():
    world = running({"backoffLimit": 1}, PS=replica(1), Worker=replica(1, restartPolicy="Always"))
    world.phase("mnist-ps-0", "Running", restarts=5)
    assert ("Failed", "True") not in world.settle().conditions()


@pytest.mark.parametrize(("limit", "survived"), [(0, 0), (1, 1), (3, 3)])
def test_backoff_limit_counts_pods_that_were_replaced(limit, survived):
    world = running({"backoffLimit": limit}, Worker=replica(2, restartPolicy="ExitCode"))
    for _ in range(survived):
        world.phase("mnist-worker-1", "Failed", 138)
        world.settle()
        world.pass_time(100)
        world.settle()
        world.phase("mnist-worker-1", "Running")
        world.settle()
    assert ("Running", "True") in world.conditions()
    world.phase("mnist-worker-1", "Failed", 138)
    world.settle()
    assert world.message("Failed") == LIMIT


def test_restarts_in_place_are_told_once_each():
    world = running(Worker=replica(2, restartPolicy="OnFailure"))
    for restarts in (1, 1, 2):
        world.phase("mnist-worker-0", "Running", restarts=restarts)
        world.pods["mnist-worker-0"]["metadata"].setdefault("annotations", {})
        world.settle()
    told = [text for _, reason, text in world.events if reason == "RestartedInPlace"]
    assert told == [f"Pod: ml.mnist-worker-0 was restarted in place, restart {n}" for n in (1, 2)]


def test_containers_that_do_not_start_are_told_once():
    world = World(tfjob(Worker=replica(1))).settle()
    world.pods["mnist-worker-0"]["status"] = {
        "phase": "Pending",
        "containerStatuses": [
            {
                "name": "tensorflow",
                "state": {"waiting": {"reason": "ErrImagePull", "message": "no such image t"}},
            }
        ],
    }
    world.settle()
    world.settle()
    assert [event for event in world.events if event[0] == "Warning"] == [
        (
            "Warning",
            "ErrImagePull",
            "Error pod mnist-worker-0 container tensorflow waiting message: no such image t",
        )
    ]


def test_a_pod_that_waits_for_room_is_told_with_its_newest_condition():
    world = World(tfjob(Worker=replica(1))).settle()
    world.pods["mnist-worker-0"]["status"] = {
        "phase": "Pending",
        "conditions": [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": "0/1 nodes are available: 1 Insufficient cpu.",
            }
        ],
    }
    world.settle()
    assert (
        "Warning",
        "Unschedulable",
        "Error pod mnist-worker-0 condition message: 0/1 nodes are available: 1 Insufficient cpu.",
    ) in world.events
