"""Definitions of kinds: what they define, what is wrong with them, what fits their schema."""

from pathlib import Path
from typing import Any

import pytest

from pinnace.objects import definitions, yamls
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.kinds import TFJOBS, WORKFLOWS, Kind
from pinnace.objects.registry import BUILT_IN, Registry
from pinnace.objects.schema import Structural, defaulted, pruned, unknown_fields, violations
from pinnace.objects.types import Object

UPSTREAM = Path(__file__).parents[4] / "shared" / "upstream" / "crds"
KEEP = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def definition(schema: Any = KEEP, **spec: Any) -> Object:
    version = {"name": "v1", "served": True, "storage": True,
               "schema": {"openAPIV3Schema": schema}}  # fmt: skip
    names = {"plural": "widgets", "kind": "Widget"}
    body = {"group": "e.org", "scope": "Namespaced", "names": names, "versions": [version], **spec}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "widgets.e.org"}, "spec": body}  # fmt: skip


@pytest.mark.skipif(not UPSTREAM.is_dir(), reason=f"{UPSTREAM} is not there")
@pytest.mark.parametrize("file", sorted(UPSTREAM.glob("*.yaml")), ids=lambda file: file.stem)
def test_built_in_kinds_are_as_upstream_defines_them(file: Path) -> None:
    (found,) = (each.value for each in yamls.parse(file.read_text()) if each.value)
    assert list(definitions.problems(found)) == []
    (theirs,) = definitions.defined_kinds(found)
    ours = BUILT_IN.resource(theirs.group, theirs.plural)
    assert ours is not None
    for part in ("version", "kind", "short_names", "namespaced", "status_subresource", "singular"):
        assert getattr(ours, part) == getattr(theirs, part), part
    if ours != TFJOBS:  # newer ones than this file's have columns
        assert ours.columns == theirs.columns


def test_a_registry_joins_both_and_built_in_kinds_win() -> None:
    mine = definition(names={"plural": "widgets", "kind": "Widget", "shortNames": ["wf", "wd"]})
    registry = Registry.of_definitions([mine])
    widget = registry.by_name("wd")
    assert widget is not None and registry.by_name("wf") == WORKFLOWS
    obj = {"apiVersion": "e.org/v1", "kind": "Widget", "metadata": {"name": "n"}}
    assert str(registry.key_of(obj)) == "widgets/default/n"
    with pytest.raises(BadRequest, match='no matches for kind "Widget"'):
        BUILT_IN.key_of(obj)
    assert BUILT_IN.by_plural("e.org", "v1", "widgets") is None


def test_a_definition_that_is_taken_says_so() -> None:
    taken = definitions.settled(definition(), "2026-01-01T00:00:00Z")
    assert [c["type"] for c in taken["status"]["conditions"]] == ["NamesAccepted", "Established"]
    assert taken["status"]["storedVersions"] == ["v1"]
    assert taken["status"]["acceptedNames"]["listKind"] == "WidgetList"
    again = definitions.settled(taken, "2027-01-01T00:00:00Z")
    assert again == taken


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (definition(scope="Everywhere"), "spec.scope"),
        (definition(group="e"), "metadata.name"),
        (definition(versions=[]), "spec.versions"),
        (definition(None), "spec.versions[0].schema"),
        (definition({"type": "string"}), "spec.versions[0].schema.openAPIV3Schema.type"),
        (definition({**KEEP, "properties": {"a": 5}}),
         "spec.versions[0].schema.openAPIV3Schema.properties[a]"),
        (definition({**KEEP, "properties": []}),
         "spec.versions[0].schema.openAPIV3Schema.properties"),
        (definition({**KEEP, "oneOf": {"a": "b"}}),
         "spec.versions[0].schema.openAPIV3Schema.oneOf[0]"),
        (definition({**KEEP, "properties": {"a": {"type": "string", "pattern": "("}}}),
         "spec.versions[0].schema.openAPIV3Schema.properties[a].pattern"),
        (definition({**KEEP, "required": "a"}), "spec.versions[0].schema.openAPIV3Schema.required"),
        (definition({**KEEP, "maxProperties": "a"}),
         "spec.versions[0].schema.openAPIV3Schema.maxProperties"),
        (definition(conversion={"strategy": "Webhook"}), "spec.conversion.strategy"),
        (definition(names={"plural": 5, "kind": "Widget"}), "spec.names.plural"),
        (definition(names=None), "spec.names"),
    ],
)  # fmt: skip
def test_a_definition_that_can_not_be_served_is_never_stored(wrong: Object, field: str) -> None:
    with pytest.raises(Invalid) as error:
        definitions.settled(wrong, "2026-01-01T00:00:00Z")
    assert error.value.field == field


