"""withItems, withSequence, withParam: through the simulator."""

import pytest
import yaml

from pinnace.objects.types import Object
from tests.unit.workflows.flows import run
from tests.unit.workflows.simulate import Outcome


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
