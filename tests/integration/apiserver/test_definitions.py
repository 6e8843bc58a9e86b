"""Kinds that arrive with a CustomResourceDefinition, used with kubectl as on a cluster."""

import json
from pathlib import Path

import pytest

from pinnace.objects import yamls
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS
from pinnace.objects.meta import Key
from pinnace.store import Store
from tests.integration.apiserver.conftest import Kubectl, Served

pytestmark = pytest.mark.slow

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale:
        specReplicasPath: .spec.replicas
        statusReplicasPath: .status.replicas
        labelSelectorPath: .status.selector
    additionalPrinterColumns:
    - {name: Size, type: string, jsonPath: .spec.size}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Ready, type: string, priority: 1,
       jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    schema:
      openAPIV3Schema:
        type: object
        description: A Widget is what the shop sells.
        required: [spec]
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: string, enum: [S, M, L], description: How big it is.}
              replicas: {type: integer, minimum: 0, maximum: 10, default: 1}
              code: {type: string, pattern: "^[a-z]+$"}
              port: {x-kubernetes-int-or-string: true}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, count: {type: integer}}
          status:
            type: object
            x-kubernetes-preserve-unknown-fields: true
  - name: v1beta1
    served: true
    storage: false
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
WIDGET = """
apiVersion: shop.example.com/v1
kind: Widget
metadata: {name: one}
spec: {size: M, free: {what: ever}}
"""


@pytest.fixture
def shop(kubectl: Kubectl) -> Kubectl:
    kubectl("apply", "-f", "-", stdin=DEFINITION)
    kubectl("wait", "--for=condition=Established", "crd/widgets.shop.example.com", "--timeout=10s")
    return kubectl


def test_a_definition_makes_its_kind_served(shop: Kubectl) -> None:
    assert shop("create", "-f", "-", stdin=WIDGET) == "widget.shop.example.com/one created\n"
    head, row = (line.split() for line in shop("get", "wd").splitlines())
    assert (head, row) == (["NAME", "SIZE", "REPLICAS"], ["one", "M", "1"])
    assert shop("get", "widgets", "-o", "wide").split()[3] == "READY"
    assert "widget.shop.example.com/one" in shop("get", "all", "-o", "name")
    assert "How big it is." in shop("explain", "widget.spec.size")
    assert "<[]Object>" in shop("explain", "widget.spec.parts")
    assert "widgets" in shop("api-resources", "--api-group=shop.example.com")
    assert "shop.example.com/v1beta1" in shop("api-versions")
    older = shop("get", "widgets.v1beta1.shop.example.com", "one", "-o", "jsonpath={.apiVersion}")
    assert older == "shop.example.com/v1beta1"
    assert "Size:" in shop("describe", "widget", "one")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{size: XL}", 'spec.size: Unsupported value: "XL": supported values: "S", "M", "L"'),
        ("{}", "spec.size: Required value"),
        ("{size: S, replicas: x}",
         'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: '
         '"string"'),
        ("{size: S, replicas: 11}",
         "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to "
         "10"),
        ("{size: S, code: A1}",
         'spec.code: Invalid value: "A1": spec.code in body should match \'^[a-z]+$\''),
        ("{size: S, parts: [{name: a}, {name: a}]}",
         'spec.parts[1]: Duplicate value: {"name":"a"}'),
        ("{size: S, colour: red}", 'strict decoding error: unknown field "spec.colour"'),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_as_kubernetes_words_it(
    shop: Kubectl, spec: str, expected: str
) -> None:
    wrong = WIDGET.replace("{size: M, free: {what: ever}}", spec)
    assert expected in shop("create", "-f", "-", stdin=wrong, fails=True)


def test_unknown_fields_are_pruned_and_defaults_filled_in(shop: Kubectl) -> None:
    given = WIDGET.replace("{size: M,", "{size: M, colour: red,")
    warned = shop.run("create", "--validate=warn", "-f", "-", stdin=given)
    assert 'Warning: unknown field "spec.colour"' in warned.stderr
    found = json.loads(shop("get", "wd", "one", "-o", "json"))
    assert found["spec"] == {"size": "M", "free": {"what": "ever"}, "replicas": 1}


