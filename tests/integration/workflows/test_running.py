"""Features that need real pods: outputs from files, retries, handlers, stops, restarts."""

import pytest

from pinnace.objects.kinds import PODS, WORKFLOWS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from pinnace.workflows.finish import is_completed
from tests.eventually import eventually
from tests.integration.workflows.conftest import Plane, explain, nodes_of
from tests.integration.workflows.manifests import workflow

_OUTPUTS = """
entrypoint: main
templates:
- name: main
  steps:
  - - {name: make, template: make}
  - - name: each
      template: show
      withParam: "{{steps.make.outputs.result}}"
      arguments:
        parameters:
        - {name: text, value: "{{item}}-{{steps.make.outputs.parameters.from-file}}"}
  outputs:
    parameters:
    - name: total
      valueFrom: {expression: "asInt(steps.make.outputs.parameters['from-file']) + 1"}
- name: make
  script:
    image: busybox
    command: [sh]
    source: |
      echo noise >&2
      echo 41 > /tmp/number
      echo '["a", "b c"]'
  outputs:
    parameters:
    - {name: from-file, valueFrom: {path: /tmp/number}}
    - {name: absent, valueFrom: {path: /tmp/absent, default: none}}
- name: show
  inputs: {parameters: [{name: text}]}
  container: {image: busybox, command: [echo], args: ["{{inputs.parameters.text}}"]}
"""


def test_outputs_feed_later_steps(plane: Plane) -> None:
    done = plane.run(workflow("outputs", _OUTPUTS))
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)
    nodes = nodes_of(done)
    assert nodes["make"]["outputs"]["result"] == '["a", "b c"]'
    assert {p["name"]: p["value"] for p in nodes["make"]["outputs"]["parameters"]} == {
        "from-file": "41",
        "absent": "none",
    }
    assert plane.log(done, "[1].each(0:a)") == "a-41\n"
    assert plane.log(done, "[1].each(1:b c)") == "b c-41\n"
    assert nodes["outputs"]["outputs"]["parameters"] == [{"name": "total", "value": "42"}]


def test_a_failure_tells_its_exit_code_and_retries_and_runs_the_exit_handler(plane: Plane) -> None:
    done = plane.run(workflow("retrying", """
entrypoint: main
onExit: goodbye
templates:
- name: main
  retryStrategy: {limit: 2}
  container: {image: busybox, command: [sh, -c, "echo try {{retries}}; exit 3"]}
- name: goodbye
  container: {image: busybox, command: [echo, "{{workflow.status}} {{workflow.failures}}"]}
"""))  # fmt: skip
    assert done["status"]["phase"] == "Failed"
    assert done["status"]["message"] == "No more retries left"
    nodes = nodes_of(done)
    assert nodes["retrying(2)"]["message"] == "main: Error (exit code 3)"
    assert nodes["retrying(2)"]["outputs"]["exitCode"] == "3"
    assert plane.log(done, "(2)") == "try 2\n"
    handler = plane.log(done, ".onExit")  # upstream quotes the JSON once more
    assert handler.startswith('Failed "[{\\"displayName\\":\\"retrying\\"')


def test_a_restart_in_the_middle_changes_nothing(plane: Plane) -> None:
    name = plane.submit(workflow("long", """
entrypoint: main
templates:
- name: main
  steps:
  - - {name: first, template: slow}
  - - {name: second, template: slow}
- name: slow
  container: {image: busybox, command: [sh, -c, "sleep 1; echo done"]}
"""))  # fmt: skip
    eventually(lambda: _is_running(plane, name, "first"))
    plane.restart()
    done = plane.finished(name)
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)
    assert len(plane.pods(done)) == 2
    assert plane.log(done, "[0].first") == "done\n"


def _is_running(plane: Plane, name: str, node: str) -> bool:
    nodes = (plane.workflow(name).get("status") or {}).get("nodes") or {}
    return any(n["displayName"] == node and n["phase"] == "Running" for n in nodes.values())


@pytest.mark.parametrize("strategy", ["Stop", "Terminate"])
def test_shutdown(plane: Plane, strategy: str) -> None:
    name = plane.submit(workflow("endless", """
entrypoint: main
onExit: goodbye
templates:
- name: main
  container: {image: busybox, command: [sh, -c, "echo begun; exec sleep 600"]}
- name: goodbye
  container: {image: busybox, command: [echo, goodbye]}
"""))  # fmt: skip
    eventually(lambda: plane.log(plane.workflow(name)) == "begun\n")
    key = Key(WORKFLOWS, "default", name)

    def shut_down(obj: Object) -> Object:
        return {**obj, "spec": {**obj["spec"], "shutdown": strategy}}

    plane.store.modify(key, shut_down)
    done = plane.finished(name)
    assert done["status"]["phase"] == "Failed"
    assert done["status"]["message"] == f"Stopped with strategy '{strategy}'"
    nodes = nodes_of(done)
    assert nodes["endless"]["message"] == f"workflow shutdown with strategy:  {strategy}"
    assert ("endless.onExit" in nodes) == (strategy == "Stop")
    eventually(lambda: not _live_pods(plane))
    assert plane.pods(done)["endless"]["status"]["phase"] == "Failed"
    assert plane.log(done) == "begun\n"  # what was ended can still be read


