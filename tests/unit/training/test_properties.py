"""What must hold for every job: deciding twice is deciding once, and it comes to rest."""

from hypothesis import given, settings
from hypothesis import strategies as st

from .world import World, replica, tfjob

POLICIES = st.sampled_from(["Always", "OnFailure", "Never", "ExitCode"])
REPLICAS = st.builds(
    lambda count, policy: replica(count, restartPolicy=policy), st.integers(0, 3), POLICIES
)
JOBS = st.builds(
    lambda types, policy, success, dynamic: tfjob(
        **types, policy=policy, successPolicy=success, enableDynamicWorker=dynamic
    ),
    st.dictionaries(st.sampled_from(["Chief", "Evaluator", "PS", "Worker"]), REPLICAS, min_size=1),
    st.fixed_dictionaries(
        {},
        optional={
            "cleanPodPolicy": st.sampled_from(["None", "Running", "All"]),
            "backoffLimit": st.integers(0, 3),
            "activeDeadlineSeconds": st.integers(1, 100),
            "ttlSecondsAfterFinished": st.integers(0, 50),
            "suspend": st.booleans(),
        },
    ),
    st.sampled_from(["", "AllWorkers"]),
    st.booleans(),
)
HAPPENINGS = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(["Pending", "Running", "Succeeded", "Failed"]),
        st.sampled_from([None, 1, 127, 138, 137]),
        st.integers(0, 3),
        st.integers(0, 40),
    ),
    max_size=12,
)


def happen(world, number, phase, code, restarts, seconds):
    names = sorted(world.pods)
    if names:
        name = names[number % len(names)]
        codes = {"Succeeded": 0, "Failed": code}
        world.phase(name, phase, codes.get(phase), restarts)
    world.pass_time(seconds)


@settings(max_examples=150)
@given(JOBS, HAPPENINGS)
def test_deciding_twice_is_deciding_once_and_the_job_comes_to_rest(job, happenings):
    world = World(job)
    ended = None
    for happening in happenings:
        assert world.decide() == world.decide(), "the same objects, the same decision"
        if world.settle().job is None:
            assert "ttlSecondsAfterFinished" in job["spec"]["runPolicy"]
            return
        final = [name for name, status in world.conditions()
                 if name in ("Succeeded", "Failed") and status == "True"]  # fmt: skip
        assert ended in (None, final), "finished stays finished"
        ended = final or None
        said = len(world.events)
        world.settle()
        assert len(world.events) == said, "nothing is said twice"
        happen(world, *happening)


@given(JOBS)
def test_children_are_exactly_the_replicas_unless_suspended(job):
    world = World(job).settle()
    wanted = (
        set()
        if job["spec"]["runPolicy"].get("suspend")
        else {
            f"mnist-{name.lower()}-{index}"
            for name, body in job["spec"]["tfReplicaSpecs"].items()
            for index in range(body["replicas"])
        }
    )
    if world.job is not None and not any(
        name == "Succeeded" for name, _ in world.conditions()
    ):  # a Chief or Worker with no replicas has nothing to wait for
        assert set(world.pods) == wanted == set(world.services)
