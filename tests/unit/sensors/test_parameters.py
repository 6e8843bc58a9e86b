"""Parameters: where values come from, in which order, and how they are written."""

import base64
from typing import Any

import orjson
import pytest

from pinnace.languages.ambient import Ambient
from pinnace.objects.errors import Invalid
from pinnace.sensors.parameters import Resolver, resolve
from pinnace.sensors.spec import Parameter, Source
from tests.unit.sensors.made import NOW, event

_BODY = (
    b'{"name": {"first": "fake", "last": "user"}, "reviews": 8, "rating": 4.5, '
    b'"isActive" : true, "isVerified" : false, "nothing": null, '
    b'"countries": ["ca", "us", "mx"], "id": 12345678}'
)
_EVENTS = {"dep": event(_BODY)}


def source(name: str = "dep", **fields: Any) -> Source:
    return Source(dependency=name, **fields)


def parameter(dest: str, operation: str = "", name: str = "dep", **fields: Any) -> Parameter:
    return Parameter(source=source(name, **fields), dest=dest, operation=operation, field="p[0]")


@pytest.mark.parametrize(
    ("fields", "text", "origin"),
    [
        ({"data_key": "name.first"}, "fake", "dataKey"),
        ({"context_key": "subject"}, "example-1", "contextKey"),
        ({"context_key": "time"}, "2026-03-04T12:00:00Z", "contextKey"),
        ({"value": "hello"}, "hello", "value"),
        ({"context_key": "subject", "data_key": "name.first"}, "fake", "dataKey"),
        ({"data_template": "{{ .Input.name.first }}"}, "fake", "dataTemplate"),
        ({"data_template": "{{ upper .Input.name.first }}"}, "FAKE", "dataTemplate"),
        ({"data_template": "{{ .Input.id }}"}, "1.2345678e+07", "dataTemplate"),
        ({"context_template": "{{ .Input.subject }}"}, "example-1", "contextTemplate"),
        (
            {"context_template": '{{ .Input.subject | replace "-" "_" }}'},
            "example_1",
            "contextTemplate",
        ),
        (
            {
                "context_template": "{{ .Input.subject }}",
                "data_template": "{{ .Input.name.first }}",
            },
            "fake",
            "dataTemplate",
        ),
        (
            {"data_template": "{{ .Input.name.no }}", "data_key": "name.first"},
            "fake",
            "dataKey",
        ),
        ({"data_template": "{{ no }}", "data_key": "name.first"}, "fake", "dataKey"),
        ({"data_key": "no", "value": "default"}, "default", "value"),
        ({"data_key": "no", "value": ""}, "", "value"),
        # a template of the data takes the place of the context's key as well
        (
            {"context_key": "subject", "data_template": "{{ .Input.no }}", "value": "v"},
            "v",
            "value",
        ),
        ({"data_key": "name"}, '{"first": "fake", "last": "user"}', "dataKey"),
        ({"data_key": "countries"}, '["ca", "us", "mx"]', "dataKey"),
        ({"data_key": "countries.#"}, "3", "dataKey"),
        ({"data_key": "reviews"}, "8", "dataKey"),
        ({"data_key": "rating"}, "4.5", "dataKey"),
        ({"data_key": "isActive"}, "true", "dataKey"),
        ({"data_key": "nothing"}, "null", "dataKey"),
    ],
)
def test_a_source_is_resolved(fields: dict[str, str], text: str, origin: str) -> None:
    value = resolve(source(**fields), _EVENTS)
    assert (value.text, value.origin) == (text, origin)


def test_the_whole_event_has_its_data_in_base64() -> None:
    value = resolve(source(), {"dep": event(b'{"a":"<&>"}')})
    assert value.text is not None
    assert orjson.loads(value.text) == {
        "context": event({}).context(),
        "data": base64.b64encode(b'{"a":"<&>"}').decode(),
    }


def test_a_dependency_without_an_event_gives_its_value_or_nothing() -> None:
    assert resolve(source("other", data_key="a", value="v"), _EVENTS).text == "v"
    assert resolve(source("other", data_key="a"), _EVENTS).text is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"data_key": "no"}, "key no does not exist in the event's data"),
        ({"context_key": "no"}, "key no does not exist in the event's context"),
        ({"data_template": "{{ .Input.no }}"}, "evaluated to empty string or no value"),
    ],
)
def test_nothing_found_is_an_error(fields: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid, match="unable to resolve 'dep' parameter value") as refused:
        resolve(source(**fields), _EVENTS)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("content_type", "data", "text"),
    [
        ("application/json", b'{"a": "1"}', "1"),
        ("application/yaml", b"a: one\n", "one"),
        ("text/plain", b'{"a": "1"}', None),
        ("application/json", b"no json", None),
    ],
)
def test_the_content_type_tells_how_data_are_read(
    content_type: str, data: bytes, text: str | None
) -> None:
    events = {"dep": event(data, datacontenttype=content_type)}
    assert resolve(source(data_key="a", value="?"), events).text == (text or "?")


