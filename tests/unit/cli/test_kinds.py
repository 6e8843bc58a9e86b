"""Kinds by the names people call them, from each form of discovery."""

from collections.abc import Mapping
from typing import Any

import pytest

from pinnace.cli.kinds import Kinds, reference
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import PODS, WORKFLOWS

CORE = {
    "kind": "APIResourceList", "groupVersion": "v1",
    "resources": [
        {"name": "pods", "kind": "Pod", "namespaced": True, "shortNames": ["po"],
         "categories": ["all"]},
        {"name": "pods/log", "kind": "Pod", "namespaced": True},
    ],
}  # fmt: skip
BATCH = {
    "kind": "APIResourceList", "groupVersion": "ray.io/v1",
    "resources": [{"name": "rayjobs", "singularName": "rayjob", "kind": "RayJob",
                   "namespaced": True, "categories": ["all"]}],
}  # fmt: skip
OLD: dict[str, Any] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "groups": [
        {"name": "ray.io", "preferredVersion": {"groupVersion": "ray.io/v1"}},
        {"name": "away.io", "preferredVersion": {"groupVersion": "away.io/v1"}},
    ]},
    "/api/v1": CORE,
    "/apis/ray.io/v1": BATCH,
}  # fmt: skip


def _group(name: str, version: str, plural: str, kind: str, **more: Any) -> dict[str, Any]:
    entry = {"resource": plural, "responseKind": {"kind": kind}, "scope": "Namespaced", **more}
    return {"metadata": {"name": name}, "versions": [
        {"version": version, "resources": [entry]},
        {"version": "v0", "resources": [{**entry, "shortNames": ["old"]}]},
    ]}  # fmt: skip


NEW: dict[str, Any] = {
    "/api": {"kind": "APIGroupDiscoveryList", "items": [
        _group("", "v1", "pods", "Pod", shortNames=["po"], categories=["all"]),
    ]},
    "/apis": {"kind": "APIGroupDiscoveryList", "items": [
        _group("ray.io", "v1", "rayjobs", "RayJob", singularResource="rayjob", categories=["all"]),
    ]},
}  # fmt: skip


class Server:
    """Answers discovery from a table."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers, self.asked = answers, 0

    def read(self, path: str, query: Mapping[str, str], accept: str) -> Any:
        self.asked += 1
        if path not in self.answers:
            raise NotFound("", path)
        return self.answers[path]

    def call(self, verb: str, path: str) -> Any:
        return self.read(path, {}, "")


@pytest.mark.parametrize("answers", [OLD, NEW], ids=["legacy", "aggregated"])
@pytest.mark.parametrize(
    "called",
    ["rayjobs", "rayjob", "RayJob", "rayjobs.ray.io", "rayjob.ray.io", "rayjobs.v1.ray.io"],
)
def test_a_kind_that_only_the_server_knows(answers: Mapping[str, Any], called: str) -> None:
    (kind,) = Kinds(Server(answers)).named(called)
    assert (kind.api_version, kind.kind, kind.plural) == ("ray.io/v1", "RayJob", "rayjobs")
    assert reference(kind, "a") == "rayjob.ray.io/a"


@pytest.mark.parametrize("answers", [OLD, NEW], ids=["legacy", "aggregated"])
def test_a_category_and_a_list(answers: Mapping[str, Any]) -> None:
    kinds = Kinds(Server(answers))
    assert [kind.plural for kind in kinds.named("all")] == ["pods", "rayjobs"]
    assert [kind.plural for kind in kinds.named("rayjob,po")] == ["rayjobs", "pods"]


def test_what_everybody_uses_needs_no_question() -> None:
    server = Server({})
    assert Kinds(server).named("po,wf") == [PODS, WORKFLOWS]
    assert server.asked == 0


def test_an_unknown_kind_is_answered_with_those_that_are_there() -> None:
    with pytest.raises(Permanent, match=r'resource type "boats"; it has: pods, rayjobs'):
        Kinds(Server(NEW)).named("boats")
    with pytest.raises(Permanent, match='no matches for kind "Boat" in version "v1"'):
        Kinds(Server(NEW)).of({"apiVersion": "v1", "kind": "Boat"})
