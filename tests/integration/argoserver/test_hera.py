"""The real Hera, unmodified: DAGs, templates and cron workflows written in Python."""

from collections.abc import Iterator
from typing import Any

import pytest
from hera.exceptions import AlreadyExists, BadRequest, NotFound
from hera.workflows import (
    DAG,
    Artifact,
    Container,
    CronWorkflow,
    NoneArchiveStrategy,
    Parameter,
    Step,
    Steps,
    Workflow,
    WorkflowsService,
    WorkflowTemplate,
    script,
)
from hera.workflows.models import CronWorkflowSuspendRequest, TemplateRef, ValueFrom

from tests.integration.argoserver.conftest import Server

Service = Any  # Hera's own types are loose: attributes may be None


@pytest.fixture
def hera(server: Server) -> Iterator[Service]:
    with WorkflowsService(
        host=server.url, token=server.token, verify_ssl=str(server.authority), namespace="default"
    ) as service:
        yield service


@script(
    image="python:3.11",
    outputs=[
        Parameter(name="total", value_from=ValueFrom(path="/tmp/total")),
        Artifact(name="report", path="/tmp/report.txt", archive=NoneArchiveStrategy()),
    ],
)
def add(a: int, b: int) -> None:
    total = a + b
    with open("/tmp/total", "w") as file:
        file.write(str(total))
    with open("/tmp/report.txt", "w") as file:
        file.write(f"the total is {total}\n")


def test_a_dag_written_in_python(hera: Service) -> None:
    with Workflow(generate_name="hera-", entrypoint="sums", workflows_service=hera) as workflow:
        workflow.namespace = "default"
        with DAG(name="sums"):
            one: Any = add(name="one", arguments={"a": 1, "b": 2})
            two: Any = add(name="two", arguments={"a": one.get_parameter("total"), "b": 4})
            one >> two
    assert workflow.lint().spec.entrypoint == "sums"
    name = workflow.create().metadata.name
    done: Any = workflow.wait(poll_interval=1)
    assert done.status.phase == "Succeeded", done.status.message
    node = next(each for each in done.status.nodes.values() if each.display_name == "two")
    assert [p.value for p in node.outputs.parameters] == ["7"]
    got = hera.get_output_artifact(name=name, node_id=node.id, artifact_name="report")
    assert got == str(b"the total is 7\n")  # Hera returns the repr
    assert name in [each.metadata.name for each in hera.list_workflows(limit="5").items]
    hera.delete_workflow(name)
    with pytest.raises(NotFound, match=f'workflows.argoproj.io "{name}" not found'):
        hera.get_workflow(name)


def test_what_is_wrong_is_refused_before_it_runs(hera: Service) -> None:
    with Workflow(
        generate_name="wrong-", entrypoint="nope", namespace="default", workflows_service=hera
    ) as workflow:
        Container(name="main", image="busybox", command=["true"])
    for send in (workflow.lint, workflow.create):
        with pytest.raises(BadRequest, match="template name 'nope' undefined"):
            send()


def test_templates_and_workflows_that_refer_to_them(hera: Service) -> None:
    with WorkflowTemplate(
        name="greeter", namespace="default", entrypoint="greet", workflows_service=hera
    ) as template:
        Container(
            name="greet",
            image="busybox",
            command=["echo", "{{inputs.parameters.who}}"],
            inputs=[Parameter(name="who", value="you")],
        )
    assert template.create().metadata.uid
    with pytest.raises(AlreadyExists):
        template.create()
    template.labels = {"team": "greeting"}
    assert template.update().metadata.labels == {"team": "greeting"}
    with (
        Workflow(
            generate_name="greets-", entrypoint="main", namespace="default", workflows_service=hera
        ) as workflow,
        Steps(name="main"),
    ):
        Step(
            name="hello",
            template_ref=TemplateRef(name="greeter", template="greet"),
            arguments={"who": "world"},
        )
    done: Any = workflow.create(wait=True, poll_interval=1)
    assert done.status.phase == "Succeeded", done.status.message
    hera.delete_workflow_template("greeter")


def test_cron_workflows(hera: Service) -> None:
    with CronWorkflow(
        name="nightly", namespace="default", entrypoint="main", schedules=["0 3 * * *"],
        workflows_service=hera,
    ) as cron:  # fmt: skip
        Container(name="main", image="busybox", command=["true"])
    assert cron.lint().spec.schedules == ["0 3 * * *"]
    assert cron.create().metadata.name == "nightly"
    assert [each.metadata.name for each in hera.list_cron_workflows().items] == ["nightly"]
    asked = CronWorkflowSuspendRequest(name="nightly", namespace="default")
    assert hera.suspend_cron_workflow("nightly", asked).spec.suspend is True
    hera.delete_cron_workflow("nightly")


def test_who_one_is_and_what_is_there(hera: Service) -> None:
    assert hera.get_version().version == "v4.1.2"
    assert hera.get_info().modals["firstTimeUser"] is False
    assert hera.get_user_info() is not None
    assert hera.list_archived_workflows().items == []
