"""Specs that cannot run: upstream's messages."""

from typing import Any

import pytest
import yaml

from pinnace.objects.types import Object
from tests.unit.workflows.simulate import Simulation

C = "container: {image: i, command: [c]}"


def check(templates: str, **spec: Any) -> str:
    workflow: Object = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": "wf"},
        "spec": {"entrypoint": "main", "templates": yaml.safe_load(templates), **spec},
    }
    sim = Simulation(workflow)
    sim.step()
    if sim.phase == "Failed":
        assert sim.is_done
        assert not sim.made
        return sim.message.removeprefix("invalid spec: ")
    return ""


@pytest.mark.parametrize(
    ("templates", "message"),
    [
        (f"- {{name: main, {C}}}", ""),
        (f"- {{name: other, {C}}}", "template name 'main' undefined"),
        (
            f"- {{name: main, {C}, script: {{image: i, command: [c]}}}}",
            "templates.main multiple template types specified",
        ),
        ("- {name: main}", "template 'main' type is unknown"),
        (f"- {{name: ma in, {C}}}", "spec.templates[0].name: 'ma in' is invalid"),
        (f"- {{{C}}}", "spec.templates[0].name is required"),
        (f"- {{name: main, {C}}}\n- {{name: main, {C}}}", "spec.templates[1].name 'main' is not"),
        (
            "- {name: main, container: {image: i, args: ['{{inputs.parameters.x}}']}}",
            "templates.main: failed to resolve {{inputs.parameters.x}}",
        ),
        (
            "- {name: main, container: {image: i, args: ['{{workflow.parameters.x}}']}}",
            "templates.main: failed to resolve {{workflow.parameters.x}}",
        ),
        ("- {name: main, container: {image: i, args: ['{{foreign}} {{ x }}']}}", ""),
        ("- {name: main, container: {command: [c]}}", "templates.main.container.image may not be"),
        (
            f"- {{name: main, {C}, parallelism: 2}}",
            "templates.main.parallelism is only valid for steps and dag templates",
        ),
        (
            "- {name: main, resource: {action: frob, manifest: 'a: b'}}",
            "templates.main.resource.action must be one of: get, create",
        ),
        (
            "- {name: main, resource: {action: create}}",
            "either templates.main.resource.manifest or",
        ),
        (
            "- {name: main, resource: {action: create, manifest: '{'}}",
            "templates.main.resource.manifest must be a valid yaml",
        ),
        (
            f"- {{name: main, {C}, outputs: {{parameters: [{{name: p}}]}}}}",
            "templates.main.outputs.parameters.p does not have valueFrom or value specified",
        ),
        (
            f"- {{name: main, {C}, inputs: {{parameters: [{{name: p}}]}}}}",
            "templates.main inputs.parameters.p was not supplied",
        ),
        (
            f"- {{name: main, {C}, retryStrategy: {{retryPolicy: Never}}}}",
            "Never is not a valid RetryPolicy",
        ),
    ],
)
def test_templates(templates: str, message: str) -> None:
    found = check(templates)
    assert found.startswith(message) if message else found == ""


