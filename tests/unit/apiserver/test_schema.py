"""Schemas: every kind has one, real manifests fit, and what does not fit is worded right."""

from pathlib import Path
from typing import Any

import pytest

from pinnace.apiserver.validation import examine
from pinnace.objects import yamls
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.kinds import (
    CONFIG_MAPS,
    KINDS,
    PODS,
    SECRETS,
    SENSORS,
    TFJOBS,
    WORKFLOWS,
    Kind,
)
from pinnace.objects.schema import check, type_at, type_named, type_of
from pinnace.objects.schema.types import SCALARS, type_names, wire_numbers

UPSTREAM = Path(__file__).parents[4] / "shared" / "upstream"


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_has_a_schema(kind: Kind) -> None:
    found = type_of(kind)
    assert found is not None
    assert {"apiVersion", "kind", "metadata"} <= found.fields.keys()


def test_every_type_that_is_named_exists() -> None:
    for name in type_names():
        for field in type_named(name).fields.values():
            inner = field.expression.lstrip("[{")
            assert inner in SCALARS or type_named(inner)


def test_the_field_numbers_are_those_of_known_fields() -> None:
    numbers = wire_numbers("k8s.ObjectMeta")
    assert numbers and numbers["1"] == "name" and numbers["11"] == "labels"
    for name in type_names():
        fields = type_named(name).fields
        assert all(f.startswith("+") or f in fields for f in (wire_numbers(name) or {}).values())


#: Fields in upstream's examples that upstream's own types do not have (any more).
STALE = frozenset(
    {"type", "serverURL", "sshKeyPath", "namespace", "policy", "verifycert", "atLeastOnce",
     "openwhisk"}
)  # fmt: skip


def documents(file: Path) -> list[Any]:
    try:
        return [document.value for document in yamls.parse(file.read_text())]
    except BadRequest:  # one example names a key twice
        return []


@pytest.mark.skipif(not UPSTREAM.is_dir(), reason="the upstream examples are not on this machine")
@pytest.mark.parametrize("part", ["book", "argo-workflows/examples", "argo-events/examples"])
def test_upstream_examples_fit(part: str) -> None:
    problems = []
    seen = 0
    for file in (UPSTREAM / part).rglob("*.yaml"):
        for value in documents(file):
            of = type_at(str(value.get("apiVersion")), str(value.get("kind")))
            if of is not None:
                seen += 1
                problems += [
                    f"{file}: {f.problem} {f.path}"
                    for f in check(value, of)
                    if f.problem != "required" and f.path.rpartition(".")[2] not in STALE
                ]
    assert seen and not problems


def pod(**container: Any) -> dict[str, Any]:
    return {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", **container}]}}


@pytest.mark.parametrize(
    ("kind", "obj", "message"),
    [
        (PODS, pod(foo=1), 'strict decoding error: unknown field "spec.containers[0].foo"'),
        (PODS, pod(image=1), "cannot unmarshal number into Go struct field "
                             "Container.spec.containers.image of type string"),
        (PODS, pod(args="x"), "Container.spec.containers.args of type []string"),
        (PODS, pod(stdin="yes"), "of type bool"),
        (PODS, pod(resources={"limits": {"cpu": "much"}}), "quantities must match"),
        (PODS, {"metadata": {"name": "p", "labels": {"a": 1}}}, "of type string"),
        (PODS, {"metadata": {"creationTimestamp": "now"}}, "not RFC 3339"),
        (SECRETS, {"metadata": {"name": "s"}, "data": {"a": "%"}}, "illegal base64"),
        (WORKFLOWS, {"metadata": {"name": "w"}, "spec": {"foo": 1, "bar": 2}},
         'unknown field "spec.foo", unknown field "spec.bar"'),
    ],
)  # fmt: skip
def test_refused_as_bad_requests(kind: Kind, obj: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest) as error:
        examine(kind, obj, mode="Strict")
    assert message in str(error.value)
    assert f"cannot be handled as a {kind.kind}" in str(error.value)


@pytest.mark.parametrize(
    ("kind", "obj", "field", "message"),
    [
        (PODS, {"spec": {}}, "spec.containers", "Required value"),
        (PODS, {"spec": {"containers": [{"image": "x"}]}}, "spec.containers[0].name", "Required"),
        (TFJOBS, {"spec": {}}, "spec.tfReplicaSpecs", "Required value"),
        (WORKFLOWS, {"spec": {"entrypoint": 1}}, "spec.entrypoint",
         'Invalid value: "integer": spec.entrypoint in body must be of type string: "integer"'),
        (WORKFLOWS, {"spec": {"templates": {}}}, "spec.templates", "must be of type array"),
        (CONFIG_MAPS, {"metadata": {"labels": {"a": "b c"}}}, "metadata.labels", "Invalid value"),
        (CONFIG_MAPS, {"metadata": {"labels": {"a b": "c"}}}, "metadata.labels", "name part"),
        (CONFIG_MAPS, {"metadata": {"annotations": {"a": "x" * 300_000}}},
         "metadata.annotations", "Too long"),
    ],
)  # fmt: skip
def test_refused_as_invalid(kind: Kind, obj: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(Invalid) as error:
        examine(kind, obj, mode="Ignore")
    assert error.value.field == field
    assert message in error.value.message


@pytest.mark.parametrize(
    ("kind", "obj"),
    [
        (PODS, pod(resources={"limits": {"cpu": 1, "memory": "1Gi"}}, ports=None)),
        (WORKFLOWS, {"spec": {"arguments": {"parameters": [{"name": "a", "value": 3}]}}}),
        (WORKFLOWS, {"spec": {"templates": [{"name": "a", "steps": [[{"name": "s"}]]}]}}),
        (WORKFLOWS, {"status": {"whatever": [1]}}),
        (WORKFLOWS, {"metadata": None, "spec": None}),
        (SENSORS, {"spec": {"triggers": [{"template": {"k8s": {"source": {"resource": {}}}}}]}}),
    ],
)
def test_what_fits(kind: Kind, obj: dict[str, Any]) -> None:
    assert examine(kind, obj, mode="Strict").warnings == []


def test_events_kinds_keep_unknown_fields_as_their_crds_do() -> None:
    novel = {"spec": {"novel": 1}}
    examined = examine(SENSORS, novel, mode="Strict")
    assert examined.warnings == ['unknown field "spec.novel"'] and examined.object == novel
    assert examine(SENSORS, novel, mode="Ignore").warnings == ()
    with pytest.raises(BadRequest, match="fieldValidation"):
        examine(SENSORS, {}, mode="Sometimes")


def test_built_in_kinds_lose_fields_they_do_not_have() -> None:
    odd = {**pod(image="x", foo=1), "extra": {"a": 1}}
    examined = examine(PODS, odd, mode="Warn")
    assert examined.object == pod(image="x")
    assert len(examined.warnings) == 2
