"""The three Sensors in ``sensors/``: which events train, and with what."""

from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
import yaml

from pinnace.bus import Event
from pinnace.sensors import evaluate, parse_sensor
from tests.unit.sensors.made import NOW, event

_ROOT = Path(__file__).parents[3]
_FOLDER = _ROOT / "sensors"
_SCHEMA = _ROOT.parent / "shared/upstream/argo-events/schema.json"
_SHA = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def _sensor(name: str) -> Any:
    return yaml.safe_load((_FOLDER / f"{name}.yaml").read_text())


def _made(name: str, posted: Event) -> dict[str, Any] | None:
    """Return the Workflow that a Sensor makes of an event: its parameters and annotations."""
    verdict = evaluate(parse_sensor(_sensor(name)), posted, joined={}, now=NOW)
    if not verdict.fires:
        return None
    (firing,) = verdict.triggers[0].firings
    assert firing.action is not None, firing.error
    obj = firing.action.as_json()["object"]
    assert obj["metadata"]["generateName"] == "train-digits-"
    assert obj["spec"]["workflowTemplateRef"] == {"name": "train-digits"}
    parameters = {p["name"]: p["value"] for p in obj["spec"]["arguments"]["parameters"]}
    return {"parameters": parameters, "annotations": obj["metadata"]["annotations"]}


def push(ref: str = "refs/heads/main", after: str = _SHA, **files: list[str]) -> Event:
    commit = {"added": [], "removed": [], "modified": [], **files}
    body = {
        "ref": ref,
        "after": after,
        "repository": {"clone_url": "http://127.0.0.1:1/example/digits.git"},
        "commits": [{"added": ["README.md"], "removed": [], "modified": []}, commit],
    }
    data = {"headers": {"X-Github-Event": ["push"]}, "body": body}
    return event(data, source="github", type="github", subject="digits")


@pytest.mark.parametrize(
    ("posted", "trains"),
    [
        (push(modified=["training.yaml"]), True),
        (push(added=["config/a.yaml"]), True),
        (push(removed=["training/model.py"]), True),
        (push(modified=["docs/training.yaml.md"]), False),
        (push(), False),
        (push(ref="refs/heads/other", modified=["training.yaml"]), False),
        (push(ref="refs/heads/main2", modified=["training.yaml"]), False),
        (push(after="0" * 40, modified=["training.yaml"]), False),
        (event({"body": {"zen": "ping"}}, source="github", subject="digits"), False),
    ],
)
def test_a_push_trains_when_it_touches_the_configuration(posted: Event, trains: bool) -> None:
    assert (_made("train-on-push", posted) is not None) is trains


def test_a_push_trains_on_its_commit() -> None:
    made = _made("train-on-push", push(modified=["training.yaml"]))
    assert made is not None
    assert made["parameters"] == {
        "repo": "http://127.0.0.1:1/example/digits.git",
        "revision": _SHA,
    }
    assert made["annotations"]["pinnace.dev/event-id"] == "1"
    assert made["annotations"]["pinnace.dev/delivery"] == ""


def upload(key: str, bucket: str = "datasets") -> Event:
    s3 = {"bucket": {"name": bucket}, "object": {"key": key, "eTag": "abc", "size": 1}}
    return event({"notification": [{"s3": s3}]}, source="datasets", type="minio", subject="mnist")


@pytest.mark.parametrize(
    ("posted", "dataset"),
    [
        (upload("mnist/v2.npz"), "s3://datasets/mnist/v2.npz"),
        (upload("mnist%2Fv2.npz"), "s3://datasets/mnist/v2.npz"),
        (upload("mnist%2Fthe+second%2Bone.npz"), "s3://datasets/mnist/the second+one.npz"),
        (upload("other/v2.npz"), None),
        (upload("mnist/v2.csv"), None),
        (upload("mnist/v2.npz", bucket="models"), None),
    ],
)
def test_an_upload_trains_on_that_object(posted: Event, dataset: str | None) -> None:
    made = _made("train-on-upload", posted)
    expected = {"dataset": dataset, "dataset-etag": "abc"} if dataset else None
    assert (made and made["parameters"]) == expected


def call(body: Any, **header: list[str]) -> Event:
    data = {"header": {"Content-Type": ["application/json"], **header}, "body": body}
    return event(data, source="training", subject="train")


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ({}, ("", "", "")),
        ({"epochs": 3}, ("3", "", "")),
        ({"epochs": 3, "batch-size": 128, "learning-rate": 0.001}, ("3", "128", "0.001")),
        ({"epochs": "3", "learning-rate": "1e-3"}, ("3", "", "1e-3")),
    ],
)
def test_a_call_trains_with_what_it_gives(body: Any, parameters: tuple[str, ...]) -> None:
    made = _made("train-on-webhook", call(body))
    assert made is not None
    names = ("epochs", "batch-size", "learning-rate")
    assert made["parameters"] == dict(zip(names, parameters, strict=True))


def test_a_call_carries_the_delivery_of_the_webhook_service() -> None:
    made = _made("train-on-webhook", call({}, **{"X-Pinnace-Delivery": ["d-1"]}))
    assert made is not None
    assert made["annotations"]["pinnace.dev/delivery"] == "d-1"


def test_the_kustomization_lists_every_sensor() -> None:
    listed = yaml.safe_load((_FOLDER / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(path.name for path in _FOLDER.glob("train-*.yaml"))


@pytest.mark.parametrize("name", ["train-on-push", "train-on-upload", "train-on-webhook"])
def test_upstreams_schema_takes_it(name: str) -> None:
    if not _SCHEMA.exists():
        pytest.skip(f"{_SCHEMA} is absent: upstream's schema is not part of this repository")
    schema = orjson.loads(_SCHEMA.read_bytes())
    schema["$ref"] = "#/definitions/io.argoproj.events.v1alpha1.Sensor"
    jsonschema.Draft7Validator(schema).validate(_sensor(name))
