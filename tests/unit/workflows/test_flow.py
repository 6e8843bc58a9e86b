"""Steps, dag, loops, conditions: whole workflows through the simulator."""

from typing import Any

import pytest
import yaml

from pinnace.objects.types import Object
from tests.unit.workflows.simulate import Behaviour, Outcome, Simulation, succeed

ECHO = """
- name: echo
  inputs: {parameters: [{name: m, value: none}]}
  container: {image: busybox, command: [echo], args: ["{{inputs.parameters.m}}"]}
- name: script
  script: {image: busybox, command: [sh], source: "true"}
"""


def wf(templates: str, **spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {"entrypoint": "main", "templates": yaml.safe_load(templates + ECHO), **spec},
    }


def run(templates: str, behave: Behaviour = succeed, **spec: Any) -> Simulation:
    return Simulation(wf(templates, **spec), behave=behave).run()


def fail(*names: str, code: int = 1) -> Behaviour:
    return lambda name, _: Outcome(code=code if name in names else 0)


def test_steps_run_in_order_and_groups_in_parallel() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: echo}
  - - {name: b, template: echo}
    - {name: c, template: echo}
""")
    assert sim.phase == "Succeeded", sim.tree()
    nodes = sim.nodes
    assert nodes["wf"]["type"] == "Steps"
    assert nodes["wf"]["children"] == [sim.named("[0]")["id"]]
    assert nodes["[0]"]["children"] == [nodes["a"]["id"]]
    assert nodes["a"]["children"] == [sim.named("[1]")["id"]]
    assert nodes["a"]["boundaryID"] == "wf"
    assert nodes["wf"]["outboundNodes"] == [nodes["b"]["id"], nodes["c"]["id"]]
    assert nodes["a"]["templateScope"] == "local/wf"
    assert sim.workflow["status"]["progress"] == "3/3"


def test_ids_and_pod_names_are_upstreams() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: echo}
""")
    assert sim.nodes["a"]["id"] == "wf-3986212215"  # FNV-1a of "wf[0].a"
    assert list(sim.made) == ["wf-echo-3986212215"]


@pytest.mark.parametrize(
    ("when", "runs"),
    [
        ("yes == yes", True),
        ("yes == no", False),
        ("1 < 2", True),
        ("'a b' == 'a b'", True),
        ("{{workflow.parameters.p}} == hello", True),
        ("{{workflow.parameters.p}} != hello", False),
        ("true && false", False),
    ],
)
def test_when(when: str, runs: bool) -> None:
    sim = run(
        f"""
- name: main
  steps:
  - - {{name: a, template: echo, when: "{when}"}}
""",
        arguments={"parameters": [{"name": "p", "value": "hello"}]},
    )
    node = sim.nodes["a"]
    assert (node["type"], node["phase"]) == (
        ("Pod", "Succeeded") if runs else ("Skipped", "Skipped")
    )
    if not runs:
        filled = when.replace("{{workflow.parameters.p}}", "hello")
        assert node["message"] == f"when '{filled}' evaluated false"


def test_a_skipped_step_may_refer_to_what_is_not_there() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: script}
  - - name: b
      template: echo
      when: "1 == 2"
      arguments: {parameters: [{name: m, value: "{{steps.a.outputs.result}}"}]}
""")
    assert sim.phase == "Succeeded", sim.tree()


def test_a_failed_step_fails_the_group_and_the_workflow() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: a, template: echo}
    - {name: b, template: echo}
  - - {name: c, template: echo}
""",
        fail("a", code=7),
    )
    assert sim.phase == "Failed"
    assert sim.message == f"child '{sim.nodes['a']['id']}' failed"
    assert sim.nodes["a"]["message"] == "main: Error (exit code 7)"
    assert sim.nodes["a"]["outputs"] == {"exitCode": "7"}
    assert "c" not in sim.nodes


def test_continue_on() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: a, template: echo, continueOn: {failed: true}}
  - - {name: b, template: echo}
