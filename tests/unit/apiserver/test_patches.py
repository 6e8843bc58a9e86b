"""The four patches: tables of before, patch and after."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.kinds import CONFIG_MAPS, PODS
from pinnace.objects.patch import (
    ApplyConflict,
    Manager,
    apply_configuration,
    apply_json_patch,
    apply_merge_patch,
    apply_strategic_patch,
    record_update,
)
from pinnace.objects.schema import type_of

POD = type_of(PODS)
NOW = "2026-01-31T12:00:00Z"


def pod(*containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"spec": {"containers": list(containers), **spec}}


@pytest.mark.parametrize(
    ("before", "patch", "after"),
    [  # the examples of RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(before: Any, patch: Any, after: Any) -> None:
    assert apply_merge_patch(before, patch) == after


@pytest.mark.parametrize(
    ("before", "patch", "after"),
    [
        ({"a": 1}, [{"op": "add", "path": "/b", "value": 2}], {"a": 1, "b": 2}),
        ({"a": [1, 2]}, [{"op": "add", "path": "/a/1", "value": 9}], {"a": [1, 9, 2]}),
        ({"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}], {"a": [1, 2]}),
        ({"a": 1, "b": 2}, [{"op": "remove", "path": "/a"}], {"b": 2}),
        ({"a": [1, 2]}, [{"op": "remove", "path": "/a/0"}], {"a": [2]}),
        ({"a": 1}, [{"op": "replace", "path": "/a", "value": 3}], {"a": 3}),
        ({"a": {"b": 1}}, [{"op": "move", "from": "/a/b", "path": "/c"}], {"a": {}, "c": 1}),
        ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
        ({"a": 1}, [{"op": "test", "path": "/a", "value": 1}], {"a": 1}),
        ({"x/y": {"m~n": 1}}, [{"op": "remove", "path": "/x~1y/m~0n"}], {"x/y": {}}),
        ({"a": 1}, [{"op": "replace", "path": "", "value": {"b": 1}}], {"b": 1}),
    ],
)
def test_json_patch(before: Any, patch: Any, after: Any) -> None:
    assert apply_json_patch(before, patch) == after


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({}, BadRequest),
        ([1], BadRequest),
        ([{"op": "zap", "path": "/a"}], BadRequest),
        ([{"op": "add", "path": "a", "value": 1}], BadRequest),
        ([{"op": "add", "path": "/a"}], BadRequest),
        ([{"op": "remove", "path": "/none"}], Invalid),
        ([{"op": "replace", "path": "/none", "value": 1}], Invalid),
        ([{"op": "add", "path": "/none/deeper", "value": 1}], Invalid),
        ([{"op": "remove", "path": "/l/5"}], Invalid),
        ([{"op": "remove", "path": "/l/x"}], Invalid),
        ([{"op": "add", "path": "/a/b", "value": 1}], Invalid),
        ([{"op": "test", "path": "/a", "value": 2}], Invalid),
        ([{"op": "move", "from": "/m", "path": "/m/n"}], Invalid),
        ([{"op": "add", "path": "/a", "value": 1}] * 10_001, BadRequest),
    ],
)
def test_json_patches_that_do_not_fit(patch: Any, error: type[Exception]) -> None:
    before = {"a": 1, "l": [1], "m": {}}
    with pytest.raises(error):
        apply_json_patch(before, patch)
    assert before == {"a": 1, "l": [1], "m": {}}


MAIN = {"name": "main", "image": "a", "env": [{"name": "A", "value": "1"}]}
SIDE = {"name": "side", "image": "b"}


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        (
            pod({"name": "side", "image": "c"}),
            pod(MAIN, {"name": "side", "image": "c"}),
        ),
        (
            pod({"name": "main", "env": [{"name": "B", "value": "2"}]}),
            pod({**MAIN, "env": [*MAIN["env"], {"name": "B", "value": "2"}]}, SIDE),
        ),
        (pod({"name": "side", "$patch": "delete"}), pod(MAIN)),
        (pod({"$patch": "replace"}, {"name": "x"}), pod({"name": "x"})),
        (pod({"name": "new"}), pod(MAIN, SIDE, {"name": "new"})),
        (
            {"spec": {"$setElementOrder/containers": [{"name": "side"}, {"name": "main"}]}},
            pod(SIDE, MAIN),
        ),
        (pod(tolerations=[{"key": "x"}]), pod(MAIN, SIDE, tolerations=[{"key": "x"}])),
    ],
)
def test_strategic_merge_patch(patch: Any, after: Any) -> None:
    assert apply_strategic_patch(pod(MAIN, SIDE), patch, POD) == after


def test_strategic_directives_on_primitives_and_unions() -> None:
    before = {
        "metadata": {"finalizers": ["a", "b"]},
        "spec": {"volumes": [{"name": "v", "emptyDir": {}}]},
    }
    patch = {
        "metadata": {"$deleteFromPrimitiveList/finalizers": ["a"], "finalizers": ["c"]},
        "spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "secret"],
                              "secret": {"secretName": "s"}}]},
    }  # fmt: skip
    assert apply_strategic_patch(before, patch, POD) == {
        "metadata": {"finalizers": ["b", "c"]},
        "spec": {"volumes": [{"name": "v", "secret": {"secretName": "s"}}]},
    }
    with pytest.raises(BadRequest, match="does not contain declared merge key: name"):
        apply_strategic_patch(before, {"spec": {"volumes": [{"emptyDir": {}}]}}, POD)


def manager(name: str) -> Manager:
    return Manager(name=name, operation="Apply", api_version="v1")


def applied(live: Any, config: Any, by: str, *, force: bool = False) -> Any:
    return apply_configuration(live, config, manager(by), of=POD, now=NOW, force=force)


def test_server_side_apply_merges_and_prunes() -> None:
    first = applied(None, pod(MAIN, SIDE), "one")
    second = applied(first, pod({"name": "main", "workingDir": "/x"}), "two")
    assert second["spec"]["containers"] == [{**MAIN, "workingDir": "/x"}, SIDE]
    third = applied(second, pod({"name": "main", "image": "a"}), "one")
    assert third["spec"]["containers"] == [{"name": "main", "image": "a", "workingDir": "/x"}]
    again = applied(third, pod({"name": "main", "image": "a"}), "one")
    assert again["spec"] == third["spec"]


def test_apply_conflicts_name_the_field_and_force_takes_it() -> None:
    live = applied(None, pod(MAIN), "one")
    with pytest.raises(ApplyConflict, match=r'"one": \.spec\.containers\[name="main"\]\.image'):
        applied(live, pod({"name": "main", "image": "z"}), "two")
    forced = applied(live, pod({"name": "main", "image": "z"}), "two", force=True)
    assert forced["spec"]["containers"][0]["image"] == "z"
    with pytest.raises(ApplyConflict):
        applied(forced, pod({"name": "main", "image": "a"}), "one")


def test_updates_are_recorded_and_conflict_with_a_later_apply() -> None:
    kubectl = Manager(name="kubectl-edit", operation="Update", api_version="v1")
    live = applied(None, pod(MAIN), "one")
    edited = {**live, **pod({**MAIN, "image": "z"})}
    recorded = record_update(live, edited, kubectl, of=POD, now=NOW)
    with pytest.raises(ApplyConflict, match="kubectl-edit"):
        applied(recorded, pod(MAIN), "one")
    unchanged = record_update(recorded, recorded, kubectl, of=POD, now="later")
    assert unchanged == recorded


DATA = st.dictionaries(st.sampled_from("abcd"), st.text(max_size=2), max_size=4)


@given(first=DATA, other=DATA, second=DATA)
def test_apply_leaves_what_was_applied_and_what_others_own(
    first: dict[str, str], other: dict[str, str], second: dict[str, str]
) -> None:
    of = type_of(CONFIG_MAPS)

    def apply(live: Any, data: dict[str, str], by: str) -> Any:
        return apply_configuration(live, {"data": data}, manager(by), of=of, now=NOW, force=True)

    live = apply(apply(apply(None, first, "one"), other, "two"), second, "one")
    assert live.get("data", {}) == {**other, **second}
    assert apply(live, second, "one") == live
