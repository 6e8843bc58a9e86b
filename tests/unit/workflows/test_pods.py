"""Between nodes and pods: the Pod of a node, and what a pod's status says about its node."""

from typing import Any

import pytest

from pinnace.objects.types import Object
from pinnace.workflows.assess import failure_of
from pinnace.workflows.pod_patch import apply_patch
from pinnace.workflows.problems import Problem
from tests.unit.workflows.flows import wf
from tests.unit.workflows.simulate import Simulation


def pod_of(template: str, **spec: Any) -> Object:
    sim = Simulation(wf(template, **spec))
    sim.step()
    assert len(sim.made) == 1, sim.tree()
    return next(iter(sim.made.values()))


def test_a_container_pod() -> None:
    pod = pod_of("""
- name: main
  metadata: {labels: {mine: "1"}}
  nodeSelector: {disk: ssd}
  container: {image: busybox, command: [echo], args: ["{{workflow.name}} {{pod.name}}"]}
""")
    meta, spec = pod["metadata"], pod["spec"]
    assert meta["labels"] == {
        "workflows.argoproj.io/workflow": "wf",
        "workflows.argoproj.io/completed": "false",
        "mine": "1",
    }
    assert meta["annotations"] == {
        "workflows.argoproj.io/node-name": "wf",
        "workflows.argoproj.io/node-id": "wf",
        "kubectl.kubernetes.io/default-container": "main",
    }
    assert meta["ownerReferences"][0]["kind"] == "Workflow"
    assert meta["ownerReferences"][0]["controller"] is True
    assert spec["restartPolicy"] == "Never"
    assert spec["nodeSelector"] == {"disk": "ssd"}
    assert [c["name"] for c in spec["initContainers"]] == ["init"]
    assert [c["name"] for c in spec["containers"]] == ["wait", "main"]
    main = spec["containers"][1]
    assert main["command"] == ["echo"]
    assert main["args"] == ["wf wf"]
    told = {each["name"]: each.get("value") for each in main["env"]}
    assert told["ARGO_CONTAINER_NAME"] == "main"
    assert told["ARGO_NODE_ID"] == "wf"
    assert "ARGO_TEMPLATE" not in told
    assert [v["name"] for v in spec["volumes"]] == ["var-run-argo", "tmp-dir-argo"]


def test_a_script_pod() -> None:
    pod = pod_of("- {name: main, script: {image: i, command: [sh, -e], source: 'echo 1'}}")
    main = pod["spec"]["containers"][1]
    assert main["args"] == ["/argo/staging/script"]
    assert "source" not in main
    mounts = {m["name"]: m["mountPath"] for m in main["volumeMounts"]}
    assert mounts == {"argo-staging": "/argo/staging", "var-run-argo": "/var/run/argo"}


def test_a_resource_pod() -> None:
    pod = pod_of("- {name: main, resource: {action: create, manifest: '{a: b}'}}")
    (main,) = pod["spec"]["containers"]
    assert main["command"] == ["argoexec", "resource", "create"]
    assert main["image"].startswith("quay.io/argoproj/argoexec:")


def test_volumes_sidecars_and_claims() -> None:
    sim = Simulation(
        wf(
            """
- name: main
  container: {image: i, command: [c], volumeMounts: [{name: work, mountPath: /work},
                                                     {name: conf, mountPath: /conf}]}
  sidecars: [{name: side, image: s, mirrorVolumeMounts: true}]
""",
            volumes=[{"name": "conf", "configMap": {"name": "{{workflow.parameters.cm}}"}}],
            arguments={"parameters": [{"name": "cm", "value": "settings"}]},
            volumeClaimTemplates=[{"metadata": {"name": "work"}, "spec": {"accessModes": ["RWO"]}}],
        )
    )
    sim.step()
    pod = next(iter(sim.made.values()))
    volumes = {v["name"]: v for v in pod["spec"]["volumes"]}
    assert volumes["work"]["persistentVolumeClaim"] == {"claimName": "wf-work"}
    assert volumes["conf"]["configMap"] == {"name": "settings"}
    assert ("PersistentVolumeClaim", "wf-work") in sim.others
    side = pod["spec"]["containers"][2]
    assert {m["mountPath"] for m in side["volumeMounts"]} >= {"/work", "/conf"}
    wait = pod["spec"]["containers"][0]
    assert {m["mountPath"] for m in wait["volumeMounts"]} >= {"/mainctrfs/work"}
    sim.run()
    assert sim.phase == "Succeeded"
    assert sim.deleted == ["wf-work"]


def test_a_volume_that_is_not_there() -> None:
    sim = Simulation(
        wf(
            "- {name: main, container: {image: i, command: [c], "
            "volumeMounts: [{name: x, mountPath: /x}]}}"
        )
    ).run()
    assert sim.phase == "Error"
    assert "volume 'x' not found in workflow spec" in sim.message


