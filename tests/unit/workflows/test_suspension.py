"""suspend templates, suspended workflows, resume and set: through the simulator."""

from datetime import timedelta

from pinnace.objects.types import Object
from pinnace.workflows import operations
from tests.unit.workflows.flows import run, wf
from tests.unit.workflows.simulate import START, Simulation


def test_suspend_for_a_time() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: wait, template: wait}
  - - {name: b, template: echo}
- name: wait
  suspend: {duration: 90s}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["wait"]["type"] == "Suspend"
    assert sim.now - START >= timedelta(seconds=90)


APPROVAL = """
- name: main
  steps:
  - - {name: ask, template: ask}
  - - name: use
      template: echo
      arguments: {parameters: [{name: m, value: "{{steps.ask.outputs.parameters.answer}}"}]}
- name: ask
  suspend: {}
  outputs:
    parameters:
    - {name: answer, valueFrom: {supplied: {}, default: nobody}}
"""


def test_suspend_until_resumed() -> None:
    sim = Simulation(wf(APPROVAL)).run()
    assert sim.phase == "Running"
    assert sim.nodes["ask"]["phase"] == "Running"
    sim.workflow = operations.resume(sim.workflow, sim.now)
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("use")["args"] == ["nobody"]


def test_suspend_until_set() -> None:
    sim = Simulation(wf(APPROVAL)).run()

    def is_ask(node: Object) -> bool:
        return bool(node["displayName"] == "ask")

    said = operations.NodeSet(phase="Succeeded", message="fine", outputs={"answer": "yes"})
    sim.workflow = operations.set_nodes(sim.workflow, sim.now, is_ask, said)
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("use")["args"] == ["yes"]
    assert sim.nodes["ask"]["message"] == "fine"


def test_a_suspended_workflow_starts_nothing() -> None:
    sim = Simulation(wf("- {name: main, container: {image: i, command: [c]}}", suspend=True)).run()
    assert sim.phase == "Running"
    assert not sim.made
    sim.workflow = operations.resume(sim.workflow, sim.now)
    assert sim.run().phase == "Succeeded"
