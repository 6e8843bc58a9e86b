"""The verdict tree: what an event does to a Sensor, and why."""

from typing import Any

import orjson
import pytest

from pinnace.sensors import evaluate, report
from pinnace.sensors.actions import HttpAction, LogAction, ObjectAction
from pinnace.sensors.verdicts import Verdict
from tests.unit.sensors.made import NOW, dependency, event, log_trigger, sensor


def _submit(**more: Any) -> dict[str, Any]:
    resource = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "w-", "labels": {"mine": "1"}},
        "spec": {"arguments": {"parameters": [{"name": "a", "value": ""}]}},
    }
    action = {"operation": "submit", "source": {"resource": resource}, **more}
    return {"template": {"name": "train", "argoWorkflow": action}}


_MAPPED = [
    {
        "src": {"dependencyName": "dep", "dataKey": "a"},
        "dest": "spec.arguments.parameters.0.value",
    }
]
_WANTED = {"data": [{"path": "a", "type": "string", "value": ["^yes$"]}]}


def verdict(found: Any, posted: Any, joined: Any = None) -> Verdict:
    return evaluate(found, posted, joined=joined or {}, now=NOW)


_PASSED = [
    {
        "name": "dep",
        "concerned": True,
        "passed": True,
        "operator": "and",
        "filters": [
            {
                "kind": "data",
                "passed": True,
                "operator": "and",
                "checks": [
                    {
                        "what": "a (string)",
                        "wanted": "= '^yes$'",
                        "found": "yes",
                        "passed": True,
                    }
                ],
            }
        ],
    }
]


def test_a_firing_shows_its_filters_parameters_and_object() -> None:
    found = sensor(dependency(filters=_WANTED), triggers=[_submit(parameters=_MAPPED)])
    tree = verdict(found, event({"a": "yes"})).as_json()
    assert tree["fires"] is True
    assert tree["dependencies"] == _PASSED
    (trigger,) = tree["triggers"]
    assert (trigger["outcome"], trigger["conditions"]) == ("fires", "dep")
    (firing,) = trigger["firings"]
    assert firing["events"] == {"dep": "1"}
    assert firing["parameters"] == [
        {
            "dest": "spec.arguments.parameters.0.value",
            "source": "dep: dataKey a",
            "origin": "dataKey",
            "value": "yes",
        }
    ]
    made = firing["action"]["object"]
    assert made["spec"]["arguments"]["parameters"] == [{"name": "a", "value": "yes"}]
    assert made["metadata"]["namespace"] == "default"
    assert made["metadata"]["labels"] == {
        "mine": "1",
        "events.argoproj.io/sensor": "example",
        "events.argoproj.io/trigger": "train",
        "events.argoproj.io/action-timestamp": str(int(NOW.timestamp() * 1000)),
    }
    assert made["metadata"]["annotations"] == {
        "pinnace.dev/event-id": "1",
        "pinnace.dev/event-source": "webhook-gateway/example-1",
        "pinnace.dev/event-time": "2026-03-04T12:00:00.000000Z",
        "pinnace.dev/dependencies": '{"dep":"1"}',
    }
    assert orjson.loads(orjson.dumps(tree)) == tree


def test_a_filtered_event_says_what_was_found_and_wanted() -> None:
    found = sensor(dependency(filters=_WANTED))
    tree = verdict(found, event({"a": "no"}))
    assert not tree.fires
    assert tree.triggers[0].outcome == "filtered"
    check = tree.dependencies[0].filters[0].checks[0]
    assert (check.found, check.wanted, check.passed) == ("no", "= '^yes$'", False)


def test_an_event_of_another_source_does_not_concern_it() -> None:
    tree = verdict(sensor(), event({}, source="else"))
    assert tree.triggers[0].outcome == "unconcerned"
    assert tree.as_json()["dependencies"] == [
        {"name": "dep", "concerned": False, "passed": False, "operator": "and"}
    ]


def test_a_join_waits_and_says_for_what() -> None:
    other = dependency("other", eventName="second")
    found = sensor(dependency(), other)
    first = event({"n": 1})
    waiting = verdict(found, first).triggers[0]
    assert (waiting.outcome, waiting.missing) == ("waits", ("other",))
    assert waiting.held == {"dep": first}
    second = event({"n": 2}, id="2", subject="second")
    fired = verdict(found, second, {"log": waiting.held}).triggers[0]
    assert (fired.outcome, fired.missing, fired.held) == ("fires", (), {})
    assert dict(fired.firings[0].events) == {"dep": first, "other": second}


@pytest.mark.parametrize(
    ("zone", "hour", "outcome"),
    [
        ("", 22, "fires"),  # the reset at 23:00 UTC is still to come
        ("", 23, "waits"),
        ("Europe/Paris", 21, "fires"),
        ("Europe/Paris", 22, "waits"),  # 23:00 there
    ],
)
def test_a_join_forgets_what_came_before_its_reset(zone: str, hour: int, outcome: str) -> None:
    reset = [{"byTime": {"cron": "0 23 * * *", "timezone": zone}}]
    other = dependency("other", eventName="second")
    found = sensor(dependency(), other, triggers=[log_trigger(conditionsReset=reset)])
    first = event({}, time=NOW.replace(hour=20))
    second = event({}, id="2", subject="second", time=NOW.replace(hour=hour))
    assert verdict(found, second, {"log": {"dep": first}}).triggers[0].outcome == outcome


def test_one_event_may_satisfy_both_sides_of_a_join() -> None:
    found = sensor(dependency("a"), dependency("b"), triggers=[log_trigger()])
    (trigger,) = verdict(found, event({})).triggers
    assert [sorted(firing.events) for firing in trigger.firings] == [["a", "b"]]


