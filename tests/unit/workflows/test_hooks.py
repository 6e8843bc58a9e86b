"""Exit handlers and lifecycle hooks: through the simulator."""

import pytest

from tests.unit.workflows.flows import fail, run


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
