import pytest

from pinnace.training import problems

from .world import replica, tfjob

SPECS = "spec.tfReplicaSpecs"
BARE = {"template": {"spec": {"containers": [{"name": "tensorflow"}]}}}
OTHER = {"template": {"spec": {"containers": [{"name": "main", "image": "i"}]}}}


@pytest.mark.parametrize(
    "job",
    [
        tfjob(Worker=replica(2, restartPolicy="OnFailure")),
        tfjob(Chief=replica(), Worker=replica(0), PS=replica(), Evaluator=replica()),
        tfjob(Worker=replica(), policy={"cleanPodPolicy": "All", "ttlSecondsAfterFinished": 0}),
        tfjob(Worker=replica(), successPolicy="AllWorkers"),
        tfjob(Worker=replica(), policy={"managedBy": "kueue.x-k8s.io/multikueue"}),
    ],
)
def test_good_jobs(job):
    assert problems(job) == []


@pytest.mark.parametrize(
    ("job", "field", "text"),
    [
        (tfjob(), SPECS, "Required value: must be required"),
        (
            tfjob(Worker={}),
            f"{SPECS}[Worker].template.spec.containers",
            "Required value: must be specified",
        ),
        (
            tfjob(Worker=BARE),
            f"{SPECS}[Worker].template.spec.containers[0].image",
            "Required value: must be required",
        ),
        (
            tfjob(Worker=OTHER),
            f"{SPECS}[Worker].template.spec.containers",
            "Required value: must have at least one container with name tensorflow",
        ),
        (
            tfjob(Chief=replica(), Master=replica()),
            SPECS,
            "Forbidden: must not have more than 1 Chief or Master role",
        ),
        (tfjob(name="9lives", Worker=replica()), "metadata.name", "DNS-1035"),
        (tfjob(name="a" * 60, Worker=replica()), f"{SPECS}[Worker]", "found " + "a" * 60),
        (
            tfjob(Worker=replica(), policy={"managedBy": "me"}),
            "spec.runPolicy.managedBy",
            'one of "kubeflow.org/training-operator", "kueue.x-k8s.io/multikueue"',
        ),
        (tfjob(Wroker=replica()), f"{SPECS}[Wroker]", "Unsupported value: 'Wroker'"),
        (tfjob(Worker=replica(-1)), f"{SPECS}[Worker].replicas", "found -1"),
        (
            tfjob(Worker=replica(1, restartPolicy="Sometimes")),
            f"{SPECS}[Worker].restartPolicy",
            "Unsupported value: 'Sometimes'",
        ),
        (
            tfjob(Worker=replica(), policy={"backoffLimit": "three"}),
            "spec.runPolicy.backoffLimit",
            "found 'three'",
        ),
        (
            tfjob(Worker=replica(), policy={"cleanPodPolicy": "Some"}),
            "spec.runPolicy.cleanPodPolicy",
            "Unsupported value",
        ),
        (tfjob(Worker=replica(), successPolicy="Most"), "spec.successPolicy", "AllWorkers"),
    ],
)
def test_each_fault_names_its_field(job, field, text):
    problem = next(fault for fault in problems(job) if fault.field == field)
    assert text in str(problem)
    assert str(problem).startswith(f"TFJob {job['metadata']['name']}: {field}: ")
    assert problem.code == 422


def test_one_type_in_two_spellings():
    job = tfjob(Worker=replica(), wORKER=replica())
    job["spec"]["tfReplicaSpecs"]["wORKER"] = replica()
    assert "Worker in two spellings" in str(problems(job)[0])


def test_the_manager_is_immutable():
    old = tfjob(Worker=replica())
    new = tfjob(Worker=replica(), policy={"managedBy": "kueue.x-k8s.io/multikueue"})
    (problem,) = problems(new, old)
    assert "field is immutable" in str(problem)
    named = tfjob(Worker=replica(), policy={"managedBy": "kubeflow.org/training-operator"})
    assert problems(named, old) == []
