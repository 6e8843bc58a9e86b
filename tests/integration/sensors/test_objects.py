"""k8s and argoWorkflow triggers: what each operation does to objects, and policy.k8s."""

from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.kinds import CONFIG_MAPS, CRON_WORKFLOWS, DEPLOYMENTS, WORKFLOWS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.eventually import eventually
from tests.integration.sensors.scene import Scene, sensor

NUMBER = {"dependencyName": "call", "dataKey": "body.number"}


def k8s(resource: Object, operation: str, *, dest: str = "", **more: Any) -> dict[str, Any]:
    parameters = [{"src": NUMBER, "dest": dest}] if dest else []
    action = {"operation": operation, "source": {"resource": resource}, "parameters": parameters}
    return {"template": {"name": "t", "k8s": {**action, **more}}}


def argo(operation: str, name: str = "w", *args: str, **more: Any) -> dict[str, Any]:
    kind = more.pop("kind", "Workflow")
    resource = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": name}}
    action = {"operation": operation, "source": {"resource": resource}, "args": list(args)}
    return {"template": {"name": "t", "argoWorkflow": action}, **more}


def fired(scene: Scene, trigger: dict[str, Any], state: str = "fired") -> Any:
    scene.add(sensor(triggers=[trigger]))
    (firing,) = scene.settled(scene.post("7"))
    assert firing.state == state, firing.message
    return firing


def config(**data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def data_of(scene: Scene) -> dict[str, str]:
    return scene.store.get(CONFIG_MAPS, "default", "c")["data"]


def test_update_with_the_live_object_changes_only_what_parameters_say(scene: Scene) -> None:
    scene.store.create(config(a="1", b="2"))
    stub = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    fired(scene, k8s(stub, "update", dest="data.a", liveObject=True))
    assert data_of(scene) == {"a": "7", "b": "2"}


def test_a_live_object_that_is_not_there_is_a_failure(scene: Scene) -> None:
    stub = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}}
    firing = fired(scene, k8s(stub, "update", dest="data.a", liveObject=True), "failed")
    assert 'configmaps "c" not found' in firing.message


def deployment(*containers: dict[str, str]) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d", "namespace": "default"},
        "spec": {
            "selector": {"matchLabels": {"a": "b"}},
            "template": {
                "metadata": {"labels": {"a": "b"}},
                "spec": {"containers": list(containers)},
            },
        },
    }


@pytest.mark.parametrize(
    ("strategy", "images"),
    [
        ("", {"two": "x:7"}),
        ("application/merge-patch+json", {"two": "x:7"}),
        ("application/strategic-merge-patch+json", {"one": "x:1", "two": "x:7"}),
        ("application/apply-patch+yaml", {"one": "x:1", "two": "x:7"}),
    ],
)
def test_a_patch_merges_as_its_strategy_says(
    scene: Scene, strategy: str, images: dict[str, str]
) -> None:
    scene.store.create(deployment({"name": "one", "image": "x:1"}, {"name": "two", "image": "x:2"}))
    patch = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"template": {"spec": {"containers": [{"name": "two", "image": "x:"}]}}},
    }
    trigger = k8s(patch, "patch", patchStrategy=strategy)
    dest = "spec.template.spec.containers.0.image"
    trigger["template"]["k8s"]["parameters"] = [
        {"src": NUMBER, "dest": dest, "operation": "append"}
    ]
    fired(scene, trigger)
    spec = scene.store.get(DEPLOYMENTS, "default", "d")["spec"]["template"]["spec"]
    assert {entry["name"]: entry["image"] for entry in spec["containers"]} == images


def test_a_strategic_patch_of_a_custom_resource_is_refused_as_the_api_does(scene: Scene) -> None:
    scene.store.create(workflow())
    patch = workflow(spec={"suspend": True})
    strategy = "application/strategic-merge-patch+json"
    firing = fired(scene, k8s(patch, "patch", patchStrategy=strategy), "failed")
    assert "for Kubernetes' own kinds only" in firing.message


# -- operations on workflows ----------------------------------------------------------------------


