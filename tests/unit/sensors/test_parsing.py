"""What is refused when a Sensor is read, and how that reads."""

from copy import deepcopy
from typing import Any

import pytest

from pinnace.objects.errors import Invalid
from pinnace.sensors import parse_sensor, with_status
from pinnace.sensors.spec import Backoff
from tests.unit.sensors.made import NOW, dependency, log_trigger, manifest, sensor

_WORKFLOW = {"resource": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}}


def filtered(**filters: Any) -> dict[str, Any]:
    return dependency(filters=filters)


def trigger(kind: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"template": {"name": "t", kind: body}, **more}


def _submit(**more: Any) -> dict[str, Any]:
    return trigger("argoWorkflow", {"operation": "submit", "source": _WORKFLOW, **more})


_DEPENDENCIES = [
    (dependency(name=""), "dependencies[0].name", "event dependency must define a name"),
    (dependency(eventSourceName=""), "eventSourceName", "must define the EventSourceName"),
    (dependency(eventName=None), "eventName", "must define the EventName"),
    (dependency(name=7), "dependencies[0].name", "expected a string, found 7"),
    (dependency(filtersLogicalOperator="OR"), "filtersLogical", "operator OR not supported"),
    (filtered(dataLogicalOperator="xor"), "dataLogicalOperator", "operator xor not supported"),
    (filtered(exprs=[{"expr": "", "fields": []}]), "exprs[0]", "expr and fields must be not"),
    (
        filtered(exprs=[{"expr": "a", "fields": [{"name": "", "path": "a"}]}]),
        "fields[0].name",
        "path and name in a field must be not empty",
    ),
    (filtered(data=[{"path": "a", "type": "string"}]), "data[0].value", "type, path and value"),
    (
        filtered(data=[{"path": "a", "type": "string", "value": [""]}]),
        "data[0].value[0]",
        "value must be not empty",
    ),
    (
        filtered(data=[{"path": "a", "type": "string", "value": "x"}]),
        "data[0].value",
        "expected a list, found 'x'",
    ),
    (
        filtered(data=[{"path": "a", "type": "string", "value": ["x"], "comparator": "=="}]),
        "comparator",
        "comparator == not supported",
    ),
    (filtered(context={"id": "1"}), "filters.context", "no fields specified in ctx filter"),
    (filtered(time={"start": "9:00", "stop": "10:00:00"}), "time.start", "HH:MM:SS"),
    (filtered(time={"start": "24:00:00", "stop": "10:00:00"}), "time.start", "HH:MM:SS"),
    (filtered(time={"start": "10:00:00", "stop": "10:00:00"}), "filters.time", "is equal to"),
    (
        filtered(time={"start": "10:00:00", "stop": "11:00:00", "timezone": "Mars/X"}),
        "time.timezone",
        "invalid timezone 'Mars/X'",
    ),
]


