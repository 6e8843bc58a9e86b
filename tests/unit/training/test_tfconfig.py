import json

import pytest

from pinnace.training.spec import parse
from pinnace.training.tfconfig import render

from .world import World, replica, tfjob

PORTS = {
    "mnist-chief-0": 1,
    "mnist-ps-0": 2,
    "mnist-ps-1": 3,
    "mnist-worker-0": 4,
    "mnist-worker-1": 5,
    "mnist-evaluator-0": 6,
}


def at(name: str) -> str:
    return f"{name}.ml.svc:{PORTS[name]}"


def test_the_text_is_the_operators_to_the_byte():
    job = parse(tfjob(Worker=replica(2)))
    assert render(job, "Worker", 1, PORTS) == (
        '{"cluster":{"worker":["mnist-worker-0.ml.svc:4","mnist-worker-1.ml.svc:5"]},'
        '"task":{"type":"worker","index":1},"environment":"cloud"}'
    )


def test_the_cluster_has_all_types_with_the_evaluator_sorted_and_in_lower_case():
    job = parse(tfjob(Worker=replica(2), PS=replica(2), Chief=replica(), Evaluator=replica()))
    config = json.loads(render(job, "Evaluator", 0, PORTS))
    assert list(config["cluster"]) == ["chief", "evaluator", "ps", "worker"]
    assert config["cluster"]["ps"] == [at("mnist-ps-0"), at("mnist-ps-1")]
    assert config["task"] == {"type": "evaluator", "index": 0}


@pytest.mark.parametrize(
    ("task", "cluster"),
    [
        (
            ("Worker", 1),
            {"worker": {"1": at("mnist-worker-1")}, "ps": [at("mnist-ps-0"), at("mnist-ps-1")]},
        ),
        (("PS", 1), {"worker": {}, "ps": [at("mnist-ps-1")]}),
        (("Chief", 0), {"worker": {}, "ps": []}),
    ],
)
def test_dynamic_workers_get_the_sparse_form(task, cluster):
    job = parse(tfjob(Worker=replica(2), PS=replica(2), Chief=replica(), enableDynamicWorker=True))
    config = json.loads(render(job, *task, PORTS))
    assert config == {"cluster": cluster, "task": {"type": task[0].lower(), "index": task[1]}}


@pytest.mark.parametrize(
    ("types", "given"),
    [
        ({"Worker": replica()}, False),
        ({"Worker": replica(2)}, True),
        ({"Chief": replica(1), "Worker": replica(0)}, False),
        ({"Chief": replica(1), "Worker": replica(1)}, True),
        ({"Worker": replica(1), "Evaluator": replica(1)}, True),
    ],
)
def test_a_single_replica_gets_no_tf_config(types, given):
    world = World(tfjob(**types))
    world.step()
    for pod in world.pods.values():
        names = [entry["name"] for entry in pod["spec"]["containers"][0].get("env", [])]
        assert ("TF_CONFIG" in names) is given


def test_only_the_tensorflow_container_is_equipped_and_own_variables_stay_first():
    body = replica(2)
    body["template"]["spec"]["containers"] = [
        {"name": "sidecar", "image": "s"},
        {"name": "tensorflow", "image": "t", "env": [{"name": "A", "value": "1"}]},
    ]
    world = World(tfjob(Worker=body))
    world.step()
    sidecar, main = world.pods["mnist-worker-0"]["spec"]["containers"]
    assert sidecar == {"name": "sidecar", "image": "s"}
    assert [entry["name"] for entry in main["env"]] == ["A", "TF_CONFIG"]
    assert json.loads(main["env"][1]["value"])["task"] == {"type": "worker", "index": 0}