def workflow(name: str = "w", *, spec: Any = None, phase: str = "", **status: Any) -> Object:
    made: Object = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"entrypoint": "main", "arguments": {"parameters": [{"name": "a", "value": "1"}]}},
    }
    made["spec"] |= spec or {}
    if phase:
        completed = {"workflows.argoproj.io/completed": "true"} if phase != "Running" else {}
        made["metadata"]["labels"] = {"workflows.argoproj.io/phase": phase, **completed}
        made["status"] = {"phase": phase, "nodes": {}, **status}
    return made


def stored(scene: Scene, name: str = "w") -> Object:
    return scene.store.get(WORKFLOWS, "default", name)


def node(phase: str) -> Object:
    return {"id": "w-1", "name": "w", "displayName": "w", "type": "Suspend", "phase": phase}


def test_suspend_resume_stop_and_terminate(scene: Scene) -> None:
    for name in ("suspend", "resume", "stop", "terminate"):
        spec = {"suspend": True} if name == "resume" else {}
        nodes = {"w-1": node("Running")}
        scene.store.create(workflow(name, spec=spec, phase="Running", nodes=nodes))
        obj = sensor(name, triggers=[argo(name, name)])
        scene.add(obj)
    for firing in scene.settled(scene.post("7"), count=4):
        assert firing.state == "fired", firing.message
    assert stored(scene, "suspend")["spec"]["suspend"] is True
    assert "suspend" not in stored(scene, "resume")["spec"]
    assert stored(scene, "resume")["status"]["nodes"]["w-1"]["phase"] == "Succeeded"
    assert stored(scene, "stop")["spec"]["shutdown"] == "Stop"
    assert stored(scene, "terminate")["spec"]["shutdown"] == "Terminate"


def test_retry_goes_on_with_other_arguments(scene: Scene) -> None:
    scene.store.create(workflow(phase="Failed"))
    fired(scene, argo("retry", "w", "-p", "a=9"))
    assert stored(scene)["status"]["phase"] == "Running"
    assert stored(scene)["spec"]["arguments"]["parameters"] == [{"name": "a", "value": "9"}]


def test_what_makes_no_sense_is_a_failure_with_argos_words(scene: Scene) -> None:
    scene.store.create(workflow(phase="Running"))
    firing = fired(scene, argo("retry"), "failed")
    assert "Workflow must be Failed/Error before retry" in firing.message


def test_resubmit_makes_a_new_workflow_with_its_lineage(scene: Scene) -> None:
    scene.store.create(workflow(phase="Succeeded"))
    firing = fired(scene, argo("resubmit", "w", "-pa=9"))
    fresh = stored(scene, firing.object.rpartition("/")[2])
    assert fresh["metadata"]["name"] != "w"
    labels = fresh["metadata"]["labels"]
    assert labels["workflows.argoproj.io/resubmitted-from-workflow"] == "w"
    assert labels["events.argoproj.io/trigger"] == "t"
    assert fresh["metadata"]["annotations"]["pinnace.dev/event-id"] == firing.event_ids[0]
    assert fresh["spec"]["arguments"]["parameters"] == [{"name": "a", "value": "9"}]


def test_submit_with_arguments(scene: Scene) -> None:
    trigger = argo("submit", "w", "--name=other", "--parameter", "a=9", "-l", "x=y", "-o", "json",
                   "--entrypoint", "second", "--priority", "3")  # fmt: skip
    resource = trigger["template"]["argoWorkflow"]["source"]["resource"]
    resource |= {"spec": {"entrypoint": "main"}}
    assert fired(scene, trigger).object == "workflows/default/other"
    made = stored(scene, "other")
    assert (made["spec"]["entrypoint"], made["spec"]["priority"]) == ("second", 3)
    assert made["spec"]["arguments"]["parameters"] == [{"name": "a", "value": "9"}]
    assert made["metadata"]["labels"]["x"] == "y"
    assert made["metadata"]["labels"]["events.argoproj.io/sensor"] == "sensor"


