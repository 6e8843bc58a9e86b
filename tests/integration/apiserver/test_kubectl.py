"""Sessions of the real kubectl, validation on."""

import json
import re

import pytest

from pinnace.objects.kinds import PODS, WORKFLOWS
from pinnace.objects.meta import Key
from tests.eventually import eventually
from tests.integration.apiserver.conftest import Kubectl, Served

pytestmark = pytest.mark.slow

HELLO = """
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: hello-world-
spec:
  entrypoint: whalesay
  templates:
  - name: whalesay
    container: {image: docker/whalesay, command: [cowsay], args: ["hello world"]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  initContainers: [{name: init, image: busybox}]
  containers:
  - {name: main, image: busybox, env: [{name: A, value: "1"}]}
  - {name: side, image: busybox}
"""


def test_create_get_and_delete_a_workflow(kubectl: Kubectl, served: Served) -> None:
    made = kubectl("create", "-f", "-", stdin=HELLO)
    found = re.fullmatch(r"workflow\.argoproj\.io/(hello-world-[a-z0-9]{5}) created\n", made)
    assert found
    key = Key(WORKFLOWS, "default", found[1])
    served.store.modify(
        key,
        lambda wf: {
            **wf,
            "status": {"phase": "Running", "startedAt": wf["metadata"]["creationTimestamp"]},
        },
    )
    lines = kubectl("get", "wf").splitlines()
    assert lines[0].split() == ["NAME", "STATUS", "AGE", "MESSAGE"]
    assert re.fullmatch(rf"{found[1]}\s+Running\s+\d+s\s*", lines[1])
    assert kubectl("get", "workflow", found[1], "-o", "name").strip().endswith(found[1])
    assert "Entrypoint:" in kubectl("describe", "wf", found[1])
    assert "deleted" in kubectl("delete", "wf", found[1])
    assert "not found" in kubectl("get", "wf", found[1], fails=True)


def test_unknown_fields_and_wrong_types_are_reported_as_kubernetes_does(kubectl: Kubectl) -> None:
    wrong = HELLO.replace("entrypoint:", "foo: 1\n  entrypoint:")
    message = kubectl("create", "-f", "-", stdin=wrong, fails=True)
    assert 'strict decoding error: unknown field "spec.foo"' in message
    warned = kubectl.run("create", "--validate=warn", "-f", "-", stdin=wrong)
    assert warned.returncode == 0
    assert 'Warning: unknown field "spec.foo"' in warned.stderr
    assert kubectl.run("create", "--validate=ignore", "-f", "-", stdin=wrong).stderr == ""
    message = kubectl("create", "-f", "-", stdin=HELLO.replace("[cowsay]", "cowsay"), fails=True)
    assert "spec.templates[0].container.command in body must be of type array" in message
    message = kubectl("create", "-f", "-", stdin=POD.replace('"1"', "1"), fails=True)
    assert (
        "cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value" in message
    )


def test_apply_changes_and_removes_what_the_file_no_longer_has(kubectl: Kubectl) -> None:
    assert kubectl("apply", "-f", "-", stdin=POD) == "pod/web created\n"
    assert kubectl("apply", "-f", "-", stdin=POD) == "pod/web unchanged\n"
    changed = POD.replace("{app: web}", "{tier: front}")
    assert kubectl("apply", "-f", "-", stdin=changed) == "pod/web configured\n"
    labels = json.loads(kubectl("get", "pod", "web", "-o", "json"))["metadata"]["labels"]
    assert labels == {"tier": "front"}
    assert "serverside-applied" in kubectl(
        "apply", "--server-side", "--force-conflicts", "-f", "-", stdin=changed
    )
    assert kubectl("diff", "-f", "-", stdin=changed) == ""


def test_the_columns_of_pods(kubectl: Kubectl, served: Served) -> None:
    kubectl("create", "-f", "-", stdin=POD)
    status = {
        "phase": "Running",
        "podIP": "127.0.0.1",
        "conditions": [{"type": "Initialized", "status": "True"}],
        "containerStatuses": [
            {"name": "main", "ready": True, "restartCount": 2, "state": {"running": {}}},
            {"name": "side", "ready": False, "restartCount": 0,
             "state": {"waiting": {"reason": "CrashLoopBackOff"}}},
        ],
    }  # fmt: skip
    served.store.modify(
        Key(PODS, "default", "web"),
        lambda pod: {**pod, "spec": {**pod["spec"], "nodeName": "here"}, "status": status},
    )
    head, row = (line.split() for line in kubectl("get", "po", "-o", "wide").splitlines())
    assert head[:7] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"]
    assert row[:4] == ["web", "1/2", "CrashLoopBackOff", "2"]
    assert row[5:7] == ["127.0.0.1", "here"]


