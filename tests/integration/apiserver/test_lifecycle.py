"""How things come and go, with kubectl: quotas, namespaces, deletion's policies, dry runs."""

import json
from pathlib import Path

import pytest

from pinnace.objects.kinds import DEPLOYMENTS, NAMESPACES, PODS
from pinnace.objects.meta import Key
from pinnace.plane.quotas import Quotas
from tests.eventually import eventually
from tests.integration.apiserver.conftest import Kubectl, Served

pytestmark = pytest.mark.slow

POD = """
apiVersion: v1
kind: Pod
metadata: {generateName: p-}
spec: {containers: [{name: main, image: busybox}]}
"""


def test_a_quota_is_kept_and_tells_what_is_used(kubectl: Kubectl, served: Served) -> None:
    quotas = Quotas(served.store)
    quotas.start()
    try:
        kubectl("create", "quota", "few", "--hard=pods=1,configmaps=2")
        made = kubectl("create", "-f", "-", "-o", "name", stdin=POD).strip()
        used = ("get", "quota", "few", "-o", "jsonpath={.status.used.pods}")
        assert eventually(lambda: kubectl(*used) == "1")
        assert "configmaps: 0/2" in kubectl("get", "quota", "few")
        assert "pods" in kubectl("describe", "quota", "few")
        message = kubectl("create", "-f", "-", stdin=POD, fails=True)
        assert message.startswith("Error from server (Forbidden):")
        assert (
            "is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"
            in message
        )
        refused = kubectl("create", "-f", "-", "--dry-run=server", stdin=POD, fails=True)
        assert "exceeded quota" in refused
        kubectl("delete", made)
        assert eventually(lambda: kubectl(*used) == "0")
        kubectl("create", "-f", "-", stdin=POD)
    finally:
        quotas.stop()


def test_a_namespace_takes_nothing_new_while_it_ends(kubectl: Kubectl, served: Served) -> None:
    kubectl("create", "namespace", "team")
    given = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}
    kubectl("replace", "-f", "-", stdin=json.dumps(given))
    finalizers = kubectl("get", "ns", "team", "-o", "jsonpath={.spec.finalizers}")
    assert finalizers == '["kubernetes"]'
    kubectl("-n", "team", "create", "configmap", "c")
    served.store.modify(
        Key(NAMESPACES, "", "team"),
        lambda ns: {**ns, "metadata": {**ns["metadata"], "finalizers": ["a/b"]}},
    )
    kubectl("delete", "namespace", "team", "--wait=false")
    assert kubectl("get", "ns", "team").split()[4] == "Terminating"
    assert kubectl("-n", "team", "get", "cm", "-o", "name") == ""
    message = kubectl("-n", "team", "create", "configmap", "late", fails=True)
    assert (
        'configmaps "late" is forbidden: unable to create new content in namespace team because it '
        "is being terminated" in message
    )
    waiting = kubectl.begin("wait", "--for=delete", "ns/team", "--timeout=20s")
    kubectl("patch", "ns", "team", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    assert waiting.wait(20) == 0
    assert "not found" in kubectl("get", "ns", "team", fails=True)


def test_deletion_in_the_foreground_and_orphans(kubectl: Kubectl, served: Served) -> None:
    for name in ("fore", "orphan"):
        kubectl("create", "deployment", name, "--image=x", "--replicas=0")
        owner = served.store.get(DEPLOYMENTS, "default", name)
        reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name,
                     "uid": owner["metadata"]["uid"], "blockOwnerDeletion": True}  # fmt: skip
        metadata = {"name": name, "namespace": "default", "ownerReferences": [reference],
                    "finalizers": ["a/b"]}  # fmt: skip
        served.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata,
                             "spec": {"containers": []}})  # fmt: skip
    kubectl("delete", "deploy", "fore", "--cascade=foreground", "--wait=false")
    found = json.loads(kubectl("get", "deploy", "fore", "-o", "json"))
    assert found["metadata"]["finalizers"] == ["foregroundDeletion"]
    kubectl("patch", "pod", "fore", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    kubectl("wait", "--for=delete", "deploy/fore", "--timeout=20s")
    kubectl("delete", "deploy", "orphan", "--cascade=orphan")
    assert served.store.get(PODS, "default", "orphan")["metadata"]["ownerReferences"] == []


def test_deletion_by_selector_and_of_all(kubectl: Kubectl) -> None:
    for name, label in (("a", "x"), ("b", "x"), ("c", "y")):
        kubectl("create", "configmap", name)
        kubectl("label", "configmap", name, f"l={label}")
    kubectl("delete", "cm", "-l", "l=x")
    assert kubectl("get", "cm", "-o", "name") == "configmap/c\n"
    kubectl("delete", "cm", "--all")
    assert kubectl("get", "cm", "-o", "name") == ""


def test_events_are_described_with_what_they_are_about(kubectl: Kubectl, served: Served) -> None:
    name = kubectl("create", "-f", "-", "-o", "name", stdin=POD).strip().rpartition("/")[2]
    pod = served.store.get(PODS, "default", name)
    about = {"apiVersion": "v1", "kind": "Pod", "name": name, "namespace": "default",
             "uid": pod["metadata"]["uid"]}  # fmt: skip
    served.store.create({
        "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Tired",
        "message": "it wants to sleep", "involvedObject": about, "count": 2,
        "metadata": {"name": "e", "namespace": "default"},
        "lastTimestamp": pod["metadata"]["creationTimestamp"],
    })  # fmt: skip
    described = kubectl("describe", "pod", name)
    assert "Events:" in described and "it wants to sleep" in described
    assert "Tired" in kubectl("events", "--for", f"pod/{name}")


def test_leases_and_endpoint_slices(kubectl: Kubectl) -> None:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "l"},
             "spec": {"holderIdentity": "me"}}  # fmt: skip
    kubectl("create", "-f", "-", stdin=json.dumps(lease))
    assert kubectl("get", "lease", "l").split()[:5] == ["NAME", "HOLDER", "AGE", "l", "me"]
    made = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": "s"}, "ports": [{"port": 80}],
            "endpoints": [{"addresses": ["127.0.0.1"]}]}  # fmt: skip
    kubectl("create", "-f", "-", stdin=json.dumps(made))
    words = kubectl("get", "endpointslices", "s").split()
    assert words == ["NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE", "s", "IPv4", "80",
                     "127.0.0.1", words[-1]]  # fmt: skip


@pytest.mark.parametrize("overlay", ["base", "overlays/k3d", "overlays/production"])
def test_our_own_manifests_are_applied_with_kustomize(kubectl: Kubectl, overlay: str) -> None:
    kubectl("create", "namespace", "pinnace")
    folder = str(Path(__file__).parents[3] / "manifests" / overlay)
    assert "eventbus.argoproj.io/default created" in kubectl("apply", "-k", folder)
    again = kubectl("apply", "-k", folder)
    assert "created" not in again and "configured" not in again


def test_a_kind_that_nobody_defined(kubectl: Kubectl) -> None:
    nothing = {"apiVersion": "shop.example.com/v1", "kind": "Nothing", "metadata": {"name": "n"}}
    message = kubectl("apply", "-f", "-", stdin=json.dumps(nothing), fails=True)
    assert 'no matches for kind "Nothing" in version "shop.example.com/v1"' in message
