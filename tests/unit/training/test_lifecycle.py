"""Conditions and replica statuses from the first look to the last, with the operator's messages."""

import pytest

from .world import World, replica, tfjob

RUNNING = "TFJob ml/mnist is running."
DONE = "TFJob ml/mnist successfully completed."


def begun(**spec):
    return World(tfjob(**spec)).settle()


def all_phase(world, phase, code=None):
    for name in world.pods:
        world.phase(name, phase, code)
    return world.settle()


def test_created_running_succeeded_in_this_order():
    world = begun(Worker=replica(2))
    assert world.conditions() == [("Created", "True")]
    assert world.status["startTime"] == "2026-01-31T12:00:00Z"
    assert world.status["replicaStatuses"] == {"Worker": {}}
    all_phase(world, "Running")
    assert world.status["replicaStatuses"] == {"Worker": {"active": 2}}
    world.pass_time(60)
    all_phase(world, "Succeeded", 0)
    assert world.conditions() == [("Created", "True"), ("Running", "False"), ("Succeeded", "True")]
    assert [entry["message"] for entry in world.status["conditions"]] == [
        "TFJob mnist is created.",
        RUNNING,
        DONE,
    ]
    assert [entry["reason"] for entry in world.status["conditions"]] == [
        "TFJobCreated",
        "TFJobRunning",
        "TFJobSucceeded",
    ]
    assert world.status["completionTime"] == "2026-01-31T12:01:00Z"
    assert world.status["replicaStatuses"] == {"Worker": {"succeeded": 2}}
    told = [event for event in world.events if event[1].startswith("TFJob")]
    assert told == [
        ("Normal", "TFJobCreated", "TFJob mnist is created."),
        ("Normal", "TFJobRunning", RUNNING),
        ("Normal", "TFJobSucceeded", DONE),
    ]


def test_pending_pods_are_not_active():
    world = begun(Worker=replica(2))
    world.phase("mnist-worker-0", "Running")
    world.settle()
    assert world.status["replicaStatuses"] == {"Worker": {"active": 1}}


@pytest.mark.parametrize(
    ("spec", "ended", "succeeded"),
    [
        ({"Worker": replica(2)}, ["worker-0"], True),
        ({"Worker": replica(2)}, ["worker-1"], False),
        ({"Worker": replica(2), "successPolicy": "AllWorkers"}, ["worker-0"], False),
        ({"Worker": replica(2), "successPolicy": "AllWorkers"}, ["worker-0", "worker-1"], True),
        ({"Chief": replica(), "Worker": replica(2)}, ["worker-0", "worker-1"], False),
        ({"Chief": replica(), "Worker": replica(2)}, ["chief-0"], True),
        ({"Master": replica(), "PS": replica()}, ["master-0"], True),
        ({"Worker": replica(1), "PS": replica(1)}, ["ps-0"], False),
        ({"Worker": replica(1), "Evaluator": replica(1)}, ["evaluator-0"], False),
        ({"PS": replica(1), "Evaluator": replica(1)}, ["ps-0", "evaluator-0"], False),
    ],
)
def test_who_decides_over_success(spec, ended, succeeded):
    world = begun(**spec)
    all_phase(world, "Running")
    for name in ended:
        world.phase(f"mnist-{name}", "Succeeded", 0)
    world.settle()
    assert (("Succeeded", "True") in world.conditions()) is succeeded


def test_workers_do_not_make_it_running_where_a_chief_decides():
    world = begun(Chief=replica(), Worker=replica(1))
    world.phase("mnist-worker-0", "Running")
    assert world.settle().conditions() == [("Created", "True")]
    world.phase("mnist-chief-0", "Running")
    assert world.settle().conditions() == [("Created", "True"), ("Running", "True")]


def test_replicas_still_active_count_as_succeeded_once_the_job_has():
    world = begun(Worker=replica(3))
    all_phase(world, "Running")
    world.phase("mnist-worker-0", "Succeeded", 0)
    world.settle()
    assert world.status["replicaStatuses"] == {"Worker": {"succeeded": 3}}


@pytest.mark.parametrize(
    ("failed", "message"),
    [
        (["worker-1"], "TFJob ml/mnist has failed because 1 Worker replica(s) failed."),
        (["ps-0"], "TFJob ml/mnist has failed because 1 PS replica(s) failed."),
        (["worker-0", "worker-1"], "TFJob ml/mnist has failed because 2 Worker replica(s) failed."),
    ],
)
def test_never_fails_the_job(failed, message):
    world = begun(Worker=replica(2), PS=replica(1))
    all_phase(world, "Running")
    for name in failed:
        world.phase(f"mnist-{name}", "Failed", 1)
    world.settle()
    assert world.conditions() == [("Created", "True"), ("Running", "False"), ("Failed", "True")]
    assert world.message("Failed") == message
    assert world.status["completionTime"]
    assert ("Warning", "TFJobFailed", message) in world.events
    for name in failed:
        assert ("Normal", "ExitedWithCode", f"Pod: ml.mnist-{name} exited with code 1") in (
            world.events
        )


