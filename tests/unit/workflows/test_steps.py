"""Steps: order, conditions, failures, continueOn: through the simulator."""

import pytest

from tests.unit.workflows.flows import fail, run


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