def test_triggers_of_one_sensor_are_judged_apart() -> None:
    other = dependency("other", eventName="second")
    triggers = [
        log_trigger("first", conditions="dep"),
        log_trigger("second", conditions="other"),
        log_trigger("either", conditions="dep || other"),
        log_trigger("both", conditions="dep && other"),
    ]
    found = verdict(sensor(dependency(), other, triggers=triggers), event({}))
    assert {trigger.name: trigger.outcome for trigger in found.triggers} == {
        "first": "fires",
        "second": "unconcerned",
        "either": "fires",
        "both": "waits",
    }


def test_a_parameter_without_a_value_is_part_of_the_verdict() -> None:
    tree = verdict(sensor(triggers=[_submit(parameters=_MAPPED)]), event({}))
    (firing,) = tree.triggers[0].firings
    assert firing.action is None
    assert "key a does not exist" in firing.error
    assert firing.parameters[0].error in firing.error


def test_template_parameters_write_anywhere_in_the_template() -> None:
    trigger = {
        "template": {"name": "t", "http": {"url": "http://x", "method": "PUT"}},
        "parameters": [{"src": {"dependencyName": "dep", "dataKey": "to"}, "dest": "http.url"}],
    }
    tree = verdict(sensor(triggers=[trigger]), event({"to": "http://there"}))
    action = tree.triggers[0].firings[0].action
    assert isinstance(action, HttpAction)
    assert (action.method, action.url, action.timeout) == ("PUT", "http://there", 60.0)


def test_no_verdict_shows_a_secret() -> None:
    reference = {"secretKeyRef": {"name": "s", "key": "k"}}
    body = {"url": "http://x", "secureHeaders": [{"name": "Token", "valueFrom": reference}]}
    tree = verdict(sensor(triggers=[{"template": {"name": "t", "http": body}}]), event({}))
    (firing,) = tree.as_json()["triggers"][0]["firings"]
    assert firing["action"]["headers"] == {"Token": "(secret)"}


def test_no_verdict_shows_a_password_of_an_address() -> None:
    url = "nats://me:s3cret@one:4222, you:other@two"
    body = {"url": url, "subject": "s", "payload": []}
    tree = verdict(sensor(triggers=[{"template": {"name": "t", "nats": body}}]), event({}))
    (firing,) = tree.as_json()["triggers"][0]["firings"]
    assert firing["action"]["url"] == "nats://one:4222, two"


def test_an_inline_source_is_yaml() -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {generateName: i-}\n"
    tree = verdict(sensor(triggers=[_submit(source={"inline": text})]), event({}))
    action = tree.triggers[0].firings[0].action
    assert isinstance(action, ObjectAction)
    assert action.object["metadata"]["generateName"] == "i-"


def test_submit_from_makes_a_workflow_of_the_template() -> None:
    resource = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "digits"},
        "spec": {"arguments": {"parameters": [{"name": "a", "value": "1"}]}},
    }
    trigger = _submit(operation="submit-from", source={"resource": resource})
    action = verdict(sensor(triggers=[trigger]), event({})).triggers[0].firings[0].action
    assert isinstance(action, ObjectAction)
    assert action.object["metadata"]["generateName"] == "digits-"
    assert action.object["spec"] == {
        "workflowTemplateRef": {"name": "digits"},
        "arguments": {"parameters": [{"name": "a", "value": "1"}]},
    }


def test_a_log_trigger_writes_the_events() -> None:
    action = verdict(sensor(), event({"a": 1})).triggers[0].firings[0].action
    assert isinstance(action, LogAction)
    assert action.lines[0]["dependencyName"] == "dep"
    assert action.lines[0]["eventData"] == '{"a":1}'


@pytest.mark.parametrize(
    ("rule", "data", "outcome", "text"),
    [
        ({"jq": ".a += 1"}, {"a": 1}, "fires", ""),
        ({"script": "event.a = event.a + 1 return event"}, {"a": 1}, "fires", ""),
        ({"jq": ".a"}, {"a": 1}, "filtered", "must give an object"),
        ({"jq": ".a +"}, {"a": 1}, "filtered", "transform: "),
        ({"script": "return 1"}, {"a": 1}, "filtered", "transform: "),
        ({"jq": "."}, [1], "filtered", "must be a JSON object"),
    ],
)
def test_the_transform_comes_before_the_filters(
    rule: dict[str, str], data: Any, outcome: str, text: str
) -> None:
    two = {"data": [{"path": "a", "type": "number", "value": ["2"]}]}
    tree = verdict(sensor(dependency(filters=two, transform=rule)), event(data))
    assert tree.triggers[0].outcome == outcome
    assert text in tree.dependencies[0].error


def test_the_report_shows_the_clause_that_held_the_event_back() -> None:
    text = report(verdict(sensor(dependency(filters=_WANTED)), event({"a": "no"})))
    assert text.splitlines() == [
        "sensor default/example",
        "  event 1 of webhook-gateway/example-1 (webhook)",
        "  ✗ dependency dep",
        "    ✗ data filter",
        "      ✗ a (string): wanted = '^yes$', found 'no'",
        "  ✗ trigger log (log) doesn't fire: a filter holds the event back",
        "    conditions: dep",
    ]


def test_the_report_shows_parameters_and_what_a_join_waits_for() -> None:
    other = dependency("other", eventName="second")
    join = log_trigger("both")
    alone = _submit(parameters=_MAPPED)
    alone["template"]["conditions"] = "dep"
    text = report(verdict(sensor(dependency(), other, triggers=[join, alone]), event({"a": 1})))
    assert "  - dependency other: listens for another event" in text
    assert "trigger both (log) waits for other" in text
    assert "✓ spec.arguments.parameters.0.value = '1' (from dataKey: dep: dataKey a)" in text