def test_wait_watch_and_delete(kubectl: Kubectl, served: Served) -> None:
    kubectl("create", "-f", "-", stdin=POD)
    watching = kubectl.begin("get", "pods", "-w", "--no-headers")
    waiting = kubectl.begin("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/web")
    assert watching.stdout and waiting.stdout
    assert watching.stdout.readline().split()[:3] == ["web", "0/2", "Pending"]
    key = Key(PODS, "default", "web")
    served.store.modify(key, lambda pod: {**pod, "status": {"phase": "Succeeded"}})
    assert watching.stdout.readline().split()[:3] == ["web", "0/2", "Succeeded"]
    assert waiting.stdout.read() == "pod/web condition met\n"
    assert waiting.wait(10) == 0
    assert kubectl("delete", "pod", "web") == 'pod "web" deleted\n'
    watching.terminate()
    watching.wait(10)
    missing = kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=1s", fails=True)
    assert "not found" in missing


def test_logs(kubectl: Kubectl, served: Served) -> None:
    kubectl("create", "-f", "-", stdin=POD)
    served.store.modify(
        Key(PODS, "default", "web"), lambda p: {**p, "spec": {**p["spec"], "nodeName": "here"}}
    )
    (served.logs / "web.main").write_bytes(b"one\ntwo\nthree\n")
    (served.logs / "web.side.1").write_bytes(b"before\n")
    assert kubectl("logs", "web", "-c", "main") == "one\ntwo\nthree\n"
    assert kubectl("logs", "web", "-c", "main", "--tail=1") == "three\n"
    assert kubectl("logs", "web", "-c", "side", "--previous") == "before\n"
    assert "waiting to start" in kubectl("logs", "web", "-c", "side", fails=True)
    assert "container none is not valid for pod web" in kubectl(
        "logs", "web", "-c", "none", fails=True
    )
    following = kubectl.begin("logs", "-f", "web", "-c", "main")
    assert following.stdout
    assert [following.stdout.readline() for _ in range(3)] == ["one\n", "two\n", "three\n"]
    with (served.logs / "web.main").open("ab") as log:
        log.write(b"four\nEND\n")
    assert following.stdout.read() == "four\n"
    assert following.wait(10) == 0


def test_what_typed_clients_send_as_protobuf(kubectl: Kubectl) -> None:
    kubectl("create", "namespace", "team")
    kubectl("-n", "team", "create", "configmap", "settings", "--from-literal=a=b")
    kubectl("-n", "team", "create", "secret", "generic", "key", "--from-literal=k=v")
    kubectl("-n", "team", "create", "serviceaccount", "robot")
    kubectl("-n", "team", "create", "deployment", "web", "--image=nginx", "--replicas=0")
    found = json.loads(kubectl("-n", "team", "get", "cm,secret,sa,deploy", "-o", "json"))["items"]
    by_kind = {item["kind"]: item for item in found}
    assert by_kind["ConfigMap"]["data"] == {"a": "b"}
    assert by_kind["Secret"]["data"] == {"k": "dg=="}
    assert by_kind["Deployment"]["spec"]["replicas"] == 0
    assert by_kind["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx"
    kubectl("delete", "namespace", "team")
    assert "No resources found" in kubectl.run("-n", "team", "get", "cm").stderr


def test_scale_reads_and_writes_the_subresource(kubectl: Kubectl) -> None:
    kubectl("create", "deployment", "web", "--image=nginx", "--replicas=3")
    assert kubectl("scale", "deploy/web", "--replicas=2") == "deployment.apps/web scaled\n"
    wrong = kubectl("scale", "deploy/web", "--replicas=4", "--current-replicas=3", fails=True)
    assert "Expected replicas to be 3, was 2" in wrong
    found = kubectl(
        "get", "deploy", "web", "--subresource=scale", "-o", "jsonpath={.spec.replicas}"
    )
    assert found == "2"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("auth", "can-i", "create", "workflows"), "yes"),
        (("auth", "whoami"), "pinnace"),
        (("explain", "wf.spec.entrypoint"), "FIELD: entrypoint <string>"),
        (("explain", "tfjob.spec.tfReplicaSpecs"), "<map[string]ReplicaSpec>"),
        (("explain", "pod.spec.containers.image"), "FIELD: image <string>"),
        (("explain", "sensor.spec.triggers"), "FIELD: triggers <[]Trigger>"),
        (("api-resources", "--api-group=kubeflow.org"), "tfjobs"),
        (("api-versions",), "argoproj.io/v1alpha1"),
        (("version",), "v1.32"),
        (("get", "ns", "default", "-o", "jsonpath={.status.phase}"), "Active"),
        (("describe", "ns", "default"), "Active"),
        (("get", "--raw", "/healthz"), "ok"),
        (("get", "--raw", "/readyz"), "ok"),
    ],
)  # fmt: skip
def test_what_it_answers(kubectl: Kubectl, words: tuple[str, ...], expected: str) -> None:
    assert expected in kubectl(*words)


