"""kubectl's verbs, against what kubectl itself prints."""

import json

import pytest

from tests.eventually import eventually
from tests.integration.cli.conftest import Shell

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: demo, tier: "1"}, annotations: {note: "two\\nlines"}}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: [echo, "hello from one"]}]
---
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: demo}}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: [echo, "hello from two"]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  empty: ""
  number: "1"
  text: "a: b"
  lines: "a\\nb\\n"
  flag: "true"
  long: a text of more than eighty characters, which kubectl folds where it would not fit
"""
BROKEN = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: good}
data: {a: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: bad}
dota: {a: "1"}
---
apiVersion: example.com/v1
kind: Nothing
metadata: {name: bad}
"""
DEFINED = """\
apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: mine}
spec: {cron: "* * * * *"}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct]}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Cron, type: string, jsonPath: .spec.cron}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {cron: {type: string}}}
"""


@pytest.fixture(scope="module")
def pods(shell: Shell) -> Shell:
    """Two pods that have ended, and a ConfigMap."""
    told = shell.pinnace("apply", "-f", shell.file("pods.yaml", PODS))
    assert told.out == "pod/one created\npod/two created\nconfigmap/settings created\n"

    def ended() -> bool:
        found = shell.json("get", "pods", "-l", "app=demo")["items"]
        return [each["status"]["phase"] for each in found] == ["Succeeded"] * 2

    eventually(ended)
    return shell


@pytest.mark.parametrize(
    "words",
    [
        "get pods --no-headers -o name", "get pods -o json", "get pods -o yaml", "get cm -o yaml",
        "get pod one -o yaml", "get pod one two -o json", "get pod/one cm/settings -o name",
        "get pods -l tier=1 -o name", "get pods --field-selector metadata.name=two -o name",
        "get pods -A -o name", "get nodes -o name", "get tfjobs", "get pods -n nowhere",
        "get pod nobody -o name --ignore-not-found", "get pod nobody", "get sa -o json",
        "describe cm nobody",
        # with ages
        "get pods", "get po -o wide", "get pods -A", "get pods,cm", "get pods --show-labels",
        "get pods -L app -L tier", "get pod one", "get pod/two cm/settings",
        "get pods --no-headers", "describe crd", "describe eventbus", "get ns",
    ],
)  # fmt: skip
def test_get_prints_what_kubectl_prints(pods: Shell, words: str) -> None:
    pods.same(words.split())


def test_objects_that_files_name(pods: Shell) -> None:
    path = str(pods.folder / "pods.yaml")
    pods.same(["get", "-f", path, "-o", "name"])
    assert pods.pinnace("get", "-f", path, "--no-headers").out.count("Completed") == 2
    assert "Name:         two" in pods.pinnace("describe", "-f", path).out
    nameless = pods.file("nameless.yaml", BROKEN.split("---")[0].replace("name:", "generateName:"))
    told = pods.pinnace("get", "-f", nameless, code=1)
    assert f"{nameless}:3: ConfigMap: metadata.name: expected a name" in told.err


def test_errors_name_what_is_wrong(pods: Shell) -> None:
    told = pods.pinnace("get", "pod", "nobody", code=1)
    assert told.err == 'pinnace: pods "nobody" not found\n'
    told = pods.pinnace("get", "podz", code=1)
    assert 'doesn\'t have a resource type "podz"; it has: ' in told.err and "pods" in told.err
    assert pods.pinnace("get", "pods", "one", "-l", "a=b", code=2).out == ""


def test_apply_says_what_it_did_and_names_what_is_broken(shell: Shell) -> None:
    path = shell.file("broken/all.yaml", BROKEN)
    told = shell.pinnace("apply", "-f", str(shell.folder / "broken"), code=1)
    assert told.out == "configmap/good created\n"
    assert f"{path}:9: ConfigMap bad: dota: unknown field" in told.err
    assert f"{path}:12: Nothing bad: kind: expected one of" in told.err
    good = BROKEN.split("---")[0]
    assert shell.pinnace("apply", "-f", "-", stdin=good).out == "configmap/good unchanged\n"
    told = shell.pinnace("apply", "-f", "-", stdin=good.replace('"1"', '"2"'))
    assert told.out == "configmap/good configured\n"
    assert shell.json("get", "cm", "good")["data"] == {"a": "2"}
    told = shell.pinnace("apply", "-f", "-", stdin="a: [", code=1)
    assert "standard input:" in told.err
    told = shell.pinnace("apply", "-f", "-", "-n", "other", stdin=good, code=1)
    assert "other" in told.err and "not found" in told.err