ECHO = f"- {{name: echo, {C}, inputs: {{parameters: [{{name: m}}]}}}}"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            "[[{name: a, template: nope}]]",
            "templates.main.steps[0].a template name 'nope' undefined",
        ),
        ("[[{template: echo}]]", "templates.main.steps[0].name is required"),
        (
            "[[{name: a, template: echo}]]",
            "templates.main.steps[0].a templates.echo inputs.parameters.m was not supplied",
        ),
        (
            "[[{name: a, template: echo, arguments: {parameters: [{name: m}]}}]]",
            "templates.main.steps[0].a.arguments.m.value or",
        ),
        (
            "[[{name: a, template: echo, arguments: {parameters: "
            "[{name: m, value: '{{item}}'}]}}]]",
            "",
        ),
        (
            "[[{name: a, template: echo, arguments: {parameters: "
            "[{name: m, value: '{{steps.b.outputs.result}}'}]}}]]",
            "templates.main.steps failed to resolve {{steps.b.outputs.result}}",
        ),
        (
            "[[{name: a, template: echo, withItems: [1], withParam: '[]', "
            "arguments: {parameters: [{name: m, value: x}]}}]]",
            "templates.main.steps[0].a only one of withItems",
        ),
        (
            "[[{name: a, template: echo, arguments: {parameters: [{name: m, value: x}]}, "
            "hooks: {running: {template: echo}}}]]",
            "templates.main.steps[0].a.running Expression required",
        ),
    ],
)
def test_steps(steps: str, message: str) -> None:
    found = check(f"- {{name: main, steps: {steps}}}\n{ECHO}")
    assert found.startswith(message) if message else found == ""


P = f"- {{name: p, {C}}}"


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ("[]", "templates.main must have at least one task"),
        (
            "[{name: a, template: p, dependencies: [b]}]",
            "templates.main.tasks.a dependency 'b' not defined",
        ),
        (
            "[{name: a, template: p, dependencies: [b]}, "
            "{name: b, template: p, dependencies: [a]}]",
            "templates.main.tasks dependency cycle detected: a->b->a",
        ),
        (
            "[{name: a, template: p}, {name: b, template: p, depends: a, dependencies: [a]}]",
            "templates.main cannot use both 'depends' and 'dependencies'",
        ),
        (
            "[{name: a, template: p, continueOn: {failed: true}}, "
            "{name: b, template: p, depends: a}]",
            "templates.main cannot use 'continueOn' when using 'depends'",
        ),
        (
            "[{name: 1a, template: p}, {name: b, template: p, depends: 1a}]",
            "templates.main.tasks.1a name cannot begin with a digit",
        ),
        (
            "[{name: a, template: p}, {name: b, template: p, depends: a.Great}]",
            "templates.main.tasks.b task result 'Great' for task 'a' is invalid",
        ),
        (
            "[{name: a, template: p}, {name: b, template: p, depends: a.AllFailed}]",
            "templates.main.tasks.b dependency 'a' uses an items-based condition",
        ),
        ("[{name: a, template: p}, {name: b, template: p, depends: a}]", ""),
    ],
)
def test_dags(tasks: str, message: str) -> None:
    found = check(f"- {{name: main, dag: {{tasks: {tasks}}}}}\n{P}")
    assert found.startswith(message) if message else found == ""


def test_dag_argument_needs_its_producer_first() -> None:
    found = check("""
- name: main
  dag:
    tasks:
    - {name: a, template: make}
    - name: b
      template: echo
      arguments: {parameters: [{name: m, value: "{{tasks.a.outputs.parameters.p}}"}]}
- name: make
  container: {image: i, command: [c]}
  outputs: {parameters: [{name: p, valueFrom: {path: /p}}]}
- {name: echo, container: {image: i, command: [c]}, inputs: {parameters: [{name: m}]}}
""")
    assert found == "templates.main.tasks.b missing dependency 'a' for parameter 'm'"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"entrypoint": ""}, "spec.entrypoint is required"),
        ({"arguments": {"parameters": [{"name": "p"}]}}, "spec.arguments.p.value or"),
        (
            {"arguments": {"parameters": [{"name": "p", "value": "c", "enum": ["a", "b"]}]}},
            "spec.arguments.p.value should be present in spec.arguments.p.enum list",
        ),
        ({"podGC": {"strategy": "Never"}}, "podGC.strategy unknown strategy 'Never'"),
        ({"hooks": {"running": {"template": "main"}}}, "hooks.running Expression required"),
        ({"onExit": "nope"}, "template name 'nope' undefined"),
    ],
)
def test_specs(spec: Object, message: str) -> None:
    assert check(f"- {{name: main, {C}}}", **spec).startswith(message)
