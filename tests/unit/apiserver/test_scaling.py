"""The scale subresource: from an object to a Scale and back."""

from typing import Any

import pytest

from pinnace.apiserver.scaling import rescaled, scale_of
from pinnace.objects.errors import BadRequest, Conflict, Invalid
from pinnace.objects.kinds import DEPLOYMENTS, ScalePaths

PATHS = ScalePaths()
WEB: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "x", "uid": "u", "resourceVersion": "7",
                 "labels": {"a": "b"}},
    "spec": {"replicas": 3, "selector": {
        "matchLabels": {"tier": "front", "app": "web"},
        "matchExpressions": [
            {"key": "zone", "operator": "In", "values": ["b", "a"]},
            {"key": "old", "operator": "DoesNotExist"},
        ]}},
    "status": {"replicas": 2},
}  # fmt: skip


def test_a_scale_shows_wanted_and_present_replicas_and_the_selector() -> None:
    assert scale_of(PATHS, WEB) == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {"name": "web", "namespace": "x", "uid": "u", "resourceVersion": "7"},
        "spec": {"replicas": 3},
        "status": {"replicas": 2, "selector": "app=web,!old,tier=front,zone in (a,b)"},
    }


def test_a_kind_of_ones_own_has_paths_of_its_own() -> None:
    paths = ScalePaths(".spec.size.count", ".status.count", ".status.labelSelector")
    thing = {
        "metadata": {"name": "t"}, "spec": {"size": {"unit": "x"}},
        "status": {"count": 1, "labelSelector": "a=b"},
    }  # fmt: skip
    scale = scale_of(paths, thing)
    assert (scale["spec"], scale["status"]) == ({}, {"replicas": 1, "selector": "a=b"})
    changed = rescaled(DEPLOYMENTS, paths, thing, {**scale, "spec": {"replicas": 4}})
    assert changed["spec"] == {"size": {"unit": "x", "count": 4}}


def test_a_scale_is_written_into_the_object() -> None:
    scale = scale_of(PATHS, WEB)
    changed = rescaled(DEPLOYMENTS, PATHS, WEB, {**scale, "spec": {"replicas": 0}})
    assert changed == {**WEB, "spec": {**WEB["spec"], "replicas": 0}}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"kind": "Deployment"}, BadRequest),
        ({"metadata": {"name": "other"}}, BadRequest),
        ({"metadata": {"name": "web", "resourceVersion": "6"}}, Conflict),
        ({"spec": {"replicas": -1}}, Invalid),
        ({"spec": {"replicas": True}}, Invalid),
        ({"spec": {"replicas": "3"}}, Invalid),
        ({"spec": {"replicas": 2**31}}, Invalid),
    ],
)
def test_what_is_no_scale_of_it_is_refused(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        rescaled(DEPLOYMENTS, PATHS, WEB, {**scale_of(PATHS, WEB), **change})
