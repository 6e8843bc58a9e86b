import pytest

from .world import World, replica, tfjob

LABELS = {
    "training.kubeflow.org/operator-name": "tfjob-controller",
    "training.kubeflow.org/job-name": "mnist",
    "training.kubeflow.org/replica-type": "worker",
    "training.kubeflow.org/replica-index": "1",
}
OWNER = {
    "apiVersion": "kubeflow.org/v1",
    "kind": "TFJob",
    "name": "mnist",
    "uid": "job-uid",
    "controller": True,
    "blockOwnerDeletion": True,
}


def made(**spec):
    world = World(tfjob(**spec))
    world.step()
    return world


def test_each_replica_has_a_pod_and_a_headless_service_of_one_name():
    world = made(Worker=replica(2), PS=replica(1))
    assert sorted(world.pods) == ["mnist-ps-0", "mnist-worker-0", "mnist-worker-1"]
    assert sorted(world.services) == sorted(world.pods)
    pod, service = world.pods["mnist-worker-1"], world.services["mnist-worker-1"]
    assert pod["metadata"]["labels"] == LABELS
    assert pod["metadata"]["ownerReferences"] == [OWNER] == service["metadata"]["ownerReferences"]
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"] == LABELS == service["metadata"]["labels"]


def test_each_replica_has_a_port_of_its_own_on_pod_and_service():
    world = made(Worker=replica(3))
    for name, port in world.ports.items():
        (container,) = world.pods[name]["spec"]["containers"]
        assert container["ports"] == [
            {"name": "tfjob-port", "containerPort": port, "protocol": "TCP"}
        ]
        assert world.services[name]["metadata"]["annotations"] == {"pinnace.dev/port": str(port)}
        assert world.services[name]["spec"]["ports"] == [
            {"name": "tfjob-port", "port": port, "targetPort": port, "protocol": "TCP"}
        ]
    assert len(set(world.ports.values())) == 3


def test_a_declared_tfjob_port_is_replaced_and_other_named_ports_are_kept():
    body = replica(1)
    body["template"]["spec"]["containers"][0]["ports"] = [
        {"name": "tfjob-port", "containerPort": 2222},
        {"name": "profiler", "containerPort": 6009},
        {"containerPort": 7000},
    ]
    world = made(Worker=body)
    port = world.ports["mnist-worker-0"]
    ports = world.pods["mnist-worker-0"]["spec"]["containers"][0]["ports"]
    assert [entry["containerPort"] for entry in ports] == [6009, 7000, port]
    listed = world.services["mnist-worker-0"]["spec"]["ports"]
    assert [(entry["name"], entry["port"]) for entry in listed] == [
        ("tfjob-port", port),
        ("profiler", 6009),
    ]


@pytest.mark.parametrize(
    ("types", "masters"),
    [
        ({"Worker": replica(2)}, ["mnist-worker-0"]),
        ({"Chief": replica(), "Worker": replica(2)}, ["mnist-chief-0"]),
        ({"Master": replica(), "Worker": replica(2)}, ["mnist-master-0"]),
        ({"PS": replica(), "Evaluator": replica()}, []),
    ],
)
def test_the_master_role(types, masters):
    world = made(**types)
    role = "training.kubeflow.org/job-role"
    assert masters == [
        name for name, pod in world.pods.items() if pod["metadata"]["labels"].get(role) == "master"
    ]


@pytest.mark.parametrize(
    ("policy", "on_pod"),
    [(None, "Never"), ("Never", "Never"), ("ExitCode", "Never"), ("OnFailure", "OnFailure"),
     ("Always", "Always")],
)  # fmt: skip
def test_restart_policy_on_the_pod(policy, on_pod):
    world = made(Worker=replica(1, restartPolicy=policy))
    assert world.pods["mnist-worker-0"]["spec"]["restartPolicy"] == on_pod
    assert "SetPodTemplateRestartPolicy" not in world.reasons()


def test_a_restart_policy_in_the_template_is_overwritten_with_a_warning():
    body = replica(1, restartPolicy="ExitCode")
    body["template"]["spec"]["restartPolicy"] = "Always"
    world = made(Worker=body)
    assert world.pods["mnist-worker-0"]["spec"]["restartPolicy"] == "Never"
    assert (
        "Warning",
        "SetPodTemplateRestartPolicy",
        "Restart policy in pod template will be overwritten by restart policy in replica spec",
    ) in world.events


def test_types_in_any_letter_case():
    world = World(tfjob())
    world.job["spec"]["tfReplicaSpecs"] = {"wORKER": replica(1), "ps": replica(1)}
    world.step()
    assert sorted(world.pods) == ["mnist-ps-0", "mnist-worker-0"]
    assert list(world.status["replicaStatuses"]) == ["PS", "Worker"]
    assert "wORKER" in world.job["spec"]["tfReplicaSpecs"], "what its author wrote stays"


def test_template_labels_and_annotations_are_kept_and_creation_is_told():
    body = replica(1)
    body["template"]["metadata"] = {"labels": {"team": "a"}, "annotations": {"note": "b"}}
    world = made(Worker=body)
    metadata = world.pods["mnist-worker-0"]["metadata"]
    assert metadata["labels"]["team"] == "a"
    assert metadata["annotations"] == {"note": "b"}
    assert ("Normal", "SuccessfulCreatePod", "Created pod: mnist-worker-0") in world.events
    assert ("Normal", "SuccessfulCreateService", "Created service: mnist-worker-0") in world.events


def test_scaling_down_deletes_and_scaling_up_creates_with_ports_kept():
    world = made(Worker=replica(3)).settle()
    before = dict(world.ports)
    world.job["spec"]["tfReplicaSpecs"]["Worker"]["replicas"] = 1
    world.settle()
    assert list(world.pods) == ["mnist-worker-0"] == list(world.services)
    assert ("Normal", "SuccessfulDeletePod", "Deleted pod: mnist-worker-2") in world.events
    world.job["spec"]["tfReplicaSpecs"]["Worker"]["replicas"] = 2
    world.settle()
    assert list(world.pods) == ["mnist-worker-0", "mnist-worker-1"]
    assert world.ports == before


def test_a_missing_pod_is_made_again_but_not_while_the_old_one_is_terminating():
    world = made(Worker=replica(2))
    world.phase("mnist-worker-1", "Running")
    world.pods["mnist-worker-1"]["metadata"]["deletionTimestamp"] = "2026-01-31T12:00:01Z"
    world.step()
    assert world.last.wanted == ()
    assert world.conditions() == [("Created", "True")], "a pod on its way out is no failure"
    del world.pods["mnist-worker-1"]
    world.step()
    assert [obj["metadata"]["name"] for obj in world.last.wanted] == ["mnist-worker-1"]


def test_a_name_that_another_owner_holds_is_reported_and_tried_again():
    world = World(tfjob(Worker=replica(1)))
    world.pods["mnist-worker-0"] = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "mnist-worker-0", "uid": "x"},
    }  # fmt: skip
    world.step()
    assert [obj["kind"] for obj in world.last.wanted] == ["Service"]
    assert world.last.requeue_after == 10
    (message,) = [text for _, reason, text in world.events if reason == "FailedCreatePod"]
    assert message.startswith('Error creating: pods "mnist-worker-0" already exists')
