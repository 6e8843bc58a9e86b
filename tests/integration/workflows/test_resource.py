"""Resource templates on a real store: each action as kubectl would do it, and what it puts out."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import CONFIG_MAPS, WORKFLOW_TASK_RESULTS
from pinnace.objects.meta import key_of
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.workflows.executor import Executor

POD: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p", "namespace": "default", "uid": "pod-uid"},
}


@dataclass
class Pod:
    """The pod around argoexec: a resource template needs nothing of it but a log."""

    container: Object
    pod: Object = field(default_factory=lambda: POD)
    stopping: threading.Event = field(default_factory=threading.Event)
    lines: list[str] = field(default_factory=list)

    def log(self, line: str) -> None:
        self.lines.append(line)

    def path(self, container: str, path: str) -> Path:
        raise NotImplementedError

    def stdout(self, container: str) -> Iterator[bytes]:
        raise NotImplementedError

    def wait_for(self, container: str) -> Any:
        raise NotImplementedError

    def kill(self, container: str) -> None:
        raise NotImplementedError


def act(
    store: Store, action: str, manifest: str = "", outputs: Object | None = None, **resource: Any
) -> dict[str, str]:
    """Run one action and return its output parameters."""
    template = {
        "name": "t",
        "resource": {"action": action, "manifest": manifest, **resource},
        "outputs": outputs or {},
    }
    environment = [
        {"name": "ARGO_TEMPLATE", "value": json.dumps(template)},
        {"name": "ARGO_NODE_ID", "value": "node"},
        {"name": "ARGO_WORKFLOW_NAME", "value": "wf"},
    ]
    command = ["argoexec", "resource", action]
    assert Executor(store)(Pod({"name": "main", "command": command, "env": environment})) == 0
    found = store.get(WORKFLOW_TASK_RESULTS, "default", "node").get("outputs") or {}
    return {each["name"]: each["value"] for each in found.get("parameters") or []}


def config(name: str = "c", **data: str) -> str:
    meta = {"name": name} if name else {"generateName": "g-"}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})


def data(store: Store, name: str = "c") -> Object:
    found: Object = store.get(CONFIG_MAPS, "default", name)["data"]
    return found


def test_create_twice_makes_one(store: Store) -> None:
    act(store, "create", config("", a="1"))
    act(store, "create", config("", a="1"))
    (made,) = store.list(CONFIG_MAPS, "default")
    assert made["metadata"]["labels"] == {"pinnace.dev/made-by-pod": "pod-uid"}


def test_create_of_what_somebody_else_made_fails(store: Store) -> None:
    store.create({**yaml.safe_load(config()), "metadata": {"name": "c", "namespace": "default"}})
    with pytest.raises(PinnaceError, match='configmaps "c" already exists'):
        act(store, "create", config())


def test_apply_creates_then_merges(store: Store) -> None:
    act(store, "apply", config(a="1"))
    act(store, "apply", config(b="2"))
    assert data(store) == {"a": "1", "b": "2"}


def test_replace(store: Store) -> None:
    act(store, "apply", config(a="1"))
    act(store, "replace", config(b="2"))
    assert data(store) == {"b": "2"}


@pytest.mark.parametrize(
    ("strategy", "manifest", "flags"),
    [
        ("merge", config(b="2"), []),
        ("strategic", config(b="2"), []),
        ("", '{"data": {"b": "2"}}', ["configmap", "c"]),
        ("json", '[{"op": "add", "path": "/data/b", "value": "2"}]', ["cm/c"]),
    ],
)
def test_patch(store: Store, strategy: str, manifest: str, flags: list[str]) -> None:
    act(store, "apply", config(a="1"))
    act(store, "patch", manifest, mergeStrategy=strategy, flags=flags)
    assert data(store) == {"a": "1", "b": "2"}


def test_delete_and_what_is_gone_already(store: Store) -> None:
    act(store, "apply", config(a="1"))
    act(store, "delete", config())
    act(store, "delete", config())
    assert store.list(CONFIG_MAPS, "default") == []


def test_get_and_outputs(store: Store) -> None:
    act(store, "apply", config(a="1", b="two"))
    outputs = {
        "parameters": [
            {"name": "path", "valueFrom": {"jsonPath": "{.data.a}"}},
            {"name": "query", "valueFrom": {"jqFilter": ".data | keys"}},
        ]
    }
    found = act(store, "get", outputs=outputs, flags=["cm", "c"])
    assert found == {"path": "1", "query": '["a","b"]'}


@pytest.mark.parametrize(
    ("action", "manifest", "more", "message"),
    [
        ("get", config("none"), {}, 'configmaps "none" not found'),
        ("replace", config("none"), {}, 'configmaps "none" not found'),
        ("create", "", {}, "Must provide at least one of flags or manifest"),
        ("create", "just text", {}, "must be a Kubernetes object"),
        ("create", "{", {}, "resource.manifest is not YAML"),
        ("create", "{apiVersion: v1, kind: Frob}", {}, 'no matches for kind "Frob"'),
        ("delete", config(), {"successCondition": "a == b"}, "not supported for delete"),
        ("get", "", {"flags": ["--all"]}, "does not understand '--all'"),
        ("create", config(), {"successCondition": "a b"}, "failed to parse"),
    ],
)
def test_what_cannot_be_done_is_said(
    store: Store, action: str, manifest: str, more: Object, message: str
) -> None:
    with pytest.raises(PinnaceError, match=message):
        act(store, action, manifest, **more)


def test_an_object_deleted_while_it_is_waited_for(store: Store) -> None:
    waiting = threading.Thread(
        target=lambda: problems.append(_problem(store, "create", config(state="new")))
    )
    problems: list[str] = []
    waiting.start()
    changes = store.watch(CONFIG_MAPS)
    if store.find(CONFIG_MAPS, "default", "c") is None:
        assert changes.get(timeout=10) is not None
    changes.close()
    made = store.get(CONFIG_MAPS, "default", "c")
    store.write(lambda tx: tx.delete(key_of(made)))
    waiting.join(10)
    assert problems
    assert "deleted while its status was still being checked" in problems[0]


def _problem(store: Store, action: str, manifest: str) -> str:
    try:
        act(store, action, manifest, successCondition="data.state == done")
    except PinnaceError as problem:
        return str(problem)
    return ""
