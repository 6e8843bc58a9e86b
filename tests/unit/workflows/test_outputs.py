"""Outputs and artifacts on their way from step to step: through the simulator."""

import pytest

from tests.unit.workflows.flows import run
from tests.unit.workflows.simulate import Outcome


def test_dag_outputs_and_skipped_producers() -> None:
    sim = run(
        """
- name: main
  dag:
    tasks:
    - {name: heads, template: make, when: "1 == 1"}
    - {name: tails, template: make, when: "1 == 2"}
  outputs:
    parameters:
    - {name: o, valueFrom: {expression: "tasks.tails.outputs.parameters.p ?? tasks.heads.outputs.parameters.p"}}
- name: make
  container: {image: i, command: [c]}
  outputs: {parameters: [{name: p, valueFrom: {path: /p}}]}
"""  # noqa: E501
    )
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["wf"]["outputs"]["parameters"] == [{"name": "o", "value": "made"}]


@pytest.mark.parametrize(
    ("kind", "phase"), [("steps", "Failed"), ("dag", "Error")], ids=["steps", "dag"]
)
def test_an_absent_optional_without_default_is_terminal(kind: str, phase: str) -> None:
    bodies = {
        "steps": """
  steps:
  - - {name: a, template: make, when: "1 == 2"}
  - - name: b
      template: need
      arguments: {parameters: [{name: m, value: "{{steps.a.outputs.parameters.p}}"}]}
""",
        "dag": """
  dag:
    tasks:
    - {name: a, template: make, when: "1 == 2"}
    - name: b
      template: need
      depends: a
      arguments: {parameters: [{name: m, value: "{{tasks.a.outputs.parameters.p}}"}]}
""",
    }
    sim = run(f"""
- name: main
{bodies[kind]}
- name: make
  container: {{image: i, command: [c]}}
  outputs: {{parameters: [{{name: p, valueFrom: {{path: /p}}}}]}}
- name: need
  inputs: {{parameters: [{{name: m}}]}}
  container: {{image: i, command: [c]}}
""")
    assert sim.phase == phase, sim.tree()
    assert any("absent optional" in node.get("message", "") for node in sim.nodes.values())


def test_what_can_never_come_is_said() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: a, template: make, continueOn: {failed: true}}
  - - name: b
      template: echo
      arguments: {parameters: [{name: m, value: "{{steps.a.outputs.parameters.p}}"}]}
- name: make
  container: {image: i, command: [c]}
  outputs: {parameters: [{name: p, valueFrom: {path: /p}}]}
""",
        lambda name, _: Outcome(code=1 if name == "a" else 0, parameters={}),
    )
    assert sim.is_done, sim.tree()


def test_global_outputs() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: make}
  - - name: b
      template: echo
      arguments: {parameters: [{name: m, value: "{{workflow.outputs.parameters.shared}}"}]}
- name: make
  container: {image: i, command: [c]}
  outputs: {parameters: [{name: p, globalName: shared, valueFrom: {path: /p}}]}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.workflow["status"]["outputs"]["parameters"] == [{"name": "shared", "value": "made"}]
    assert sim.main("b")["args"] == ["made"]


def test_artifacts_are_passed_by_reference() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: make}
  - - name: b
      template: use
      arguments: {artifacts: [{name: in, from: "{{steps.a.outputs.artifacts.out}}"}]}
- name: make
  container: {image: i, command: [c]}
  outputs: {artifacts: [{name: out, path: /out}]}
- name: use
  inputs: {artifacts: [{name: in, path: /in}]}
  container: {image: i, command: [c]}
""")
    assert sim.phase == "Succeeded", sim.tree()
    (artifact,) = sim.nodes["b"]["inputs"]["artifacts"]
    assert artifact["path"] == "/in"
    assert artifact["s3"]["key"].endswith("/out.tgz")
    assert {"name": "input-artifacts", "mountPath": "/in", "subPath": "in"} in (
        sim.main("b")["volumeMounts"]
    )
