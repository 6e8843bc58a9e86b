"""The ``kubernetes`` Python client, unmodified, with the kubeconfig as it is written."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client as k8s
from kubernetes import config, watch
from kubernetes.client.exceptions import ApiException

from pinnace.objects.kinds import PODS
from pinnace.objects.meta import Key
from tests.integration.apiserver.conftest import Served

untyped_config: Any = config
untyped_watch: Any = watch

WORKFLOW: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "w-", "labels": {"a": "b"}},
    "spec": {"entrypoint": "main", "templates": []},
}
PLACE = ("argoproj.io", "v1alpha1", "default", "workflows")


@pytest.fixture
def api(served: Served) -> Iterator[k8s.ApiClient]:
    with untyped_config.new_client_from_config(str(served.config)) as opened:
        yield opened


def pod(name: str, **labels: str) -> k8s.V1Pod:
    return k8s.V1Pod(
        metadata=k8s.V1ObjectMeta(name=name, labels=labels),
        spec=k8s.V1PodSpec(containers=[k8s.V1Container(name="main", image="busybox")]),
    )


def test_pods_are_created_listed_patched_and_deleted(api: k8s.ApiClient) -> None:
    core: Any = k8s.CoreV1Api(api)
    made = core.create_namespaced_pod("default", pod("one", app="x"))
    assert made.metadata.uid and made.status.phase == "Pending"
    core.create_namespaced_pod("default", pod("two"))
    found = core.list_namespaced_pod("default", label_selector="app=x")
    assert [p.metadata.name for p in found.items] == ["one"]
    everywhere = core.list_pod_for_all_namespaces(field_selector="metadata.name=two")
    assert [p.metadata.name for p in everywhere.items] == ["two"]
    patched = core.patch_namespaced_pod("one", "default", {"metadata": {"labels": {"y": "z"}}})
    assert patched.metadata.labels == {"app": "x", "y": "z"}
    body = {"status": {"phase": "Running"}}
    assert core.patch_namespaced_pod_status("one", "default", body).status.phase == "Running"
    core.delete_namespaced_pod("one", "default", grace_period_seconds=0)
    with pytest.raises(ApiException) as error:
        core.read_namespaced_pod("one", "default")
    assert error.value.status == 404


def test_replace_of_something_older_is_a_conflict(api: k8s.ApiClient) -> None:
    core: Any = k8s.CoreV1Api(api)
    core.create_namespaced_config_map(
        "default", k8s.V1ConfigMap(metadata=k8s.V1ObjectMeta(name="c"), data={"a": "1"})
    )
    old = core.read_namespaced_config_map("c", "default")
    core.patch_namespaced_config_map("c", "default", {"data": {"a": "2"}})
    old.data = {"a": "3"}
    with pytest.raises(ApiException) as error:
        core.replace_namespaced_config_map("c", "default", old)
    assert (error.value.status, error.value.reason) == (409, "Conflict")
    assert core.read_namespaced_config_map("c", "default").data == {"a": "2"}


def test_custom_objects_in_pages(api: k8s.ApiClient) -> None:
    custom: Any = k8s.CustomObjectsApi(api)
    names = [
        custom.create_namespaced_custom_object(*PLACE, WORKFLOW)["metadata"]["name"]
        for _ in range(5)
    ]
    seen: list[str] = []
    token = ""
    while True:
        page = custom.list_namespaced_custom_object(*PLACE, limit=2, _continue=token)
        seen += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue", "")
        if not token:
            break
    assert seen == sorted(names)
    assert page["kind"] == "WorkflowList"
    custom.delete_collection_namespaced_custom_object(*PLACE, label_selector="a=b")
    assert custom.list_namespaced_custom_object(*PLACE)["items"] == []


def test_a_watch_sees_what_happens_from_its_revision_on(api: k8s.ApiClient, served: Served) -> None:
    core: Any = k8s.CoreV1Api(api)
    core.create_namespaced_pod("default", pod("before"))
    since = core.list_namespaced_pod("default").metadata.resource_version
    core.create_namespaced_pod("default", pod("after"))
    events = untyped_watch.Watch().stream(
        core.list_namespaced_pod, "default", resource_version=since, timeout_seconds=30
    )
    first = next(events)
    assert (first["type"], first["object"].metadata.name) == ("ADDED", "after")
    served.store.modify(
        Key(PODS, "default", "after"), lambda p: {**p, "status": {"phase": "Failed"}}
    )
    assert next(events)["object"].status.phase == "Failed"
    core.delete_namespaced_pod("after", "default")
    assert next(events)["type"] == "DELETED"


def test_the_log_of_a_pod_is_followed(api: k8s.ApiClient, served: Served) -> None:
    core: Any = k8s.CoreV1Api(api)
    core.create_namespaced_pod("default", pod("p"))
    served.store.modify(
        Key(PODS, "default", "p"), lambda p: {**p, "spec": {**p["spec"], "nodeName": "here"}}
    )
    log = served.logs / "p.main"
    log.write_bytes(b"one\n")
    assert core.read_namespaced_pod_log("p", "default") == "one\n"
    lines: list[str] = []
    first = threading.Event()

    def follow() -> None:
        for line in untyped_watch.Watch().stream(core.read_namespaced_pod_log, "p", "default"):
            lines.append(line)
            first.set()

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    assert first.wait(10)
    with log.open("ab") as file:
        file.write(b"two\nEND\n")
    follower.join(10)
    assert lines[:2] == ["one", "two"]


def test_tfjobs_and_their_status(api: k8s.ApiClient) -> None:
    custom: Any = k8s.CustomObjectsApi(api)
    place = ("kubeflow.org", "v1", "default", "tfjobs")
    template = {"spec": {"containers": [{"name": "tensorflow", "image": "x"}]}}
    job = {
        "apiVersion": "kubeflow.org/v1",
        "kind": "TFJob",
        "metadata": {"name": "t"},
        "spec": {"tfReplicaSpecs": {"Worker": {"replicas": 2, "template": template}}},
    }
    assert custom.create_namespaced_custom_object(*place, job)["metadata"]["generation"] == 1
    status = {"status": {"conditions": [{"type": "Created", "status": "True"}]}}
    custom.patch_namespaced_custom_object_status(*place, "t", status)
    ignored = {"status": {"conditions": []}, "metadata": {"labels": {"a": "b"}}}
    custom.patch_namespaced_custom_object(*place, "t", ignored)
    found = custom.get_namespaced_custom_object(*place, "t")
    assert found["status"]["conditions"][0]["type"] == "Created"
    assert found["metadata"]["labels"] == {"a": "b"}
    del job["spec"]["tfReplicaSpecs"]  # type: ignore[attr-defined]  # a dict by construction
    job["metadata"] = {"name": "u"}
    with pytest.raises(ApiException) as error:
        custom.create_namespaced_custom_object(*place, job)
    assert error.value.status == 422
    assert "spec.tfReplicaSpecs: Required value" in str(error.value.body)


def test_a_kind_of_their_own_and_its_scale(api: k8s.ApiClient) -> None:
    extensions: Any = k8s.ApiextensionsV1Api(api)
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
    }
    version = k8s.V1CustomResourceDefinitionVersion(
        name="v1", served=True, storage=True,
        schema=k8s.V1CustomResourceValidation(open_apiv3_schema=schema),
        subresources=k8s.V1CustomResourceSubresources(
            scale=k8s.V1CustomResourceSubresourceScale(
                spec_replicas_path=".spec.replicas", status_replicas_path=".status.replicas"
            )
        ),
    )  # fmt: skip
    made = extensions.create_custom_resource_definition(
        k8s.V1CustomResourceDefinition(
            metadata=k8s.V1ObjectMeta(name="gadgets.e.org"),
            spec=k8s.V1CustomResourceDefinitionSpec(
                group="e.org", scope="Cluster", versions=[version],
                names=k8s.V1CustomResourceDefinitionNames(plural="gadgets", kind="Gadget"),
            ),
        )
    )  # fmt: skip
    assert {c.type: c.status for c in made.status.conditions}["Established"] == "True"
    custom: Any = k8s.CustomObjectsApi(api)
    place = ("e.org", "v1", "gadgets")
    gadget = {"apiVersion": "e.org/v1", "kind": "Gadget", "metadata": {"name": "g"},
              "spec": {"replicas": 1}}  # fmt: skip
    custom.create_cluster_custom_object(*place, gadget)
    custom.patch_cluster_custom_object_scale(*place, "g", {"spec": {"replicas": 4}})
    assert custom.get_cluster_custom_object_scale(*place, "g")["spec"]["replicas"] == 4
    assert custom.get_cluster_custom_object(*place, "g")["metadata"]["generation"] == 2
    extensions.delete_custom_resource_definition("gadgets.e.org")
    with pytest.raises(ApiException) as error:
        custom.list_cluster_custom_object(*place)
    assert error.value.status == 404


def test_initial_events_end_with_a_bookmark(api: k8s.ApiClient) -> None:
    core: Any = k8s.CoreV1Api(api)
    core.create_namespaced_pod("default", pod("there"))
    events = untyped_watch.Watch().stream(
        core.list_namespaced_pod, "default", send_initial_events=True, timeout_seconds=30,
        resource_version_match="NotOlderThan", allow_watch_bookmarks=True,
    )  # fmt: skip
    first, second = next(events), next(events)
    assert (first["type"], first["object"].metadata.name) == ("ADDED", "there")
    assert second["type"] == "BOOKMARK"
    assert second["raw_object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_leases_elect_a_leader(api: k8s.ApiClient) -> None:
    leases: Any = k8s.CoordinationV1Api(api)
    spec = k8s.V1LeaseSpec(holder_identity="one", lease_duration_seconds=15)
    lease = k8s.V1Lease(metadata=k8s.V1ObjectMeta(name="leader"), spec=spec)
    leases.create_namespaced_lease("default", lease)
    mine, theirs = (leases.read_namespaced_lease("leader", "default") for _ in range(2))
    mine.spec.holder_identity = "two"
    leases.replace_namespaced_lease("leader", "default", mine)
    theirs.spec.holder_identity = "three"
    with pytest.raises(ApiException) as error:
        leases.replace_namespaced_lease("leader", "default", theirs)
    assert error.value.status == 409
