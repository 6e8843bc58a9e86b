"""The tree of a workflow's nodes, as ``argo get`` draws it."""

from typing import Any

import click
import pytest

from pinnace.cli.workflows import shape
from pinnace.cli.workflows.tree import Look, describe, status_of
from pinnace.objects.clock import parse_rfc3339

LATER = "2026-01-01T10:00:05Z"
NOW = parse_rfc3339("2026-01-01T10:01:00Z")


def node(name: str, type_: str = "Pod", phase: str = "Succeeded", **more: Any) -> dict[str, Any]:
    """A node of workflow w; its id is its name."""
    return {
        "id": name, "name": name, "displayName": name.rpartition(".")[2], "type": type_,
        "phase": phase, "startedAt": "2026-01-01T10:00:00Z", "boundaryID": "w", **more,
    }  # fmt: skip


def drawn(*nodes: dict[str, Any], **look: Any) -> list[str]:
    found = {each["id"]: each for each in nodes}
    return [
        f"{line.branches}{line.node['displayName']}" for line in shape.lines(found, "w", **look)
    ]


def root(type_: str, **more: Any) -> dict[str, Any]:
    return node("w", type_, boundaryID="", **more)


DAG = (root("DAG"), node("w.b"), node("w.a"), node("w.c", startedAt=LATER))
STEPS = (
    root("Steps"),
    node("w[0]", "StepGroup", children=["w[0].one"]),
    node("w[0].one"),
    node("w[1]", "StepGroup", children=["w[1].x", "w[1].y", "w[1].z"], startedAt=LATER),
    node("w[1].x"), node("w[1].y"), node("w[1].z"),
)  # fmt: skip
LOOP = (root("DAG"), *(node(f"w.t({n}:v)") for n in (10, 2, 1)), node("w.t", "TaskGroup"))
RETRY = (
    root("Retry", children=["w(0)", "w(1)"]),
    node("w(0)", phase="Failed", boundaryID=""), node("w(1)", boundaryID=""),
)  # fmt: skip
RETRY_ONCE = (root("Retry", children=["w(0)"]), node("w(0)", boundaryID=""))


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((root("Pod"),), [" w"]),
        (DAG, [" w", " ├─a", " ├─b", " └─c"]),
        (STEPS, [" w", " ├───one", " └─┬─x", "   ├─y", "   └─z"]),
        (LOOP, [" w", " ├─t(1:v)", " ├─t(2:v)", " └─t(10:v)"]),
        (RETRY, [" w", " ├─w(0)", " └─w(1)"]),
        (RETRY_ONCE, [" w(0)"]),
        ((root("DAG"), node("w.o", "Skipped", "Omitted"), node("w.z")), [" w", " └─z"]),
    ],
)
def test_the_shape(nodes: tuple[dict[str, Any], ...], expected: list[str]) -> None:
    assert drawn(*nodes) == expected


def test_in_plain_characters() -> None:
    assert drawn(*STEPS, drawn=shape.ASCII) == [" w", " |---one", " `-+-x", "   |-y", "   `-z"]


WORKFLOW: dict[str, Any] = {
    "metadata": {"name": "w", "namespace": "n", "creationTimestamp": "2026-01-01T10:00:00Z"},
    "spec": {"arguments": {"parameters": [{"name": "who", "value": "Ada"}]}},
    "status": {
        "phase": "Failed", "startedAt": "2026-01-01T10:00:00Z", "progress": "1/2",
        "finishedAt": "2026-01-01T10:00:30Z", "message": "child 'w.b' failed",
        "outputs": {"parameters": [{"name": "loss", "value": "0.5"}]},
        "nodes": {
            "w": root("DAG", phase="Failed", templateName="main"),
            "w.a": node("w.a", templateRef={"name": "lib", "template": "say"}, finishedAt=LATER),
            "w.b": node("w.b", phase="Failed", templateName="exit", message="main: Error (exit 1)",
                        finishedAt="2026-01-01T10:00:30Z"),
        },
    },
}  # fmt: skip


def test_the_whole_page() -> None:
    page = click.unstyle(describe(WORKFLOW, NOW, Look())).split("\n")
    for line in (
        "Name:                w",
        "Status:              Failed",
        "Message:             child 'w.b' failed",
        "Duration:            30 seconds",
        "Progress:            1/2",
        "  who:               Ada",
        "Output Parameters:",
        "  loss:              0.5",
    ):
        assert line in page
    tree = page[page.index("") + 1 :]
    assert tree[:2] == ["STEP    TEMPLATE  PODNAME           DURATION  MESSAGE", " ✖ w    main"]
    assert tree[2].startswith(" ├─✔ a  lib/say   w-say-") and tree[2].endswith("  5s")
    assert tree[3].startswith(" └─✖ b  exit      w-exit-")
    assert tree[3].endswith("30s       main: Error (exit 1)")


WAITING = {"a": node("a", "Suspend", "Running")}


@pytest.mark.parametrize(
    ("spec", "status", "expected"),
    [
        ({}, {}, "Pending"),
        ({}, {"phase": "Running"}, "Running"),
        ({"suspend": True}, {"phase": "Running"}, "Running (Suspended)"),
        ({}, {"phase": "Running", "nodes": WAITING}, "Running (Suspended)"),
        ({"shutdown": "Stop"}, {"phase": "Failed"}, "Failed (Terminated)"),
        ({}, {"phase": "Succeeded"}, "Succeeded"),
    ],
)  # fmt: skip
def test_the_status_in_words(spec: dict[str, Any], status: dict[str, Any], expected: str) -> None:
    assert status_of({"metadata": {}, "spec": spec, "status": status}) == expected
