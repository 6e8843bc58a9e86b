"""Properties of ``decide`` itself: it settles, it is pure, and big loops stay cheap."""

import json
from datetime import timedelta

import pytest

from pinnace.objects.types import Object
from pinnace.workflows.decide import decide
from tests.unit.workflows.flows import wf
from tests.unit.workflows.simulate import Outcome, Simulation

WORKFLOWS = {
    "steps": """
- name: main
  steps:
  - - {name: a, template: echo}
    - {name: b, template: echo, withItems: [1, 2]}
  - - {name: c, template: script, when: "1 == 2"}
""",
    "dag": """
- name: main
  dag:
    tasks:
    - {name: a, template: echo, hooks: {exit: {template: echo}}}
    - {name: b, template: echo, withSequence: {count: 3}, depends: a}
    - {name: c, template: wait, depends: b}
- name: wait
  suspend: {duration: 5s}
""",
    "retry": """
- name: main
  retryStrategy: {limit: 2, backoff: {duration: 3s}}
  steps:
  - - {name: a, template: echo}
""",
}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_it_settles_at_every_stage(name: str) -> None:
    """Deciding again on unchanged objects changes nothing: a reconcile too many does no harm."""
    codes = iter([1, 0])
    sim = Simulation(
        wf(WORKFLOWS[name], onExit="echo"),
        behave=lambda step, _: Outcome(code=next(codes, 0) if name == "retry" else 0),
    )
    for _ in range(60):
        sim.step()
        if sim.is_done:
            break
        sim.step()
        decision = decide(
            sim.workflow, list(sim.pods.values()), list(sim.results.values()), [], [], sim.now
        )
        assert json.loads(json.dumps(decision.status)) == sim.workflow
        assert decision.wanted == ()
        assert decision.events == ()
        if not sim._move_pods():
            sim.now += _second(decision.requeue_after)
    assert sim.phase == "Succeeded", sim.tree()


def _second(wait: float | None) -> timedelta:
    return timedelta(seconds=(wait or 0.0) + 0.001)


def test_a_finished_workflow_is_left_alone() -> None:
    sim = Simulation(wf(WORKFLOWS["steps"])).run()
    sim.step()
    before = json.dumps(sim.workflow)
    assert sim.step().status is None
    assert json.dumps(sim.workflow) == before


def test_a_chain_of_a_thousand_tasks() -> None:
    tasks: list[Object] = [{"name": "t0", "template": "echo"}]
    for i in range(1, 1000):
        tasks.append({"name": f"t{i}", "template": "echo", "dependencies": [f"t{i - 1}"]})
    workflow = wf("")
    workflow["spec"]["templates"].append({"name": "main", "dag": {"tasks": tasks}})
    sim = Simulation(workflow)
    for _ in range(12):
        sim.step()
        sim._move_pods()
    assert sim.phases()["t2"] == "Succeeded", sim.tree()[:500]