def test_rules_that_are_not_evaluated_are_warned_of() -> None:
    rules = {**KEEP, "x-kubernetes-validations": [{"rule": "true"}]}
    assert "not evaluated" in next(iter(definitions.warnings(definition(rules))))
    assert list(definitions.warnings(definition())) == []


NESTED = {
    "type": "object",
    "properties": {
        "a": {"type": "integer", "default": 3},
        "list": {"type": "array", "items": {"type": "object",
                                            "properties": {"x": {"type": "string"}}}},
        "map": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "any": {"x-kubernetes-preserve-unknown-fields": True},
        "pod": {"type": "object", "x-kubernetes-embedded-resource": True,
                "properties": {"spec": {"type": "object"}}},
    },
}  # fmt: skip


def test_what_a_schema_does_not_know_is_found_and_pruned() -> None:
    value = {
        "apiVersion": "v", "kind": "k", "metadata": {"name": "n", "odd": 1}, "b": 1,
        "list": [{"x": "1", "y": 2}], "map": {"q": True}, "any": {"z": [{"deep": 1}]},
        "pod": {"kind": "Pod", "metadata": {}, "status": {}, "spec": {"gone": 1}},
    }  # fmt: skip
    root = Structural(NESTED, root=True)
    assert list(unknown_fields(value, root)) == ["b", "list[0].y", "pod.status", "pod.spec.gone"]
    left = pruned(value, root)
    assert list(unknown_fields(left, root)) == []
    assert left["any"] == value["any"] and left["pod"] == {
        "kind": "Pod",
        "metadata": {},
        "spec": {},
    }
    assert defaulted(left, root)["a"] == 3
    assert defaulted({"a": None}, root) == {"a": 3}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "integer"}, 1.0, ""),
        ({"type": "integer"}, True, "must be of type integer"),
        ({"type": "string"}, None, 'must be of type string: "null"'),
        ({"type": "string", "nullable": True}, None, ""),
        ({"x-kubernetes-int-or-string": True}, 8, ""),
        ({"x-kubernetes-int-or-string": True}, [], 'must be of type integer,string: "array"'),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, 1, "should be greater than 1"),
        ({"type": "number", "multipleOf": 0.5}, 1.25, "should be a multiple of 0.5"),
        ({"type": "number", "multipleOf": 5e-324}, 1e308, ""),
        ({"type": "string", "maxLength": 2}, "abc", "Too long: may not be more than 2 bytes"),
        ({"type": "string", "format": "date-time"}, "x", "must be of type date-time"),
        ({"type": "array", "minItems": 1}, [], "should have at least 1 items"),
        ({"type": "array", "maxItems": 1}, [1, 2], "Too many: 2: must have at most 1 items"),
        ({"type": "array", "x-kubernetes-list-type": "set"}, ["a", "a"], 'Duplicate value: "a"'),
        ({"type": "object", "maxProperties": 0}, {"a": 1}, "must have at most 0 properties"),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}, "Found none valid"),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}, ""),
        ({"anyOf": [{"required": ["a"]}]}, {}, "must validate at least one schema (anyOf)"),
        ({"allOf": [{"required": ["a"]}]}, {}, "Required value"),
        ({"not": {"required": ["a"]}}, {"a": 1}, "must not validate the schema (not)"),
        ({"type": "string", "pattern": "^(a+)+$"}, "a" * 5000 + "b", "should match"),
    ],
)  # fmt: skip
def test_values(schema: Any, value: Any, message: str) -> None:
    found = violations({"spec": value}, {"type": "object", "properties": {"spec": schema}})
    assert [message in str(problem) for problem in found] == ([True] if message else [])


def test_a_version_that_is_not_served_is_still_the_stored_one() -> None:
    versions = [
        {"name": name, "served": name == "v2", "storage": name == "v1",
         "schema": {"openAPIV3Schema": KEEP}}
        for name in ("v1", "v2")
    ]  # fmt: skip
    registry = Registry.of_definitions([definition(versions=versions)])
    assert registry.find("e.org/v1", "Widget") is None
    kind = registry.of({"apiVersion": "e.org/v2", "kind": "Widget"})
    assert isinstance(kind, Kind) and kind.version == "v1"