def test_scale_and_status_are_apart(shop: Kubectl) -> None:
    shop("create", "-f", "-", stdin=WIDGET)
    assert shop("scale", "widget/one", "--replicas=3") == "widget.shop.example.com/one scaled\n"
    patch = '{"status":{"replicas":2,"selector":"a=b"},"spec":{"size":"L"}}'
    shop("patch", "wd", "one", "--subresource=status", "--type=merge", "-p", patch)
    found = json.loads(shop("get", "wd", "one", "-o", "json"))
    assert (found["spec"]["replicas"], found["spec"]["size"]) == (3, "M")
    scale = json.loads(shop("get", "wd", "one", "--subresource=scale", "-o", "json"))
    assert scale["spec"] == {"replicas": 3}
    assert scale["status"] == {"replicas": 2, "selector": "a=b"}
    assert "should be less than or equal to 10" in shop(
        "scale", "wd/one", "--replicas=11", fails=True
    )
    assert "observedGeneration" not in found["status"] and found["metadata"]["generation"] == 2


def test_server_side_apply_merges_lists_by_their_keys(shop: Kubectl) -> None:
    first = WIDGET.replace("free: {what: ever}", "parts: [{name: a, count: 1}]")
    second = WIDGET.replace("free: {what: ever}", "parts: [{name: b, count: 2}]")
    for manager, text in (("first", first), ("second", second)):
        shop("apply", "--server-side", "--field-manager", manager, "-f", "-", stdin=text)
    parts = json.loads(shop("get", "wd", "one", "-o", "json"))["spec"]["parts"]
    assert parts == [{"name": "a", "count": 1}, {"name": "b", "count": 2}]
    other = first.replace("count: 1", "count: 5")
    message = shop(
        "apply", "--server-side", "--field-manager", "third", "-f", "-", stdin=other, fails=True
    )
    assert 'conflict with "first": .spec.parts[name="a"].count' in message


def test_a_definition_goes_with_its_objects_and_its_kind(shop: Kubectl, served: Served) -> None:
    shop("create", "-f", "-", stdin=WIDGET.replace("{name: one}", "{name: one, finalizers: [a/b]}"))
    shop("delete", "crd", "widgets.shop.example.com", "--wait=false")
    waiting = served.store.get(CUSTOM_RESOURCE_DEFINITIONS, "", "widgets.shop.example.com")
    assert waiting["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"]
    shop("patch", "wd", "one", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    shop("wait", "--for=delete", "crd/widgets.shop.example.com", "--timeout=10s")
    assert "could not find the requested resource" in shop("get", "widgets", fails=True)
    assert "shop.example.com" not in shop("api-versions")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: widgets.shop", "name: things.shop", 'must be spec.names.plural+"."+spec.group'),
        ("storage: true", "storage: false", "exactly one version marked as storage version"),
        ("pattern: \"^[a-z]+$\"", "pattern: '['", "must be a valid regular expression"),
        ("type: integer, minimum: 0", "type: whole, minimum: 0", "expected one of array, boolean"),
    ],
)  # fmt: skip
def test_definitions_that_can_not_be_served(
    kubectl: Kubectl, old: str, new: str, expected: str
) -> None:
    assert old in DEFINITION
    message = kubectl("create", "-f", "-", stdin=DEFINITION.replace(old, new), fails=True)
    assert expected in message


def test_a_built_in_kind_stays_itself_when_its_definition_is_applied(kubectl: Kubectl) -> None:
    text = DEFINITION.replace("shop.example.com", "argoproj.io").replace("widget", "workflow")
    kubectl("create", "-f", "-", stdin=text.replace("Widget", "Workflow"))
    assert "entrypoint" in kubectl("explain", "workflow.spec")
    kubectl("delete", "crd", "workflows.argoproj.io")
    assert "entrypoint" in kubectl("explain", "workflow.spec")


def test_a_kind_survives_a_restart(tmp_path: Path) -> None:
    (document,) = yamls.parse(DEFINITION)
    with Store.open(tmp_path / "s.db") as store:
        store.create(document.value)
        metadata = {"name": "one", "namespace": "default"}
        widget = {"apiVersion": "shop.example.com/v1", "kind": "Widget", "metadata": metadata,
                  "spec": {"size": "S"}}  # fmt: skip
        store.create(widget)
    with Store.open(tmp_path / "s.db") as store:
        kind = store.kinds.by_name("wd")
        assert kind is not None
        assert store.get(kind, "default", "one")["spec"] == {"size": "S", "replicas": 1}
        store.delete(Key(CUSTOM_RESOURCE_DEFINITIONS, "", "widgets.shop.example.com"))
        assert store.kinds.by_name("wd") is None
        assert store.list(kind) == []
