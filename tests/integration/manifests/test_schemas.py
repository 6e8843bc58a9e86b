"""Every rendered object against upstream's own schemas, unknown fields being errors."""

import functools
import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from .conftest import rendered, schema_file
from .test_render import of_kind, walk

EVENTS = "io.argoproj.events.v1alpha1"
WORKFLOWS = "io.argoproj.workflow.v1alpha1"
WHERE = {
    "EventBus": ("argo-events/schema.json", f"{EVENTS}.EventBus"),
    "EventSource": ("argo-events/schema.json", f"{EVENTS}.EventSource"),
    "Sensor": ("argo-events/schema.json", f"{EVENTS}.Sensor"),
    "WorkflowTemplate": ("argo-workflows/schema.json", f"{WORKFLOWS}.WorkflowTemplate"),
}


def strict(schema: Any) -> Any:
    """Refuse fields that a schema does not know, as a strict API server does."""
    if isinstance(schema, list):
        return [strict(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or schema.get(
        "additionalProperties"
    )
    if isinstance(schema.get("properties"), dict) and "type" in schema and not open_ended:
        made["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
        return {}
    return made


@functools.cache
def validator(file: str, definition: str) -> jsonschema.Draft7Validator:
    whole = schema_file(file)
    if file.endswith(".yaml"):
        (version,) = whole["spec"]["versions"]
        body = strict(version["schema"]["openAPIV3Schema"])
        body["properties"]["metadata"] = {}
        return jsonschema.Draft7Validator(body)
    definitions = strict(whole["definitions"])
    return jsonschema.Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": definitions}
    )


def faults(obj: Any, file: str, definition: str = "") -> list[str]:
    return [
        f"{error.json_path}: {error.message}"
        for error in validator(file, definition).iter_errors(obj)
    ]


@pytest.mark.parametrize("kind", WHERE)
def test_argo_objects_are_valid(objects, kind):
    found = of_kind(objects, kind)
    assert found
    for name, obj in found.items():
        assert faults(obj, *WHERE[kind]) == [], name


def manifests_in(objects: Any) -> list[Any]:
    """Return the objects that stand as text in resource templates, placeholders filled in."""
    return [
        yaml.safe_load(re.sub(r"\{\{.*?\}\}", "x", mapping["manifest"]))
        for obj in objects
        for mapping in walk(obj)
        if isinstance(mapping.get("manifest"), str)
    ]


def test_tfjobs_in_workflows_are_valid(objects):
    jobs = [obj for obj in manifests_in(objects) if obj["kind"] == "TFJob"]
    assert jobs
    for job in jobs:
        assert faults(job, "crds/kubeflow.org_tfjobs.yaml") == []


def test_workflows_in_sensors_are_valid(objects):
    flows = [
        mapping["resource"]
        for sensor in of_kind(objects, "Sensor").values()
        for mapping in walk(sensor)
        if isinstance(mapping.get("resource"), dict)
        and mapping["resource"].get("kind") == "Workflow"
    ]
    assert flows
    for flow in flows:
        assert faults(flow, "argo-workflows/schema.json", f"{WORKFLOWS}.Workflow") == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("EventSource", lambda obj: obj["spec"].update(webhok={})),
        ("Sensor", lambda obj: obj["spec"].update(triggers="none")),
        ("WorkflowTemplate", lambda obj: obj["spec"]["templates"][0].update(conteiner={})),
    ],
)
def test_the_check_itself_finds_faults(kind, change):
    obj = json.loads(json.dumps(next(iter(of_kind(rendered("k3d"), kind).values()))))
    change(obj)
    assert faults(obj, *WHERE[kind])