def test_patches_merge_by_name() -> None:
    pod = pod_of(
        """
- name: main
  podSpecPatch: '{"containers": [{"name": "main", "resources": {"limits": {"cpu": "1"}}}]}'
  container: {image: i, command: [c]}
""",
        podSpecPatch="terminationGracePeriodSeconds: 3",
    )
    assert pod["spec"]["terminationGracePeriodSeconds"] == 3
    assert pod["spec"]["containers"][1]["resources"] == {"limits": {"cpu": "1"}}
    assert pod["spec"]["containers"][1]["image"] == "i"
    with pytest.raises(Problem, match="PodSpecPatch"):
        apply_patch({}, "[1]")


def test_a_big_template_goes_into_a_config_map() -> None:
    big = "x" * 140_000
    sim = Simulation(wf(f"- {{name: main, script: {{image: i, command: [sh], source: '{big}'}}}}"))
    sim.step()
    assert ("ConfigMap", "wf") in sim.others
    init = sim.made["wf"]["spec"]["initContainers"][0]
    assert {"name": "ARGO_TEMPLATE", "value": "offloaded"} in init["env"]


def test_template_defaults() -> None:
    pod = pod_of(
        "- {name: main, container: {command: [c]}}",
        templateDefaults={
            "container": {"image": "common", "env": [{"name": "A", "value": "1"}]},
            "script": {"image": "other"},
            "timeout": "30s",
        },
    )
    main = pod["spec"]["containers"][1]
    assert main["image"] == "common"
    assert {"name": "A", "value": "1"} in main["env"]
    assert pod["spec"]["activeDeadlineSeconds"] == 30


def ended(name: str, code: int, message: str = "") -> Object:
    terminated: Object = {"exitCode": code, "reason": "Error" if code else "Completed"}
    if message:
        terminated["message"] = message
    return {"name": name, "state": {"terminated": terminated}}


@pytest.mark.parametrize(
    ("status", "phase", "message"),
    [
        ({"message": "evicted"}, "Failed", "evicted"),
        ({}, "Failed", "can't find failed message for pod p namespace default"),
        (
            {"containerStatuses": [ended("wait", 0), ended("main", 3)]},
            "Failed",
            "main: Error (exit code 3)",
        ),
        (
            {"containerStatuses": [ended("wait", 1, "no artifact"), ended("main", 0)]},
            "Error",
            "wait: Error (exit code 1): no artifact",
        ),
        (
            {"containerStatuses": [ended("wait", 1), ended("main", 2, "boom")]},
            "Failed",
            "main: Error (exit code 2): boom",
        ),
        (
            {"initContainerStatuses": [ended("init", 1, "s3")], "containerStatuses": []},
            "Error",
            "init: Error (exit code 1): s3",
        ),
        (
            {"initContainerStatuses": [ended("mine", 5)]},
            "Failed",
            "mine: Error (exit code 5)",
        ),
        (
            {"containerStatuses": [ended("main", 0), ended("wait", 0), ended("side", 137)]},
            "Succeeded",
            "",
        ),
        (
            {"containerStatuses": [ended("main", 0), ended("wait", 0), ended("side", 9)]},
            "Failed",
            "side: Error (exit code 9)",
        ),
        (
            {"containerStatuses": [
                {"name": "main", "state": {"waiting": {"reason": "ImagePull", "message": "no"}}}
            ]},
            "Error",
            "Pod failed before main container starts due to ImagePull: no",
        ),
    ],
)  # fmt: skip
def test_why_a_pod_failed(status: Object, phase: str, message: str) -> None:
    pod = {"metadata": {"name": "p", "namespace": "default"}, "status": status}
    assert failure_of(pod) == (phase, message)


def test_pending_says_why() -> None:
    sim = Simulation(wf("- {name: main, container: {image: i, command: [c]}}"))
    sim.step()
    condition = {"type": "PodScheduled", "reason": "Unschedulable", "message": "Insufficient cpu"}
    sim.pods["wf"]["status"] = {"phase": "Pending", "conditions": [condition]}
    sim.step()
    assert sim.nodes["wf"]["message"] == "Unschedulable: Insufficient cpu"
    sim._move_pods()
    sim.step()
    assert "message" not in sim.nodes["wf"]


def test_a_pod_that_vanishes_is_an_error() -> None:
    sim = Simulation(wf("- {name: main, container: {image: i, command: [c]}}"))
    sim.step()
    sim._move_pods()
    sim.step()
    sim.pods.clear()
    sim.step()
    assert (sim.phase, sim.message) == ("Error", "pod deleted")