""",
        fail("a"),
    )
    assert sim.phase == "Succeeded"
    assert sim.phases()["a"] == "Failed"


def test_with_items_names_nodes_and_fills_arguments() -> None:
    sim = run("""
- name: main
  steps:
  - - name: a
      template: echo
      withItems: [x, 1, true, {k: v, a: 2}, [p, q], "par(en)"]
      arguments: {parameters: [{name: m, value: "{{item}}"}]}
""")
    assert sim.phase == "Succeeded", sim.tree()
    told = {name: sim.main(name)["args"] for name in sim.nodes if name.startswith("a(")}
    assert told == {
        "a(0:x)": ["x"],
        "a(1:1)": ["1"],
        "a(2:true)": ["true"],
        "a(3:a:2,k:v)": ['{"a":2,"k":"v"}'],
        "a(4:[p q])": ['["p","q"]'],
        "a(5:paren)": ["par(en)"],
    }


@pytest.mark.parametrize(
    ("sequence", "items"),
    [
        ({"count": 3}, ["0", "1", "2"]),
        ({"start": "2", "end": 4}, ["2", "3", "4"]),
        ({"start": 3, "end": 1}, ["3", "2", "1"]),
        ({"count": "0"}, []),
        ({"start": 5, "count": 2, "format": "n%03d"}, ["n005", "n006"]),
        ({"count": 1, "format": "x%02X"}, ["x00"]),
    ],
)
def test_with_sequence(sequence: Object, items: list[str]) -> None:
    templates = yaml.safe_dump(
        [{"name": "main", "steps": [[{"name": "a", "template": "echo", "withSequence": sequence}]]}]
    )
    sim = run(templates)
    assert sim.phase == "Succeeded", sim.tree()
    found = [name.split(":", 1)[1].rstrip(")") for name in sim.nodes if name.startswith("a(")]
    assert found == items
    if not items:
        assert sim.nodes["a"]["message"] == "Skipped, empty params"


def test_with_param_from_a_result_and_aggregates() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: list, template: script}
  - - name: each
      template: make
      withParam: "{{steps.list.outputs.result}}"
      arguments: {parameters: [{name: n, value: "{{item.n}}"}]}
  - - name: all
      template: echo
      arguments:
        parameters:
        - {name: m, value: "{{steps.each.outputs.result}} {{steps.each.outputs.parameters.p}}"}
- name: make
  inputs: {parameters: [{name: n}]}
  script: {image: i, command: [sh], source: "{{inputs.parameters.n}}"}
  outputs: {parameters: [{name: p, valueFrom: {path: /p}}]}
""",
        lambda name, template: Outcome(
            result='[{"n":1},{"n":2}]'
            if name == "list"
            else template.get("script", {}).get("source"),
            parameters={"p": f"p{name[5:6]}"},
        ),
    )
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("all")["args"] == ['[1,2] ["p0","p1"]']


def test_with_param_that_is_no_list_is_an_error() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: a, template: echo, withParam: "{{workflow.parameters.p}}"}
""",
        arguments={"parameters": [{"name": "p", "value": "not json"}]},
    )
    assert sim.phase == "Failed"
    assert sim.message.startswith("withParam value could not be parsed as a JSON list: not json")


def test_a_results_plain_text_in_a_loop_is_an_error_when_it_is_used() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: each, template: script, withItems: [1, 2]}
  - - name: all
      template: echo
      arguments: {parameters: [{name: m, value: "{{steps.each.outputs.result}}"}]}
""",
        lambda name, _: Outcome(result="hello"),
    )
    assert sim.phase == "Error"
    assert "aggregated as JSON" in sim.message


DIAMOND = """
- name: main
  dag:
    failFast: {fail_fast}
    tasks:
    - {{name: A, template: echo}}
    - {{name: B, template: echo, dependencies: [A]}}
    - {{name: C, template: echo, dependencies: [A]}}
    - {{name: D, template: echo, dependencies: [B, C]}}
"""


