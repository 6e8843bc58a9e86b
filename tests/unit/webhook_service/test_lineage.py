from datetime import UTC, datetime, timedelta

import pytest

from webhook_service.lineage import read

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
SENSOR = {
    "metadata": {"name": "train-on-push"},
    "spec": {"dependencies": [{"eventSourceName": "github", "eventName": "digits"}]},
}


def workflow(name="wf-1", *, annotations=None, labels=None, status=None, spec=None):
    return {
        "metadata": {
            "name": name,
            "namespace": "ml",
            "labels": {
                "events.argoproj.io/sensor": "train-on-push",
                "events.argoproj.io/trigger": "train",
                "events.argoproj.io/action-timestamp": str(int(NOON.timestamp() * 1000)),
                **(labels or {}),
            },
            "annotations": annotations or {},
        },
        "spec": spec or {},
        "status": status or {},
    }


def node(template, outputs, **more):
    listed = [{"name": key, "value": value} for key, value in outputs.items()]
    return {"templateName": template, "outputs": {"parameters": listed}, **more}


def only(lineage):
    (run,) = lineage.runs
    return run


def test_a_workflow_without_a_sensor_is_nobodys():
    plain = workflow()
    plain["metadata"]["labels"] = {}
    assert read([plain], [], []).runs == []


def test_event_sensor_workflow_tfjob():
    run = only(
        read(
            [
                workflow(
                    annotations={
                        "pinnace.dev/event-id": "e1",
                        "pinnace.dev/event-source": "github/digits",
                        "pinnace.dev/event-time": "2026-01-31T12:00:00.5Z",
                    },
                    status={"phase": "Running", "progress": "2/5", "startedAt": "s"},
                )
            ],
            [
                {
                    "metadata": {
                        "name": "job",
                        "labels": {"workflows.argoproj.io/workflow": "wf-1"},
                    },
                    "status": {"conditions": [{"type": "Created"}, {"type": "Running"}]},
                },
                {"metadata": {"name": "other", "labels": {}}},
            ],
            [],
        )
    )
    assert (run.event_id, run.source, run.event) == ("e1", "github", "digits")
    assert run.event_time == NOON + timedelta(seconds=0.5)
    assert (run.workflow["name"], run.workflow["phase"]) == ("wf-1", "Running")
    assert [(job["name"], job["state"]) for job in run.tfjobs] == [("job", "Running")]
    assert run.model is None


@pytest.mark.parametrize(
    ("status", "spec", "model"),
    [
        (
            {
                "nodes": {
                    "a": node("evaluate", {"accuracy": "0.9712"}),
                    "b": node("publish", {"version": "7", "model": "digits"}),
                }
            },
            {},
            {"name": "digits", "version": "7", "accuracy": 0.9712},
        ),
        (
            {
                "nodes": {"b": node("publish", {"version": "7"})},
                "storedWorkflowTemplateSpec": {
                    "arguments": {"parameters": [{"name": "model", "value": "digits"}]}
                },
            },
            {},
            {"name": "digits", "version": "7", "accuracy": None},
        ),
        (
            {"nodes": {"b": node("publish", {"version": "7"})}},
            {"arguments": {"parameters": [{"name": "model", "value": "own"}]}},
            {"name": "own", "version": "7", "accuracy": None},
        ),
        (
            {
                "outputs": {
                    "parameters": [
                        {"name": "version", "value": "8"},
                        {"name": "accuracy", "value": "0.5"},
                        {"name": "model", "value": "m"},
                    ]
                }
            },
            {},
            {"name": "m", "version": "8", "accuracy": 0.5},
        ),
        ({"nodes": {"a": node("evaluate", {"accuracy": "0.97"})}}, {}, None),
        (
            {"outputs": {"parameters": [{"name": "version", "value": "8"},
                                        {"name": "accuracy", "value": "<b>much</b>"}]}},
            {},
            {"name": "", "version": "8", "accuracy": None},
        ),
    ],
)  # fmt: skip
def test_the_model_that_came_out(status, spec, model):
    assert only(read([workflow(status=status, spec=spec)], [], [])).model == model


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (
            {
                "phase": "Failed",
                "nodes": {
                    "a": {"type": "DAG", "phase": "Failed", "message": "child failed"},
                    "b": {
                        "type": "Pod",
                        "phase": "Failed",
                        "displayName": "validate",
                        "message": "labels out of range",
                    },
                },
            },
            "validate: labels out of range",
        ),
        ({"phase": "Error", "message": "invalid spec", "nodes": {}}, "invalid spec"),
        (
            {
                "phase": "Succeeded",
                "nodes": {"b": {"type": "Pod", "phase": "Failed", "message": "tried again"}},
            },
            "",
        ),
    ],
)
def test_a_failed_workflow_says_which_step_and_why(status, message):
    assert only(read([workflow(status=status)], [], [])).workflow["message"] == message


def test_a_delivery_is_found_by_its_id_or_its_events():
    lineage = read(
        [
            workflow("a", annotations={"pinnace.dev/delivery": "d1"}),
            workflow("b", annotations={"pinnace.dev/event-id": "e1"}),
            workflow("c"),
        ],
        [],
        [],
    )
    assert [run.workflow["name"] for run in lineage.of("d1", "e1")] == ["a", "b"]
    assert lineage.of("d2", "") == []


@pytest.mark.parametrize(
    ("pair", "ago", "until", "found"),
    [
        (("github", "digits"), 5, None, True),
        (("github", "digits"), 5, -3, False),  # a newer delivery came before it fired
        (("github", "digits"), -5, None, False),  # it fired before the delivery
        (("github", "digits"), 3600, None, False),  # too long ago
        (("github", "other"), 5, None, False),
    ],
)
def test_without_ids_time_and_sensor_connect(pair, ago, until, found):
    lineage = read([workflow()], [], [SENSOR])
    end = None if until is None else NOON + timedelta(seconds=until)
    runs = lineage.inferred(*pair, NOON - timedelta(seconds=ago), end)
    assert bool(runs) is found


def test_the_source_is_the_sensors_only_one_where_the_object_does_not_say():
    run = only(read([workflow(annotations={"pinnace.dev/event-id": "e"})], [], [SENSOR]))
    assert (run.source, run.event) == ("github", "digits")


def test_odd_values_do_not_break_the_page():
    odd = workflow(
        annotations={"pinnace.dev/event-time": "yesterday", "pinnace.dev/event-id": "e"},
        labels={"events.argoproj.io/action-timestamp": "9" * 30},
        status={"nodes": {"x": {}, "y": {"outputs": {"parameters": [{"name": "version"}]}}}},
    )
    run = only(read([odd], [{"metadata": {"name": "j"}}], [{"metadata": {"name": "s"}}]))
    assert (run.event_time, run.fired_at, run.model) == (None, None, None)
