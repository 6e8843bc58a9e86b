"""parallelism and the depth of recursion: through the simulator."""

from pinnace.objects.types import Object
from tests.unit.workflows.flows import run, wf
from tests.unit.workflows.simulate import Outcome, Simulation


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