def _live_pods(plane: Plane) -> list[Object]:
    found = plane.store.list(PODS, "default")
    return [pod for pod in found if pod["status"].get("phase") in ("Pending", "Running")]


def test_deadline(plane: Plane) -> None:
    done = plane.run(workflow("late", """
entrypoint: main
activeDeadlineSeconds: 3
templates:
- name: main
  container: {image: busybox, command: [sleep, "600"]}
"""))  # fmt: skip
    assert done["status"]["phase"] == "Failed"
    assert done["status"]["message"] in (
        "Step exceeded its deadline",
        "Pod was active on the node longer than the specified deadline",
    )
    eventually(lambda: not _live_pods(plane))


def test_sidecars_end_with_main(plane: Plane) -> None:
    done = plane.run(workflow("sidecar", """
entrypoint: main
templates:
- name: main
  container: {image: busybox, command: [sh, -c, "cat /shared/*; echo done"],
              volumeMounts: [{name: shared, mountPath: /shared}]}
  initContainers:
  - name: before
    image: busybox
    mirrorVolumeMounts: true
    command: [sh, -c, "echo hi > /shared/f"]
  sidecars:
  - {name: beside, image: busybox, command: [sleep, "600"]}
  volumes: [{name: shared, emptyDir: {}}]
"""))  # fmt: skip
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)
    assert plane.log(done) == "hi\ndone\n"


def test_a_deleted_pod_is_an_error(plane: Plane) -> None:
    name = plane.submit(workflow("robbed", """
entrypoint: main
templates:
- name: main
  container: {image: busybox, command: [sleep, "600"]}
"""))  # fmt: skip
    eventually(lambda: _is_running(plane, name, "robbed"))
    plane.store.delete(Key(PODS, "default", name), grace=0)
    done = plane.finished(name)
    assert done["status"]["phase"] in ("Error", "Failed")


_STORMY = """
entrypoint: main
templates:
- name: main
  dag:
    tasks:
    - {name: list, template: list}
    - name: each
      depends: list
      template: work
      withParam: "{{tasks.list.outputs.result}}"
      arguments: {parameters: [{name: n, value: "{{item}}"}]}
    - name: sum
      depends: each
      template: sum
      arguments: {parameters: [{name: all, value: "{{tasks.each.outputs.parameters.square}}"}]}
- name: list
  script: {image: busybox, command: [sh], source: "echo '[1, 2, 3, 4]'"}
- name: work
  retryStrategy: {limit: 2}
  inputs: {parameters: [{name: n}]}
  script:
    image: busybox
    command: [sh, -e]
    source: |
      sleep 0.3
      test {{retries}} -ge 1
      echo $(({{inputs.parameters.n}} * {{inputs.parameters.n}})) > /tmp/square
  outputs: {parameters: [{name: square, valueFrom: {path: /tmp/square, default: none}}]}
- name: sum
  inputs: {parameters: [{name: all}]}
  container: {image: busybox, command: [echo, "{{inputs.parameters.all}}"]}
"""


@pytest.mark.slow
def test_many_restarts_make_nothing_twice(plane: Plane) -> None:
    """The control plane comes and goes while a workflow with loops and retries runs."""
    name = plane.submit(workflow("stormy", _STORMY))
    restarts = 0
    while restarts < 10 and not is_completed(plane.workflow(name)):
        _wait_for_changes(plane, name, 3)
        plane.restart()
        restarts += 1
    done = plane.finished(name, timeout=60)
    assert done["status"]["phase"] == "Succeeded", explain(plane, done)
    pods = plane.pods(done)
    assert len(pods) == 1 + 4 * 2 + 1
    assert {_restarts(pod) for pod in pods.values()} == {0}
    assert plane.log(done, ".sum") == '["1","4","9","16"]\n'
    assert restarts >= 3


def _wait_for_changes(plane: Plane, name: str, count: int) -> None:
    """Wait for so many changes, or the workflow's end: there may be fewer until then."""
    before = plane.store.revision()
    eventually(
        lambda: plane.store.revision() > before + count or is_completed(plane.workflow(name))
    )


def _restarts(pod: Object) -> int:
    return sum(
        int(each.get("restartCount", 0))
        for each in pod["status"].get("containerStatuses", [])
        if each["name"] == "main"
    )