def test_kinds_that_are_defined_in_the_same_files(shell: Shell) -> None:
    told = shell.pinnace("apply", shell.file("crd.yaml", DEFINED))
    assert told.out.splitlines() == [
        "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created",
        "crontab.stable.example.com/mine created",
    ]
    for called in ("ct", "crontab", "crontabs.stable.example.com"):
        assert shell.pinnace("get", called, "--no-headers").out.split() == [
            "mine",
            "*",
            "*",
            "*",
            "*",
            "*",
        ]
    shell.same(["get", "ct", "mine", "-o", "yaml"])
    told = shell.pinnace("delete", "-f", str(shell.folder / "crd.yaml"))
    assert 'crontab.stable.example.com "mine" deleted' in told.out


def test_a_watch_prints_rows_as_they_change(shell: Shell) -> None:
    shell.pinnace("create", "-f", "-", stdin=BROKEN.split("---")[0].replace("good", "seen"))
    process = shell.start("get", "cm", "seen", "-w")
    assert process.stdout is not None
    try:
        assert process.stdout.readline().split() == ["NAME", "DATA", "AGE"]
        assert process.stdout.readline().split()[:2] == ["seen", "1"]
        patch = BROKEN.split("---")[0].replace("good", "seen").replace('"1"', '"1", b: "2"')
        shell.pinnace("apply", "--force-conflicts", "-f", "-", stdin=patch)
        assert process.stdout.readline().split()[:2] == ["seen", "2"]
    finally:
        process.terminate()
        process.wait()


def test_logs(pods: Shell) -> None:
    assert pods.pinnace("logs", "one").out == "hello from one\n"
    assert pods.pinnace("logs", "-f", "pod/one").out == "hello from one\n"
    told = sorted(pods.pinnace("logs", "-l", "app=demo").out.splitlines())
    assert told == ["one: hello from one", "two: hello from two"]
    assert pods.pinnace("logs", "one", "--timestamps").out.split()[1:] == ["hello", "from", "one"]
    assert "no pod, workflow or tfjob 'nobody'" in pods.pinnace("logs", "nobody", code=1).err
    assert (
        "container side is not in pod one" in pods.pinnace("logs", "one", "-c", "side", code=1).err
    )


def test_delete(shell: Shell) -> None:
    manifest = BROKEN.split("---")[0]
    for name in ("d1", "d2"):
        shell.pinnace("create", "-f", "-", stdin=manifest.replace("good", name))
    assert (
        shell.pinnace("delete", "cm", "d1", "--dry-run").out == 'configmap "d1" deleted (dry run)\n'
    )
    assert shell.pinnace("delete", "cm", "d1").out == 'configmap "d1" deleted\n'
    assert shell.pinnace("delete", "cm/d1", code=1).err == 'pinnace: configmaps "d1" not found\n'
    assert shell.pinnace("delete", "cm/d1", "--ignore-not-found").out == ""
    assert "say --all" in shell.pinnace("delete", "cm", code=2).err
    assert shell.pinnace("delete", "-f", "-", stdin=manifest.replace("good", "d2")).code == 0


def test_machines_read_names(shell: Shell) -> None:
    told = shell.pinnace("create", "-f", "-", "-o", "name", stdin=BROKEN.split("---")[0].replace(
        "{name: good}", "{generateName: made-}"))  # fmt: skip
    name = told.out.strip()
    assert name.startswith("configmap/made-")
    assert json.loads(shell.pinnace("get", name, "-o", "json").out)["data"] == {"a": "1"}
