"""Which events an EventSource declares, and what is refused how far."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.eventsources import TYPES, parse
from pinnace.eventsources.refused import REFUSED
from pinnace.eventsources.spec import RECREATE_TYPES, ROLLING_TYPES
from tests.unit.eventsources.specs import event_source

FOLDER = Path(__file__).parents[3] / "eventsources"
SUPPORTED = ("webhook", "github", "minio", "file", "calendar")


def test_every_type_is_known_and_runs_or_is_refused() -> None:
    assert set(SUPPORTED) < set(TYPES) < RECREATE_TYPES | ROLLING_TYPES
    assert not set(TYPES) & set(REFUSED)
    assert len(RECREATE_TYPES | ROLLING_TYPES) == 32
    assert not RECREATE_TYPES & ROLLING_TYPES


@pytest.mark.parametrize(
    ("spec", "events", "problems"),
    [
        ({"webhook": {"a": {}, "b": {}}}, ["a", "b"], []),
        ({"webhook": {"a": {}}, "service": {"ports": []}, "template": {}}, ["a"], []),
        ({"webhook": {"a": {}}, "slack": {"s": {}}}, ["a"], ["type 'slack' is not supported"]),
        ({"calendar": {"a": {}}, "kafka": {"s": {}}}, ["a"], ["type 'kafka' is not supported"]),
        ({"webhook": {"a": {}}, "pigeon": {"s": {}}}, ["a"], ["'pigeon' is not an event source"]),
        # what upstream refuses whole
        ({}, [], ["no event is declared"]),
        ({"service": {}}, [], ["no event is declared"]),
        ({"webhook": {"a": {}}, "github": {"a": {}}}, [], ["event name 'a' stands in"]),
        ({"webhook": {"a": {}}, "minio": {"b": {}}}, [], ["cannot stand in one object"]),
        ({"webhook": {"a": {}}, "type": "webhook"}, ["a"], []),  # a field of old examples
        ({"webhook": ["a"]}, [], ["expected a map"]),
    ],
)
def test_parse(spec: dict[str, Any], events: list[str], problems: list[str]) -> None:
    parsed = parse(event_source(**spec), SUPPORTED)
    assert [event.event for event in parsed.events] == events
    assert len(parsed.problems) == len(problems)
    for found, wanted in zip(parsed.problems, problems, strict=True):
        assert wanted in found
        assert found.startswith("EventSource source: spec")


def test_an_unsupported_type_names_what_is_supported() -> None:
    (problem,) = parse(event_source(kafka={"a": {}}), SUPPORTED).problems
    assert "supported: calendar, file, github, minio, webhook" in problem


@pytest.mark.parametrize(
    ("file", "name", "type_", "event"),
    [
        ("github.yaml", "github", "github", "digits"),
        ("minio.yaml", "datasets", "minio", "mnist"),
        ("webhook.yaml", "training", "webhook", "train"),
    ],
)
def test_the_event_sources_of_the_pipeline(file: str, name: str, type_: str, event: str) -> None:
    obj = yaml.safe_load((FOLDER / file).read_text())
    parsed = parse(obj, TYPES)
    assert parsed.problems == ()
    (found,) = parsed.events
    assert (found.source, found.type, found.event) == (name, type_, event)
    TYPES[type_].check(found)
    assert file in yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]


@pytest.mark.parametrize(
    ("type_", "fields", "field"),
    [
        ("webhook", {"method": "PUT"}, "method"),
        ("github", {"events": ["push"], "owner": "me"}, "webhook"),
        ("github", {"events": ["push"], "webhook": {}}, "repositories"),
        (
            "github",
            {
                "events": ["push"],
                "webhook": {},
                "owner": "me",
                "repository": "r",
                "organizations": ["u"],
            },
            "repositories",
        ),
        ("github", {"webhook": {}, "organizations": ["us"]}, "events"),
        ("minio", {}, "bucket.name"),
        ("minio", {"bucket": {"name": "b"}}, "endpoint"),
        ("minio", {"bucket": {"name": "b"}, "endpoint": "e:1"}, "events"),
        ("minio", {"bucket": {"name": "b"}, "endpoint": "e:1", "events": ["x"]}, "accessKey"),
        ("file", {"eventType": "TOUCH"}, "eventType"),
        ("file", {"eventType": "CREATE"}, "watchPathConfig.directory"),
        (
            "file",
            {"eventType": "CREATE", "watchPathConfig": {"directory": "/a/"}},
            "watchPathConfig",
        ),
        (
            "file",
            {"eventType": "CREATE", "watchPathConfig": {"directory": "/a/", "path": "/b"}},
            "watchPathConfig.path",
        ),
        (
            "file",
            {"eventType": "CREATE", "watchPathConfig": {"directory": "/a/", "pathRegexp": "("}},
            "watchPathConfig.pathRegexp",
        ),
        ("calendar", {"schedule": "* * * * * *"}, "schedule"),
        ("calendar", {"interval": "1x"}, "interval"),
        ("calendar", {"interval": "1s", "exclusionDates": ["EXDATE:20261399"]}, "exclusionDates"),
    ],
)
def test_a_wrong_field_is_named(type_: str, fields: dict[str, Any], field: str) -> None:
    (event,) = parse(event_source(**{type_: {"event": fields}}), TYPES).events
    with pytest.raises(Exception, match="expected") as caught:
        TYPES[type_].check(event)
    assert f"EventSource source: spec.{type_}.event.{field}: " in str(caught.value)