@pytest.mark.parametrize(
    ("parameters", "document", "result"),
    [
        ([parameter("name", data_key="name.first")], {"name": "faker"}, {"name": "fake"}),
        (
            [parameter("name", "prepend", data_key="name.first")],
            {"name": "faker"},
            {"name": "fakefaker"},
        ),
        (
            [parameter("name", "append", data_key="name.first")],
            {"name": "faker"},
            {"name": "fakerfake"},
        ),
        (
            [parameter("name", "overwrite", data_key="name.first")],
            {"name": "faker"},
            {"name": "fake"},
        ),
        (
            [parameter("name", data_key="name")],
            {"name": "faker"},
            {"name": '{"first": "fake", "last": "user"}'},
        ),
        (
            [parameter("name", data_key="name", use_raw_data=True)],
            {"name": "faker"},
            {"name": {"first": "fake", "last": "user"}},
        ),
        (
            [
                parameter("age", data_key="reviews", use_raw_data=True),
                parameter("withYears", "append", data_key="reviews", use_raw_data=True),
                parameter("countries", "append", data_key="countries", use_raw_data=True),
                parameter("text", data_key="name.first", use_raw_data=True),
                parameter("default", data_key="no", value="1", use_raw_data=True),
                parameter("null", data_key="nothing", use_raw_data=True),
            ],
            {"age": "old", "withYears": "Years: "},
            {
                "age": 8,
                "withYears": "Years: 8",
                "countries": ["ca", "us", "mx"],
                "text": "fake",
                "default": "1",
                "null": None,
            },
        ),
        ([parameter("list.-1", data_key="name.first")], {"list": ["a"]}, {"list": ["a", "fake"]}),
        (
            [parameter("list.0.value", value="x")],
            {"list": [{"n": 1}]},
            {"list": [{"n": 1, "value": "x"}]},
        ),
        (
            [parameter(r"metadata.annotations.pinnace\.dev/event-id", context_key="id")],
            {"metadata": {}},
            {"metadata": {"annotations": {"pinnace.dev/event-id": "1"}}},
        ),
        ([parameter("a", name="other", data_key="x")], {"a": "kept"}, {"a": "kept"}),
    ],
)
def test_parameters_are_written(parameters: list[Parameter], document: Any, result: Any) -> None:
    resolver = Resolver(_EVENTS, "example")
    assert resolver.apply(document, parameters) == result


def test_a_payload_is_built_from_nothing() -> None:
    resolver = Resolver(_EVENTS, "example")
    body = resolver.payload(
        [
            parameter("name.first", data_key="name.first"),
            parameter("active", data_key="isActive", use_raw_data=True),
            parameter("text", data_key="isActive"),
        ]
    )
    assert orjson.loads(body) == {"name": {"first": "fake"}, "active": True, "text": "true"}


def test_a_payload_without_destination_is_the_value_itself() -> None:
    resolver = Resolver(_EVENTS, "example")
    whole = [parameter("", data_key="name"), parameter("ignored", value="x")]
    assert resolver.payload(whole) == b'{"first": "fake", "last": "user"}'


def test_a_payload_from_an_absent_dependency_is_an_error_with_a_name() -> None:
    resolver = Resolver(_EVENTS, "example")
    with pytest.raises(Invalid) as refused:
        resolver.payload([parameter("a", name="other", data_key="x")])
    assert "Sensor example: p[0]: dependency 'other' has no event" in str(refused.value)
    assert "src.value" in str(refused.value)


def test_every_look_up_leaves_a_verdict_also_the_one_that_fails() -> None:
    resolver = Resolver(_EVENTS, "example")
    parameters = [
        parameter("a", data_template="{{ no }}", data_key="name.first"),
        parameter("b", data_key="no"),
    ]
    with pytest.raises(Invalid):
        resolver.apply({}, parameters)
    good, bad = (verdict.as_json() for verdict in resolver.seen)
    assert (good["dest"], good["origin"], good["value"]) == ("a", "dataKey", "fake")
    assert good["source"] == "dep: dataTemplate {{ no }}, else dataKey name.first"
    assert "no" in good["notes"][0]
    assert bad["value"] is None
    assert "key no does not exist" in bad["error"]


def test_a_template_sees_the_moment_of_the_evaluation() -> None:
    ambient = Ambient(now=lambda: NOW)
    value = resolve(source(data_template='{{ now | date "2006-01-02" }}'), _EVENTS, ambient)
    assert value.text == "2026-03-04"
