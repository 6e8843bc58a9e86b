"""Lists of workflows, over a real store."""

import pytest

from pinnace.argoserver import listing
from pinnace.argoserver.call import Call
from pinnace.objects.errors import BadRequest
from pinnace.objects.meta import name_of
from pinnace.store import Store

_TIMES = {"old": "10:00", "new": "12:00", "middle": "11:00"}


@pytest.fixture
def filled(store: Store) -> Store:
    for name, started in _TIMES.items():
        status = {"startedAt": f"2026-01-31T{started}:00Z", "phase": "Running"}
        if name == "old":
            status |= {"finishedAt": "2026-01-31T10:30:00Z", "phase": "Failed"}
        store.create({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
            "metadata": {"name": name, "namespace": "default", "labels": {"l": name}},
            "spec": {}, "status": status,
        })  # fmt: skip
    return store


def names(store: Store, **query: str) -> tuple[list[str], str]:
    call = Call(variables={}, query={key.replace("_", "."): value for key, value in query.items()})
    page = listing.page(store, "default", listing.wanted(call))
    return [name_of(each) for each in page.items], page.continue_


@pytest.mark.parametrize(
    ("query", "found", "rest"),
    [
        ({}, ["new", "middle", "old"], ""),
        ({"listOptions_limit": "2"}, ["new", "middle"], "2"),
        ({"listOptions_limit": "2", "listOptions_continue": "2"}, ["old"], ""),
        ({"listOptions_labelSelector": "l!=new"}, ["middle", "old"], ""),
        ({"listOptions_fieldSelector": "status.phase=Failed"}, ["old"], ""),
        ({"listOptions_fieldSelector": "metadata.name=new"}, ["new"], ""),
        ({"listOptions_fieldSelector": "metadata.name=l", "nameFilter": "Contains"},
         ["middle", "old"], ""),
        ({"listOptions_fieldSelector": "metadata.name=mid", "nameFilter": "Prefix"},
         ["middle"], ""),
        ({"finishedBefore": "2026-01-31T11:00:00Z"}, ["old"], ""),
        ({"finishedBefore": "2026-01-31T10:00:00Z"}, [], ""),
        ({"createdAfter": "2100-01-01T00:00:00Z"}, [], ""),
        ({"createdAfter": "2000-01-01T00:00:00Z"}, ["new", "middle", "old"], ""),
    ],
)  # fmt: skip
def test_lists(filled: Store, query: dict[str, str], found: list[str], rest: str) -> None:
    assert names(filled, **query) == (found, rest)


def test_of_one_second_the_newest_comes_first(store: Store) -> None:
    for name in ("c", "a", "b"):
        metadata = {"name": name, "namespace": "default"}
        status = {"startedAt": "2026-01-31T12:00:00Z"}
        store.create({"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow",
                      "metadata": metadata, "spec": {}, "status": status})  # fmt: skip
    assert names(store) == (["b", "a", "c"], "")


@pytest.mark.parametrize(
    "query",
    [{"nameFilter": "Like"}, {"createdAfter": "noon"}, {"listOptions_limit": "-1"},
     {"listOptions_continue": "x"}],
)  # fmt: skip
def test_lists_that_make_no_sense(filled: Store, query: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        names(filled, **query)