def test_dynamic_workers_may_fail():
    world = begun(Worker=replica(2), PS=replica(1), enableDynamicWorker=True)
    all_phase(world, "Running")
    world.phase("mnist-worker-1", "Failed", 1)
    assert world.settle().conditions() == [("Created", "True"), ("Running", "True")]
    assert world.status["replicaStatuses"]["Worker"] == {"active": 1, "failed": 1}
    world.phase("mnist-ps-0", "Failed", 1)
    assert ("Failed", "True") in world.settle().conditions()


def test_suspended_from_the_beginning_makes_nothing_and_resumes():
    world = begun(Worker=replica(2), policy={"suspend": True})
    assert (world.pods, world.services) == ({}, {})
    assert world.conditions() == [("Created", "True"), ("Suspended", "True")]
    assert "startTime" not in world.status
    world.job["spec"]["runPolicy"]["suspend"] = False
    world.settle()
    assert len(world.pods) == 2
    assert world.conditions() == [("Created", "True"), ("Suspended", "False")]


def test_suspending_deletes_everything_and_resuming_restarts_the_clock():
    world = begun(Worker=replica(2), policy={"cleanPodPolicy": "None"})
    all_phase(world, "Running")
    world.job["spec"]["runPolicy"]["suspend"] = True
    world.settle()
    assert (world.pods, world.services) == ({}, {})
    assert world.status["replicaStatuses"] == {"Worker": {}}
    assert world.conditions() == [("Created", "True"), ("Running", "False"), ("Suspended", "True")]
    assert world.message("Suspended") == "TFJob mnist is suspended."
    running, suspended = world.status["conditions"][1:]
    assert running["reason"] == suspended["reason"] == "TFJobSuspended"
    world.pass_time(100)
    world.job["spec"]["runPolicy"]["suspend"] = False
    world.settle()
    assert world.message("Suspended") == "TFJob mnist is resumed."
    assert world.status["conditions"][-1]["reason"] == "TFJobResumed"
    assert world.status["startTime"] == "2026-01-31T12:01:40Z"
    all_phase(world, "Running")
    assert world.conditions()[-1] == ("Running", "True")
    assert [reason for reason in world.reasons() if "Susp" in reason or "Resu" in reason] == [
        "TFJobSuspended",
        "TFJobResumed",
    ]


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        ("None", {"mnist-worker-0", "mnist-worker-1", "mnist-worker-2"}),
        (None, {"mnist-worker-0", "mnist-worker-1", "mnist-worker-2"}),
        ("Running", {"mnist-worker-0"}),
        ("All", set()),
    ],
)
def test_clean_pod_policy(policy, left):
    world = begun(Worker=replica(3), policy={"cleanPodPolicy": policy})
    world.phase("mnist-worker-0", "Succeeded", 0)
    world.phase("mnist-worker-1", "Running")
    world.settle()
    assert set(world.pods) == left == set(world.services)


def test_ttl_deletes_the_job_after_its_completion():
    world = begun(Worker=replica(1), policy={"ttlSecondsAfterFinished": 30})
    all_phase(world, "Succeeded", 0)
    assert world.last.requeue_after == 30
    world.pass_time(29)
    assert world.settle().job is not None
    world.pass_time(1)
    assert world.settle().job is None
    assert world.events[-1] == ("Normal", "SuccessfulDeleteJob", "Deleted job: mnist")


def test_another_manager_or_deletion_leaves_everything_alone():
    elsewhere = World(tfjob(Worker=replica(1), policy={"managedBy": "kueue.x-k8s.io/multikueue"}))
    assert elsewhere.settle().pods == {}
    assert "status" not in elsewhere.job
    going = World(tfjob(Worker=replica(1)))
    going.job["metadata"]["deletionTimestamp"] = "2026-01-31T12:00:00Z"
    assert going.settle().pods == {}


def test_a_job_that_came_past_admission_fails_with_the_reason():
    world = begun(Worker={"template": {"spec": {"containers": []}}})
    assert world.conditions() == [("Failed", "True")]
    assert world.status["conditions"][0]["reason"] == "TFJobFailedValidation"
    assert "spec.tfReplicaSpecs[Worker].template.spec.containers" in world.message("Failed")
    assert world.pods == {}


def test_active_deadline():
    world = begun(Worker=replica(2), policy={"activeDeadlineSeconds": 60})
    all_phase(world, "Running")
    assert world.last.requeue_after == 60
    world.pass_time(60)
    world.settle()
    assert (world.pods, world.services) == ({}, {})
    assert world.message("Failed") == (
        "Job mnist has failed because it was active longer than specified deadline"
    )
    assert world.status["completionTime"] == "2026-01-31T12:01:00Z"
    assert world.conditions() == [("Created", "True"), ("Running", "False"), ("Failed", "True")]
