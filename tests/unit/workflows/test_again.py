"""A workflow that runs again: manual retry, resubmit, resubmit memoized."""

import pytest

from pinnace.objects.types import Object
from pinnace.workflows import operations
from pinnace.workflows.memoized import resubmit_memoized
from tests.unit.workflows.flows import run, wf
from tests.unit.workflows.simulate import Outcome, Simulation


def test_manual_retry_keeps_what_succeeded() -> None:
    codes = {"b": 1}
    sim = Simulation(
        wf("""
- name: main
  steps:
  - - {name: a, template: echo}
  - - {name: b, template: echo}
  - - {name: c, template: echo}
"""),
        behave=lambda name, _: Outcome(code=codes.get(name, 0)),
    ).run()
    assert sim.phase == "Failed"
    first = sim.nodes["a"]
    retried = operations.retry(sim.workflow)
    assert len(retried.pods) == 1
    for pod in retried.pods:
        del sim.pods[pod]
    sim.workflow, codes["b"] = retried.workflow, 0
    sim.made.clear()
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["a"]["startedAt"] == first["startedAt"]
    assert len(sim.made) == 2


def test_manual_retry_of_a_dag() -> None:
    codes = {"B": 1}
    sim = Simulation(
        wf("""
- name: main
  dag:
    tasks:
    - {name: A, template: echo}
    - {name: B, template: echo, dependencies: [A]}
    - {name: C, template: echo, dependencies: [B]}
"""),
        behave=lambda name, _: Outcome(code=codes.get(name, 0)),
    ).run()
    retried = operations.retry(sim.workflow)
    for pod in retried.pods:
        del sim.pods[pod]
    sim.workflow, codes["B"] = retried.workflow, 0
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.phases() == dict.fromkeys(("wf", "A", "B", "C"), "Succeeded")


def test_resubmit() -> None:
    sim = run("- {name: main, container: {image: i, command: [c]}}")
    fresh = operations.resubmit(sim.workflow, {"p": "v"})
    assert fresh["metadata"]["generateName"] == "wf-"
    assert fresh["metadata"]["labels"] == {"workflows.argoproj.io/resubmitted-from-workflow": "wf"}
    assert "status" not in fresh
    assert fresh["spec"]["arguments"]["parameters"] == [{"name": "p", "value": "v"}]


@pytest.mark.parametrize(
    "main",
    [
        "dag: {tasks: [{name: a, template: make}, {name: b, template: use, depends: a, "
        "arguments: {parameters: [{name: m, value: '{{tasks.a.outputs.parameters.p}}'}]}}]}",
        "steps: [[{name: a, template: make}], [{name: b, template: use, "
        "arguments: {parameters: [{name: m, value: '{{steps.a.outputs.parameters.p}}'}]}}]]",
    ],
)
def test_resubmit_memoized_begins_where_the_other_got_to(main: str) -> None:
    templates = f"""
- name: main
  {main}
- name: make
  container: {{image: i, command: [c]}}
  outputs: {{parameters: [{{name: p, valueFrom: {{path: /p}}}}]}}
- name: use
  inputs: {{parameters: [{{name: m}}]}}
  container: {{image: i, command: [c], args: ["{{{{inputs.parameters.m}}}}"]}}
"""
    codes = {"b": 1}

    def behave(name: str, _: Object) -> Outcome:
        return Outcome(code=codes.get(name, 0), parameters={"p": "made"} if name == "a" else {})

    first = run(templates, behave)
    assert first.phase == "Failed"
    codes["b"] = 0
    fresh = resubmit_memoized(first.workflow, "wf-again", {})
    assert fresh["metadata"]["name"] == "wf-again"
    again = Simulation(fresh, behave=behave).run()
    assert again.phase == "Succeeded", again.tree()
    assert again.nodes["a"]["type"] == "Skipped"
    assert again.nodes["a"]["message"] == f"original pod: {first.nodes['a']['id']}"
    (pod,) = again.made.values()
    assert pod["metadata"]["annotations"]["workflows.argoproj.io/node-name"].endswith("b")
    assert pod["spec"]["containers"][-1]["args"][-1] == "made"
    with pytest.raises(operations.Refused, match="must be Failed/Error"):
        resubmit_memoized(again.workflow, "wf-third", {})
