"""Manifests are checked before anything uses them."""

from typing import Any

import pytest
import yaml

from pinnace.objects.types import Object
from pinnace.workflows.lint import lint

CONTAINER: Object = {"name": "main", "container": {"image": "i", "command": ["c"]}}
GOOD = "- {name: a, container: {image: i, args: ['{{workflow.parameters.from-the-workflow}}']}}"


def template(templates: str, **spec: Any) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "lib"},
        "spec": {"templates": yaml.safe_load(templates), **spec},
    }


def test_a_template_needs_neither_entry_point_nor_values() -> None:
    assert lint(template(GOOD, arguments={"parameters": [{"name": "p"}]})) is None


@pytest.mark.parametrize(
    ("templates", "spec", "field", "words"),
    [
        (GOOD, {"entrypoint": "b"}, "spec.entrypoint", "template name 'b' undefined"),
        (
            GOOD + "\n- {name: b, container: {image: i, args: ['{{inputs.parameters.x}}']}}",
            {},
            "spec.templates[1]",
            "failed to resolve {{inputs.parameters.x}}",
        ),
        (
            "- {name: a, steps: [[{name: s, template: none}]]}",
            {},
            "spec.templates[0]",
            "templates.a.steps[0].s template name 'none' undefined",
        ),
        ("- {name: a b, container: {image: i}}", {}, "spec.templates[0].name", "'a b' is invalid"),
    ],
)
def test_what_is_wrong_and_where(templates: str, spec: Object, field: str, words: str) -> None:
    problem = lint(template(templates, **spec))
    assert problem is not None
    assert words in str(problem)
    assert problem.field == field
    assert str(problem).startswith("WorkflowTemplate lib:")


def test_a_workflow_is_checked_with_the_template_it_refers_to() -> None:
    workflow: Object = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {"workflowTemplateRef": {"name": "lib"}, "entrypoint": "a"},
    }
    missing = lint(workflow)
    assert missing is not None
    assert 'workflowtemplates.argoproj.io "lib" not found' in str(missing)
    unset = lint(workflow, [template(GOOD)])
    assert unset is not None
    assert "workflow.parameters.from-the-workflow" in str(unset)
    arguments = {"parameters": [{"name": "from-the-workflow", "value": "x"}]}
    workflow["spec"]["arguments"] = arguments
    assert lint(workflow, [template(GOOD)]) is None


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"arguments": {"parameters": [{"value": "a"}]}}, "spec.arguments.parameters[0].name"),
        ({"templates": [{**CONTAINER, "inputs": {"artifacts": [{"path": "/a"}]}}]},
         "spec.templates[0].inputs.artifacts[0].name"),
        ({"templates": [{**CONTAINER, "outputs": {"parameters": [None]}}]},
         "spec.templates[0].outputs.parameters[0].name"),
    ],
)  # fmt: skip
def test_what_has_no_name_is_named_by_its_place(spec: Object, field: str) -> None:
    for kind in ("Workflow", "WorkflowTemplate"):
        found = lint({
            "kind": kind, "metadata": {"name": "w"},
            "spec": {"entrypoint": "main", "templates": [CONTAINER], **spec},
        })  # fmt: skip
        assert found is not None
        assert f"{field} is required" in found.message