def test_submit_from_a_cron_workflow(scene: Scene) -> None:
    cron = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "CronWorkflow",
        "metadata": {"name": "nightly", "namespace": "default"},
        "spec": {"schedule": "0 0 1 1 *", "workflowSpec": {"entrypoint": "main"}},
    }
    scene.store.create(cron)
    firing = fired(scene, argo("submit-from", "nightly", "-p", "a=9", kind="CronWorkflow"))
    made = stored(scene, firing.object.rpartition("/")[2])
    assert made["metadata"]["name"].startswith("nightly-")
    assert made["metadata"]["labels"]["workflows.argoproj.io/cron-workflow"] == "nightly"
    assert made["metadata"]["labels"]["events.argoproj.io/trigger"] == "t"
    assert made["spec"]["arguments"]["parameters"] == [{"name": "a", "value": "9"}]
    owner = made["metadata"]["ownerReferences"][0]
    assert owner["uid"] == scene.store.get(CRON_WORKFLOWS, "default", "nightly")["metadata"]["uid"]


# -- policy.k8s -----------------------------------------------------------------------------------

WANTED = {"done": "yes"}


def watched(*, steps: int = 100_000, strict: bool = True, **more: Any) -> dict[str, Any]:
    backoff = {"duration": "10ms", "factor": 1, "jitter": 0, "steps": steps}
    policy = {"labels": WANTED, "backoff": backoff, "errorOnBackoffTimeout": strict}
    return {**k8s(config(a="1"), "create"), "policy": {"k8s": policy}, **more}


def label(scene: Scene) -> None:
    def change(obj: Object) -> Object:
        labels = {**(obj["metadata"].get("labels") or {}), **WANTED}
        return {**obj, "metadata": {**obj["metadata"], "labels": labels}}

    scene.store.modify(Key(CONFIG_MAPS, "default", "c"), change)


def test_a_trigger_waits_for_the_labels_of_its_policy(scene: Scene) -> None:
    scene.add(sensor(triggers=[watched()]))
    posted = scene.post("7")
    (row,) = eventually(lambda: scene.ledger.firings(event_id=posted.id))
    assert (row.state, row.object) == ("pending", "configmaps/default/c")
    label(scene)
    (row,) = scene.settled(posted)
    assert (row.state, row.attempts) == ("fired", 1)
    assert "has the labels" in row.message


@pytest.mark.parametrize(("strict", "state"), [(True, "dead"), (False, "fired")])
def test_labels_that_never_come(scene: Scene, strict: bool, state: str) -> None:
    firing = fired(scene, watched(steps=3, strict=strict), state)
    assert "has not got the labels of policy.k8s" in firing.message


def test_an_object_that_vanishes_is_a_failure(scene: Scene) -> None:
    scene.add(sensor(triggers=[watched()]))
    posted = scene.post("7")
    eventually(lambda: scene.store.find(CONFIG_MAPS, "default", "c"))
    scene.store.delete(Key(CONFIG_MAPS, "default", "c"))
    (firing,) = scene.settled(posted)
    assert (firing.state, "is gone" in firing.message) == ("dead", True)


def test_the_policy_is_followed_after_a_restart_and_nothing_is_made_twice(tmp_path: Path) -> None:
    with Scene(tmp_path / "store.db") as first:
        first.add(sensor(triggers=[watched()]))
        posted = first.post("7")
        eventually(lambda: first.store.find(CONFIG_MAPS, "default", "c"))
        made = first.store.get(CONFIG_MAPS, "default", "c")
    with Scene(tmp_path / "store.db") as second:
        label(second)
        (firing,) = second.settled(posted)
        assert (firing.state, firing.attempts) == ("fired", 1)
        again = second.store.get(CONFIG_MAPS, "default", "c")
        assert again["metadata"]["uid"] == made["metadata"]["uid"]


def test_a_condemned_trigger_is_tried_again_as_a_whole(scene: Scene) -> None:
    generated = config(a="1")
    generated["metadata"] = {"generateName": "c-"}
    trigger = watched(steps=2, retryStrategy={"steps": 2, "duration": "1ms", "jitter": 0})
    trigger["template"]["k8s"]["source"]["resource"] = generated
    firing = fired(scene, trigger, "dead")
    assert firing.attempts == 2
    assert len(scene.store.list(CONFIG_MAPS)) == 2
