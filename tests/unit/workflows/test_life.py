"""Retries, suspension, handlers, hooks, deadlines, templates: through the simulator."""

from datetime import timedelta
from typing import Any

import pytest

from pinnace.objects.types import Object
from pinnace.workflows import operations
from pinnace.workflows.memoized import resubmit_memoized
from tests.unit.workflows.simulate import START, Outcome, Simulation
from tests.unit.workflows.test_flow import fail, run, wf


def attempts(*codes: int) -> Any:
    left = list(codes)
    return lambda name, _: Outcome(code=left.pop(0) if left else 0)


RETRY = """
- name: main
  retryStrategy: {strategy}
  container: {{image: i, command: [c], args: ["{{{{retries}}}} {{{{lastRetry.exitCode}}}}"]}}
"""


def test_retry_until_it_succeeds() -> None:
    sim = run(RETRY.format(strategy="{limit: 3}"), attempts(1, 2, 0))
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["wf"]["type"] == "Retry"
    assert [sim.nodes[f"wf({i})"]["phase"] for i in range(3)] == ["Failed", "Failed", "Succeeded"]
    assert sim.nodes["wf(0)"]["nodeFlag"] == {"retried": True}
    assert [sim.main(f"wf({i})")["args"] for i in range(3)] == [["0 0"], ["1 1"], ["2 2"]]
    assert sim.nodes["wf"]["outputs"] == {"exitCode": "0"}


@pytest.mark.parametrize(
    ("strategy", "codes", "made", "message"),
    [
        ("{limit: 1}", (1, 1), 2, "No more retries left"),
        ("{limit: '2'}", (1, 1, 1), 3, "No more retries left"),
        ("{limit: 5, retryPolicy: OnError}", (1,), 1, "main: Error (exit code 1)"),
        (
            '{limit: 5, expression: "asInt(lastRetry.exitCode) == 2"}',
            (2, 1),
            2,
            "retryStrategy.expression evaluated to false",
        ),
    ],
)
def test_retry_gives_up(strategy: str, codes: tuple[int, ...], made: int, message: str) -> None:
    sim = run(RETRY.format(strategy=strategy), attempts(*codes))
    assert sim.phase == "Failed", sim.tree()
    assert len(sim.made) == made
    assert sim.message == message


def test_backoff_waits_longer_each_time() -> None:
    strategy = "{limit: 3, backoff: {duration: 10s, factor: 2, cap: 30s}}"
    sim = run(RETRY.format(strategy=strategy), attempts(1, 1, 1, 0))
    assert sim.phase == "Succeeded"
    starts = [sim.nodes[f"wf({i})"]["startedAt"] for i in range(4)]
    assert [s[14:19] for s in starts] == ["04:05", "04:16", "04:37", "05:08"]


def test_backoff_says_so() -> None:
    sim = Simulation(
        wf(RETRY.format(strategy="{limit: 1, backoff: {duration: 2m}}")), behave=fail("wf(0)")
    )
    for _ in range(20):
        sim.step()
        if sim.nodes["wf"].get("message"):
            break
        sim._move_pods()
    assert sim.nodes["wf"]["message"] == "Backoff for 2 minutes 0 seconds"


def test_a_retried_steps_template() -> None:
    sim = run(
        """
- name: main
  retryStrategy: {limit: 1}
  steps:
  - - {name: a, template: echo}
""",
        attempts(1, 0),
    )
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.named("(1)")["type"] == "Steps"


def test_exit_handlers() -> None:
    sim = run(
        """
- name: main
  container: {image: i, command: [c]}
- name: bye
  container: {image: i, command: [c], args: ["{{workflow.status}} {{workflow.failures}}"]}
""",
        fail("wf", code=9),
        onExit="bye",
    )
    assert (sim.phase, sim.message) == ("Failed", "main: Error (exit code 9)")
    handler = sim.nodes["wf.onExit"]
    assert handler["phase"] == "Succeeded"
    assert handler["nodeFlag"] == {"hooked": True}
    text = sim.main("wf.onExit")["args"][0]
    assert text.startswith('Failed "[{\\"displayName\\":\\"wf\\"')
    on_exit = [
        p for p in sim.made.values() if "workflows.argoproj.io/on-exit" in p["metadata"]["labels"]
    ]
    assert len(on_exit) == 1


def test_a_failed_exit_handler_fails_the_workflow() -> None:
    sim = run(
        """
- name: main
  container: {image: i, command: [c]}
""",
        fail("wf.onExit", code=4),
        onExit="echo",
    )
    assert (sim.phase, sim.message) == ("Failed", "main: Error (exit code 4)")


