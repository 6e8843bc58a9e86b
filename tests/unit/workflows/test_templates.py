"""Where templates come from: references, inline ones, and what is not supported."""

import pytest

from pinnace.objects.types import Object
from tests.unit.workflows.flows import run, wf
from tests.unit.workflows.simulate import Simulation

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