@pytest.mark.parametrize(("entry", "field", "message"), _DEPENDENCIES)
def test_a_wrong_dependency_is_refused(entry: Any, field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_sensor(manifest(entry))
    assert field in refused.value.field
    assert message in str(refused.value)
    assert str(refused.value).startswith("Sensor example: spec.dependencies")


_KAFKA = {"url": "k:1", "topic": "t", "payload": []}
_PARAMETER = {"src": {"dependencyName": "dep"}, "dest": "a"}
_TRIGGERS = [
    ({"template": None}, "template", "trigger template can't be nil"),
    (log_trigger(""), "template.name", "trigger must define a name"),
    ({"template": {"name": "t"}}, "template", "exactly one action"),
    ({"template": {"name": "t", "log": {}, "http": {}}}, "template", "exactly one action"),
    (trigger("pulsar", {}), "template.pulsar", "trigger kind pulsar can't run here"),
    (trigger("openWhisk", {}), "template.openWhisk", "use an http trigger with basicAuth"),
    (trigger("azureEventHubs", {}), "azureEventHubs", "use a kafka trigger"),
    (trigger("azureServiceBus", {}), "azureServiceBus", "run this Sensor on a cluster"),
    (trigger("slack", {}), "slack.slackToken", "slack token can't be empty"),
    (trigger("email", {}), "email.host", "host can't be empty"),
    (trigger("email", {"host": "h", "port": 70000}), "email.port", "between 0-65535"),
    (trigger("nats", {"url": "n:1", "subject": "s"}), "nats.payload", "are not specified"),
    (trigger("nats", {"subject": "s", "payload": []}), "nats.url", "url can't be empty"),
    (trigger("kafka", {"url": "k:1", "payload": []}), "kafka.topic", "topic must not be empty"),
    (
        trigger("kafka", {**_KAFKA, "schemaRegistry": {"url": "http://r"}}),
        "kafka.schemaRegistry",
        "Avro can't be written here",
    ),
    (trigger("kafka", {**_KAFKA, "sasl": {}}), "sasl.userSecret", "user secret can't be empty"),
    (trigger("custom", {"serverURL": "c:1"}), "custom.spec", "trigger body can't be empty"),
    (
        trigger("custom", {"serverURL": "c:1", "spec": {}, "secure": True}),
        "custom.certSecret",
        "certSecret can't be nil",
    ),
    (
        trigger("awsLambda", {"functionName": "f", "payload": []}),
        "awsLambda.region",
        "region is not specified",
    ),
    (log_trigger(conditions="dep && other"), "template.conditions", "found 'other'"),
    (_submit(operation=""), "operation", "unknown operation type "),
    (_submit(source=None), "source", "argoWorkflow trigger does not contain an absolute action"),
    (_submit(source={}), "source", "unknown artifact location"),
    (_submit(source={"s3": {}}), "source.s3.endpoint", "s3 endpoint is not specified"),
    (_submit(source={"file": {}}), "source.file.path", "file path is not specified"),
    (_submit(source={"url": {"path": "file:///etc"}}), "url.path", "an http or https address"),
    (_submit(source={"git": {"url": "/srv/x"}}), "git.url", "http, https, ssh or git address"),
    (_submit(source={"git": {"url": "ext::sh -c x"}}), "git.url", "ssh or git address"),
    (
        _submit(source={"git": {"url": "https://h/r", "filePath": "../x"}}),
        "git.filePath",
        "a path inside the repository",
    ),
    (
        _submit(source={"git": {"url": "https://h/r", "filePath": "x", "branch": "--upload"}}),
        "git.branch",
        "the name of a branch",
    ),
    (
        _submit(source={"git": {"url": "https://h/r", "filePath": "x", "githubApp": {}}}),
        "git.githubApp",
        "use a token",
    ),
    (_submit(args=["--watch"]), "args", "argument --watch of argo submit has no meaning here"),
    (_submit(args=["-p"]), "args", "expected a value after -p"),
    (_submit(args=["--priority", "high"]), "args", "expected an integer"),
    (
        trigger("k8s", {"operation": "patch", "patchStrategy": "application/json-patch+json"}),
        "k8s.patchStrategy",
        "a JSON patch is a list",
    ),
    (trigger("k8s", {"operation": "apply"}), "operation", "unknown operation type apply"),
    (trigger("http", {}), "http.url", "server URL is not specified"),
    (
        trigger("http", {"url": "http://a", "method": "HEAD"}),
        "http.method",
        "only GET, DELETE, PATCH, POST and PUT methods are supported",
    ),
    (_submit(parameters=[{"dest": "a"}]), "parameters[0].src", "parameter source can't be empty"),
    (
        _submit(parameters=[{"src": {"dependencyName": ""}, "dest": "a"}]),
        "parameters[0].src.dependencyName",
        "parameter dependency name can't be empty",
    ),
    (
        _submit(parameters=[{"src": {"dependencyName": "who"}, "dest": "a"}]),
        "parameters[0].src.dependencyName",
        "unknown dependency, expected one of dep, found 'who'",
    ),
    (_submit(parameters=[{**_PARAMETER, "dest": ""}]), "dest", "destination can't be empty"),
    (
        _submit(parameters=[{**_PARAMETER, "operation": "add"}]),
        "operation",
        "parameter operation add is invalid",
    ),
    (
        {**log_trigger(), "parameters": [{"src": {"dependencyName": "who"}, "dest": "a"}]},
        "triggers[0].parameters[0]",
        "unknown dependency",
    ),
    (
        trigger("http", {"url": "http://a"}, policy={"status": {}}),
        "policy.status.allow",
        "list of allowed response status is not specified",
    ),
    (
        {**log_trigger(), "dlqTrigger": log_trigger("dlq")},
        "atLeastOnce",
        "to use dlqTrigger, trigger.atLeastOnce must be set to true",
    ),
    (
        {**log_trigger(), "atLeastOnce": True, "dlqTrigger": log_trigger("dlq")},
        "dlqTrigger.atLeastOnce",
        "must be set to true within the dlqTrigger",
    ),
    (log_trigger(conditionsReset=[{}]), "conditionsReset[0].byTime", "invalid conditionsReset"),
    (
        log_trigger(conditionsReset=[{"byTime": {"cron": "0 25 * * *"}}]),
        "byTime.cron",
        'invalid cron expression "0 25 * * *"',
    ),
    (
        log_trigger(conditionsReset=[{"byTime": {"cron": "0 1 * * *", "timezone": "Mars"}}]),
        "byTime.timezone",
        'invalid timezone "Mars"',
    ),
    (
        {**_submit(), "policy": {"k8s": {"labels": {"a": "b"}}}},
        "policy.k8s.backoff",
        "backoff is not specified",
    ),
    (
        {**log_trigger(), "retryStrategy": {"duration": "5 minutes"}},
        "retryStrategy.duration",
        "expected a duration",
    ),
    ({**log_trigger(), "rateLimit": {"unit": "Day"}}, "rateLimit.unit", "unit Day"),
    (
        {**log_trigger(), "rateLimit": {"requestsPerUnit": 0}},
        "requestsPerUnit",
        "expected at least 1",
    ),
]


@pytest.mark.parametrize(("entry", "field", "message"), _TRIGGERS)
def test_a_wrong_trigger_is_refused(entry: Any, field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_sensor(manifest(triggers=[entry]))
    assert field in refused.value.field
    assert message in str(refused.value)
    assert str(refused.value).startswith("Sensor example: spec.triggers[0]")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dependencies": []}, "no event dependencies found"),
        ({"triggers": []}, "no triggers found"),
        ({"triggers": None}, "no triggers found"),
        ({"triggers": [log_trigger("a"), log_trigger("a")]}, "duplicate trigger name: a"),
        ({"dependencies": [dependency(), dependency()]}, "duplicate dependency name: dep"),
        ({"dependencies": {"a": 1}}, "expected a list"),
        ({"dependencies": ["a"]}, "expected an object, found 'a'"),
    ],
)
def test_a_wrong_list_is_refused(change: dict[str, Any], message: str) -> None:
    obj = manifest()
    obj["spec"].update(change)
    with pytest.raises(Invalid, match="Sensor example: spec") as refused:
        parse_sensor(obj)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("strategy", "backoff"),
    [
        (None, Backoff(steps=1)),
        ({}, Backoff(steps=5, duration=1, factor=1, jitter=1)),
        ({"steps": 3, "duration": "1m30s"}, Backoff(steps=3, duration=90, factor=1, jitter=1)),
        ({"duration": 2_000_000_000, "steps": 0}, Backoff(steps=5, duration=2, factor=1, jitter=1)),
        (
            {"steps": 2, "duration": "1s", "factor": "2", "jitter": 0.5},
            Backoff(steps=2, duration=1, factor=2, jitter=0.5),
        ),
    ],
)
def test_a_retry_strategy_is_read_as_upstream(strategy: Any, backoff: Backoff) -> None:
    found = sensor(triggers=[{**log_trigger(), "retryStrategy": strategy}])
    assert found.triggers[0].retry == backoff


@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        ({}, ("True", "True", "True")),
        ({"dependencies": []}, ("False", "Unknown", "Unknown")),
        ({"triggers": []}, ("True", "Unknown", "False")),
    ],
)
def test_the_status_has_upstreams_conditions(
    change: dict[str, Any], statuses: tuple[str, ...]
) -> None:
    obj = manifest()
    obj["spec"].update(change)
    before = deepcopy(obj)
    done = with_status(obj, NOW)
    assert obj == before
    conditions = done["status"]["conditions"]
    assert [c["type"] for c in conditions] == [
        "DependenciesProvided",
        "Deployed",
        "TriggersProvided",
    ]
    assert tuple(c["status"] for c in conditions) == statuses
    assert with_status(done, NOW.replace(year=2030)) == done


def test_a_mended_sensor_loses_its_reason() -> None:
    broken = with_status(manifest(triggers=[]), NOW)
    mended = with_status({**broken, "spec": manifest()["spec"]}, NOW)
    assert [c.get("reason") for c in mended["status"]["conditions"]] == [None, None, None]
