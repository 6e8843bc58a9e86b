"""New workflows from templates, cron workflows and events; and which nodes a selector means."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.objects.types import Object
from pinnace.workflows import event_binding, submission
from pinnace.workflows.node_selector import BadSelector, node_selector
from pinnace.workflows.problems import Problem

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
PREFIX = "workflows.argoproj.io"
CRON: Object = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "CronWorkflow",
    "metadata": {"name": "c", "namespace": "ns", "uid": "u", "labels": {
        f"{PREFIX}/creator": "me", "other": "x"}},
    "spec": {
        "schedules": ["* * * * *"],
        "workflowSpec": {"entrypoint": "main"},
        "workflowMetadata": {"labels": {"l": "1"}, "annotations": {"a": "2"}, "finalizers": ["f"]},
    },
}  # fmt: skip


def test_of_a_template() -> None:
    made = submission.from_template("t", cluster_scope=True)
    assert made["metadata"]["generateName"] == "t-"
    assert made["metadata"]["labels"] == {f"{PREFIX}/cluster-workflow-template": "t"}
    assert made["spec"] == {"workflowTemplateRef": {"name": "t", "clusterScope": True}}


def test_of_a_cron_workflow() -> None:
    made = submission.from_cron(CRON, NOON, "c-1769860800")
    metadata = made["metadata"]
    assert metadata["name"] == "c-1769860800"
    assert metadata["labels"] == {
        f"{PREFIX}/cron-workflow": "c", f"{PREFIX}/creator": "me", "l": "1",
    }  # fmt: skip
    assert metadata["annotations"] == {f"{PREFIX}/scheduled-time": "2026-01-31T12:00:00Z", "a": "2"}
    assert metadata["finalizers"] == ["f"]
    (owner,) = metadata["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("CronWorkflow", "u", True)
    assert made["spec"] == {"entrypoint": "main"}
    assert submission.from_cron(CRON, NOON)["metadata"]["generateName"] == "c-"


def test_submit_options() -> None:
    options = {
        "name": "n", "generateName": "g-", "entryPoint": "other", "serviceAccount": "sa",
        "labels": "a=b,c=d", "annotations": "x=y", "parameters": ["p=1=2"], "priority": 3,
        "ownerReference": {"kind": "X"},
    }  # fmt: skip
    made = submission.with_options(submission.from_template("t"), options)
    assert made["metadata"]["name"] == "n"
    assert made["metadata"]["labels"] == {f"{PREFIX}/workflow-template": "t", "a": "b", "c": "d"}
    assert made["metadata"]["annotations"] == {"x": "y"}
    assert made["metadata"]["ownerReferences"] == [{"kind": "X"}]
    spec = made["spec"]
    assert (spec["entrypoint"], spec["serviceAccountName"], spec["priority"]) == ("other", "sa", 3)
    assert spec["arguments"] == {"parameters": [{"name": "p", "value": "1=2"}]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameters": ["p"]}, "expected parameter of the form: NAME=VALUE. Received: p"),
        ({"labels": "a"}, "expected labels of the form"),
        ({"artifacts": ["a=b"]}, "not supported here"),
    ],
)
def test_options_that_cannot_be_read(options: dict[str, Any], message: str) -> None:
    with pytest.raises(submission.BadOption, match=message):
        submission.with_options(submission.from_template("t"), options)


NODE = {
    "id": "w-1", "name": "w[0].a", "displayName": "a", "phase": "Failed",
    "templateRef": {"name": "t", "template": "x"},
    "inputs": {"parameters": [{"name": "p", "value": 5}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("displayName=a", True),
        ("displayName=b", False),
        ("phase!=Succeeded,templateName=x", True),
        ("templateRef.name=t,templateRef.template=x", True),
        ("inputs.parameters.p.value=5", True),
        ("inputs.parameters.q.value=5", False),
        ("id=w-1,name=w[0].a", True),
    ],
)
def test_node_selectors(selector: str, matches: bool) -> None:
    assert node_selector(selector)(NODE) is matches


def test_a_node_selector_that_makes_no_sense() -> None:
    with pytest.raises(BadSelector, match="invalid field selector"):
        node_selector("displayName")


TEMPLATE: Object = {
    "kind": "WorkflowTemplate", "metadata": {"name": "t"},
    "spec": {"workflowMetadata": {"labels": {"from": "template"}}},
}  # fmt: skip
ENV = event_binding.event_environment(
    "ns", "d", {"X-Kind": "push", "Authorization": "secret"}, {"n": 1, "a.b": {"c": ["x"]}}
)


def binding(selector: str = "true", **submit: Any) -> Object:
    spec = {"event": {"selector": selector},
            "submit": {"workflowTemplateRef": {"name": "t"}, **submit}}  # fmt: skip
    return {"metadata": {"name": "b", "namespace": "ns"}, "spec": spec}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ('discriminator == "d" && namespace == "ns"', True),
        ('metadata["x-kind"] == ["push"]', True),
        ('"authorization" in metadata', False),
        ("payload.n > 1", False),
        ('payload["a.b"].c[0] == "x"', True),
    ],
)
def test_selectors_of_bindings(selector: str, matches: bool) -> None:
    assert event_binding.matches(binding(selector), ENV) is matches


@pytest.mark.parametrize("selector", ["", "payload.n", "payload.", "nope == 1"])
def test_selectors_that_cannot_be_evaluated(selector: str) -> None:
    with pytest.raises(Problem, match="failed to evaluate"):
        event_binding.matches(binding(selector), ENV)


def test_the_workflow_of_an_event() -> None:
    made = event_binding.workflow_of(
        binding(
            metadata={"generateName": '"ev-" + discriminator + "-"', "labels": {"k": '"v"'}},
            arguments={"parameters": [
                {"name": "n", "valueFrom": {"event": "payload.n"}},
                {"name": "all", "valueFrom": {"event": "payload"}},
                {"name": "s", "valueFrom": {"event": 'payload["a.b"].c[0]'}},
            ]},
        ),
        TEMPLATE, ENV,
    )  # fmt: skip
    metadata = made["metadata"]
    assert (metadata["namespace"], metadata["generateName"]) == ("ns", "ev-d-")
    assert metadata["labels"] == {
        f"{PREFIX}/workflow-template": "t", f"{PREFIX}/workflow-event-binding": "b",
        "from": "template", "k": "v",
    }  # fmt: skip
    values = {each["name"]: each["value"] for each in made["spec"]["arguments"]["parameters"]}
    assert values == {"n": "1", "all": '{"n":1,"a.b":{"c":["x"]}}', "s": "x"}


@pytest.mark.parametrize(
    ("submit", "message"),
    [
        ({"metadata": {"name": "payload.n"}}, "must evaluate to a string"),
        ({"arguments": {"parameters": [{"name": "p"}]}}, "valueFrom is nil"),
        ({"arguments": {"parameters": [{"name": "p", "valueFrom": {"event": "("}}]}},
         "template parameter p"),
    ],
)  # fmt: skip
def test_bindings_that_are_wrong(submit: dict[str, Any], message: str) -> None:
    with pytest.raises(Problem, match=message):
        event_binding.workflow_of(binding(**submit), TEMPLATE, ENV)
