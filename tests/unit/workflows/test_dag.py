"""DAGs: order, depends, targets: through the simulator."""

import pytest

from pinnace.workflows.depends import dependencies_of, holds
from pinnace.workflows.problems import Problem
from tests.unit.workflows.flows import fail, run
from tests.unit.workflows.simulate import Behaviour, succeed

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
    ("depends", "of_items"),
    [
        ("A.AnySucceeded", {"A"}),
        ("A || A.AnySucceeded", {"A"}),
        ("A.AnySucceeded || A.Succeeded", {"A"}),
        ("A.AnySucceeded || A", set()),  # upstream forgets it, so items are not asked for
    ],
)
def test_tasks_waited_for_by_their_items(depends: str, of_items: set[str]) -> None:
    task = {"name": "Z", "depends": depends}
    assert dependencies_of(task, {"A": {"name": "A"}}).of_items == of_items


@pytest.mark.parametrize("logic", ["A || A.Succeeded.x", "A || A.Failed (A)"])
def test_that_results_are_bools_is_checked_before_they_are_evaluated(logic: str) -> None:
    found = dependencies_of({"name": "Z", "depends": logic}, {"A": {"name": "A"}})
    with pytest.raises(Problem, match="unable to evaluate expression"):
        holds(found, {"A": {"Succeeded": True, "Failed": False}, "x": {}})


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
