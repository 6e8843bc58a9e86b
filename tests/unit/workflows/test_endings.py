"""How workflows and their pods end: stop, deadlines, daemons, ttl, podGC: through the simulator."""

from datetime import timedelta

import pytest

from pinnace.objects.types import Object
from pinnace.workflows import operations
from tests.unit.workflows.flows import run, wf
from tests.unit.workflows.simulate import Outcome, Simulation


@pytest.mark.parametrize(("strategy", "handled"), [("Stop", True), ("Terminate", False)])
def test_shutdown(strategy: str, handled: bool) -> None:
    def behave(name: str, _: Object) -> Outcome:
        return Outcome(never=name != "wf.onExit")

    sim = Simulation(
        wf(
            """
- name: main
  steps:
  - - {name: a, template: echo}
  - - {name: b, template: echo}
""",
            onExit="echo",
        ),
        behave=behave,
    ).run()
    change = operations.stop(sim.workflow, sim.now) if handled else None
    sim.workflow = change if change is not None else operations.terminate(sim.workflow)
    sim.run()
    assert (sim.phase, sim.message) == ("Failed", f"Stopped with strategy '{strategy}'")
    assert sim.nodes["a"]["message"] == f"workflow shutdown with strategy:  {strategy}"
    (ended,) = [p for p in sim.made.values() if p["spec"].get("activeDeadlineSeconds") == 1]
    assert ended["metadata"]["name"] == f"wf-echo-{sim.nodes['a']['id'].removeprefix('wf-')}"
    assert ("wf.onExit" in sim.nodes) == handled
    assert "b" not in sim.nodes


def test_deadline_ends_what_runs_but_not_the_handler() -> None:
    sim = Simulation(
        wf(
            "- {name: main, container: {image: i, command: [c]}}",
            activeDeadlineSeconds=60,
            onExit="echo",
        ),
        behave=lambda name, _: Outcome(never=name == "wf"),
    ).run()
    assert sim.phase == "Failed"
    assert sim.message == "Pod was active on the node longer than the specified deadline"
    assert sim.nodes["wf.onExit"]["phase"] == "Succeeded"


def test_pod_deadlines_are_the_least_of_all() -> None:
    sim = Simulation(
        wf(
            "- {name: main, activeDeadlineSeconds: 50, timeout: 40s, "
            "container: {image: i, command: [c]}}",
            activeDeadlineSeconds=60,
        )
    )
    sim.step()
    (pod,) = sim.pods.values()
    assert pod["spec"]["activeDeadlineSeconds"] == 40


def test_daemons_serve_and_are_stopped() -> None:
    sim = run("""
- name: main
  steps:
  - - {name: server, template: server}
  - - name: client
      template: echo
      arguments: {parameters: [{name: m, value: "{{steps.server.ip}}"}]}
- name: server
  daemon: true
  container: {image: i, command: [c]}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("client")["args"] == ["127.0.0.1"]
    assert sim.nodes["server"]["phase"] == "Succeeded"
    assert [p["spec"].get("activeDeadlineSeconds") for p in sim.made.values()] == [1, None]


def test_completion_contract() -> None:
    sim = run("- {name: main, container: {image: i, command: [c]}}")
    meta, status = sim.workflow["metadata"], sim.workflow["status"]
    assert meta["labels"] == {
        "workflows.argoproj.io/completed": "true",
        "workflows.argoproj.io/phase": "Succeeded",
    }
    assert meta["annotations"]["workflows.argoproj.io/pod-name-format"] == "v2"
    assert status["finishedAt"]
    assert {"type": "Completed", "status": "True"} in status["conditions"]
    assert {"type": "PodRunning", "status": "False"} in status["conditions"]
    assert status["nodes"]["wf"]["hostNodeName"] == "here"
    assert status["resourcesDuration"] == {"cpu": 0, "memory": 2}
    reasons = [each.reason for each in sim.events]
    assert sorted(reasons) == [
        "WorkflowNodeRunning",
        "WorkflowNodeSucceeded",
        "WorkflowRunning",
        "WorkflowSucceeded",
    ]


def test_ttl_deletes_the_workflow() -> None:
    sim = run(
        "- {name: main, container: {image: i, command: [c]}}",
        ttlStrategy={"secondsAfterCompletion": 60},
    )
    decision = sim.step()
    assert decision.requeue_after is not None
    assert 60 <= decision.requeue_after <= 61
    sim.now += timedelta(seconds=62)
    assert [key.name for key in sim.step().delete if key.kind.kind == "Workflow"] == ["wf"]


def test_pods_are_collected_while_the_workflow_runs() -> None:
    sim = run(
        """
- name: main
  steps:
  - - {name: a, template: echo}
  - - {name: wait, template: wait}
- name: wait
  suspend: {duration: 60s}
""",
        podGC={"strategy": "OnPodCompletion", "deleteDelayDuration": "10s"},
    )
    assert sim.phase == "Succeeded", sim.tree()
    assert len(sim.deleted) == 1