def test_patches_labels_and_selectors(kubectl: Kubectl) -> None:
    kubectl("create", "-f", "-", stdin=POD)
    kubectl("label", "pod", "web", "x=y")
    kubectl("annotate", "pod", "web", "note=hello there")
    kubectl("patch", "pod", "web", "--type=merge", "-p", '{"metadata":{"labels":{"m":"1"}}}')
    kubectl("patch", "pod", "web", "--type=json", "-p",
            '[{"op":"add","path":"/metadata/labels/j","value":"1"}]')  # fmt: skip
    kubectl("patch", "pod", "web", "-p",
            '{"spec":{"containers":[{"name":"side","image":"alpine"}]}}')  # fmt: skip
    pod = json.loads(kubectl("get", "pod", "-l", "app=web,x in (y,z),!gone", "-o", "json"))
    (found,) = pod["items"]
    assert found["metadata"]["labels"] == {"app": "web", "x": "y", "m": "1", "j": "1"}
    assert [c["image"] for c in found["spec"]["containers"]] == ["busybox", "alpine"]
    assert kubectl("get", "pod", "--field-selector=status.phase=Running", "-o", "name") == ""
    made = kubectl("create", "-f", "-", "-o", "name", stdin=HELLO).strip()
    refused = kubectl("patch", made, "-p", '{"metadata":{}}', fails=True)
    assert "application/merge-patch+json" in refused  # custom resources have no merge keys


def test_conflicts_and_missing_things(kubectl: Kubectl) -> None:
    pod = POD.replace("name: web,", "name: web, namespace: nowhere,")
    assert 'namespaces "nowhere" not found' in kubectl("create", "-f", "-", stdin=pod, fails=True)
    kubectl("create", "-f", "-", stdin=POD)
    assert 'pods "web" already exists' in kubectl("create", "-f", "-", stdin=POD, fails=True)
    stale = json.loads(kubectl("get", "pod", "web", "-o", "json"))
    kubectl("label", "pod", "web", "x=y")
    message = kubectl("replace", "-f", "-", stdin=json.dumps(stale), fails=True)
    assert "the object has been modified" in message
    assert 'pods "none" not found' in kubectl("delete", "pod", "none", fails=True)
    bad = POD.replace("name: web,", "name: Web_1,")
    assert 'The Pod "Web_1" is invalid: metadata.name' in kubectl(
        "create", "-f", "-", stdin=bad, fails=True
    )


def test_dry_run_stores_nothing(kubectl: Kubectl, served: Served) -> None:
    revision = served.store.revision()
    assert "created (server dry run)" in kubectl("create", "--dry-run=server", "-f", "-", stdin=POD)
    assert served.store.list(PODS) == []
    assert served.store.revision() == revision


def test_finalizers_and_owners(kubectl: Kubectl, served: Served) -> None:
    owner = served.store.create(
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "owner", "namespace": "default", "finalizers": ["test/hold"]}}
    )  # fmt: skip
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner",
                 "uid": owner["metadata"]["uid"]}  # fmt: skip
    served.store.create(
        {"apiVersion": "v1", "kind": "Secret",
         "metadata": {"name": "child", "namespace": "default", "ownerReferences": [reference]}}
    )  # fmt: skip
    kubectl("delete", "cm", "owner", "--wait=false")
    assert "deletionTimestamp" in kubectl("get", "cm", "owner", "-o", "yaml")
    kubectl("patch", "cm", "owner", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    assert eventually(lambda: "not found" in kubectl.run("get", "cm", "owner").stderr)
    assert "not found" in kubectl("get", "secret", "child", fails=True)