@pytest.mark.parametrize("kind", ["steps", "dag"])
def test_a_steps_own_exit_handler_sees_its_outputs(kind: str) -> None:
    ref = {"steps": "steps", "dag": "tasks"}[kind]
    hooks = (
        "hooks: {exit: {template: echo, arguments: {parameters: [{name: m, value: "
        f'"{{{{{ref}.a.outputs.parameters.p}}}} {{{{{ref}.a.status}}}}"}}]}}}}}}'
    )
    body = {
        "steps": f"  steps:\n  - - name: a\n      template: make\n      {hooks}\n"
        "  - - {name: b, template: echo}\n",
        "dag": f"  dag:\n    tasks:\n    - name: a\n      template: make\n      {hooks}\n"
        "    - {name: b, template: echo, depends: a}\n",
    }[kind]
    sim = run(f"""
- name: main
{body}
- name: make
  container: {{image: i, command: [c]}}
  outputs: {{parameters: [{{name: p, valueFrom: {{path: /p}}}}]}}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("a.onExit")["args"] == ["made Succeeded"]
    assert sim.nodes["a.onExit"]["id"] in sim.nodes["a"]["children"]
    assert sim.nodes["b"]["startedAt"] >= sim.nodes["a.onExit"]["finishedAt"]


def test_running_hooks() -> None:
    sim = run("""
- name: main
  steps:
  - - name: a
      template: echo
      hooks:
        running: {template: echo, expression: "steps.a.status == 'Running'"}
        failed: {template: echo, expression: "steps.a.status == 'Failed'"}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.nodes["a.hooks.running"]["phase"] == "Succeeded"
    assert "a.hooks.failed" not in sim.nodes


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


TEMPLATE: Object = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "WorkflowTemplate",
    "metadata": {"name": "lib", "namespace": "default"},
    "spec": {
        "entrypoint": "greet",
        "arguments": {"parameters": [{"name": "who", "value": "you"}, {"name": "n", "value": "1"}]},
        "templates": [
            {
                "name": "greet",
                "steps": [[{"name": "inner", "template": "say"}]],
            },
            {
                "name": "say",
                "container": {
                    "image": "i",
                    "command": ["c"],
                    "args": ["{{workflow.parameters.who}}{{workflow.parameters.n}}"],
                },
            },
        ],
    },
}


def test_workflow_template_ref() -> None:
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {
            "workflowTemplateRef": {"name": "lib"},
            "arguments": {"parameters": [{"name": "who", "value": "me"}]},
        },
    }
    sim = Simulation(workflow, templates=[TEMPLATE])
    sim.step()
    sim.templates = []  # what is stored in the status is enough from now on
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("inner")["args"] == ["me1"]
    labels = sim.workflow["metadata"]["labels"]
    assert labels["workflows.argoproj.io/workflow-template"] == "lib"
    assert sim.workflow["status"]["storedWorkflowTemplateSpec"]["entrypoint"] == "greet"
    assert sim.nodes["inner"]["templateScope"] == "local/wf"


def test_template_ref() -> None:
    sim = Simulation(
        wf(
            """
- name: main
  steps:
  - - {name: a, templateRef: {name: lib, template: greet}}
""",
            arguments={"parameters": [{"name": "who", "value": "x"}, {"name": "n", "value": "2"}]},
        ),
        templates=[TEMPLATE],
    )
    sim.step()
    sim.templates = []
    sim.run()
    assert sim.phase == "Succeeded", sim.tree()
    assert set(sim.workflow["status"]["storedTemplates"]) == {
        "namespaced/lib/greet",
        "namespaced/lib/say",
    }
    assert sim.nodes["inner"]["templateScope"] == "namespaced/lib"
    assert sim.nodes["a"]["templateRef"] == {"name": "lib", "template": "greet"}
    assert any(name.startswith("wf-say-") for name in sim.made)


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


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("http", {"url": "http://x"}, "templates.main.http: Pinnace does not run http templates"),
        ("synchronization", {"mutexes": [{"name": "m"}]}, "templates.main.synchronization"),
        ("memoize", {"key": "k"}, "templates.main.memoize"),
    ],
)
def test_what_is_not_supported_is_said(field: str, value: Object, words: str) -> None:
    template: Object = {"name": "main", field: value}
    if field != "http":
        template["container"] = {"image": "i", "command": ["c"]}
    workflow = wf("")
    workflow["spec"]["templates"] = [template]
    sim = Simulation(workflow).run()
    assert sim.phase == "Error"
    assert words in sim.nodes["wf"]["message"]


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


def test_inline_templates() -> None:
    sim = run("""
- name: main
  dag:
    tasks:
    - name: a
      inline: {container: {image: i, command: [c], args: ["{{workflow.name}}"]}}
""")
    assert sim.phase == "Succeeded", sim.tree()
    assert sim.main("a")["args"] == ["wf"]
    assert "templateName" not in sim.nodes["a"]


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