def test_dag() -> None:
    sim = run(DIAMOND.format(fail_fast="true"))
    assert sim.phase == "Succeeded", sim.tree()
    nodes = sim.nodes
    assert nodes["wf"]["children"] == [nodes["A"]["id"]]
    assert set(nodes["A"]["children"]) == {nodes["B"]["id"], nodes["C"]["id"]}
    assert nodes["B"]["children"] == nodes["C"]["children"] == [nodes["D"]["id"]]
    assert nodes["wf"]["outboundNodes"] == [nodes["D"]["id"]]


def test_dag_failure_omits_what_depends_on_it() -> None:
    sim = run(DIAMOND.format(fail_fast="true"), fail("B"))
    assert sim.phase == "Failed"
    assert sim.phases()["D"] == "Omitted"
    assert sim.nodes["D"]["message"] == "omitted: depends condition not met"
    assert sim.nodes["D"]["type"] == "Skipped"


@pytest.mark.parametrize(
    ("depends", "behave", "phase"),
    [
        ("A", succeed, "Succeeded"),
        ("A", fail("A"), "Omitted"),
        ("A.Failed", fail("A"), "Succeeded"),
        ("A.Failed", succeed, "Omitted"),
        ("A || A.Failed", fail("A"), "Succeeded"),
        ("A && B", fail("B"), "Omitted"),
        ("A.Succeeded && !B", fail("B"), "Succeeded"),
        ("A && (B.Failed || B.Errored)", fail("B"), "Succeeded"),
        ("B.Skipped || B-2.Succeeded", succeed, "Succeeded"),
    ],
)
def test_depends(depends: str, behave: Behaviour, phase: str) -> None:
    sim = run(
        f"""
- name: main
  dag:
    tasks:
    - {{name: A, template: echo}}
    - {{name: B, template: echo}}
    - {{name: B-2, template: echo}}
    - {{name: Z, template: echo, depends: "{depends}"}}
""",
        behave,
    )
    assert sim.phases()["Z"] == phase, sim.tree()


@pytest.mark.parametrize(
    ("result", "failing", "runs"),
    [
        ("AnySucceeded", ["A(0:x)"], True),
        ("AnySucceeded", ["A(0:x)", "A(1:y)"], False),
        ("AllFailed", ["A(0:x)", "A(1:y)"], True),
        ("AllFailed", ["A(0:x)"], False),
    ],
)
def test_depends_on_items(result: str, failing: list[str], runs: bool) -> None:
    sim = run(
        f"""
- name: main
  dag:
    tasks:
    - {{name: A, template: echo, withItems: [x, y]}}
    - {{name: Z, template: echo, depends: A.{result}}}
""",
        fail(*failing),
    )
    assert sim.nodes["A"]["type"] == "TaskGroup"
    assert sim.phases()["Z"] == ("Succeeded" if runs else "Omitted"), sim.tree()


def test_dag_target_runs_only_its_ancestors() -> None:
    sim = run("""
- name: main
  dag:
    target: B
    tasks:
    - {name: A, template: echo}
    - {name: B, template: echo, dependencies: [A]}
    - {name: C, template: echo}
""")
    assert set(sim.nodes) == {"wf", "A", "B"}


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


def test_parallelism_of_the_workflow() -> None:
    seen: list[int] = []

    def behave(name: str, template: Object) -> Outcome:
        active = [p for p in sim.pods.values() if p["status"]["phase"] in ("Pending", "Running")]
        seen.append(len(active))
        return Outcome()

    sim = Simulation(
        wf(
            """
- name: main
  steps:
  - - {name: a, template: echo, withSequence: {count: 7}}
""",
            parallelism=2,
        ),
        behave=behave,
    )
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert max(seen) == 2
    assert len(sim.made) == 7


def test_parallelism_of_a_template() -> None:
    sim = Simulation(
        wf("""
- name: main
  parallelism: 1
  dag:
    tasks:
    - {name: a, template: echo, withSequence: {count: 4}}
""")
    )
    sim.step()
    assert len(sim.pods) == 1
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()


def test_recursion_ends() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: a, template: main}
""")
    assert sim.phase in ("Failed", "Error")
    assert any("Maximum recursion depth" in n.get("message", "") for n in sim.nodes.values())


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
