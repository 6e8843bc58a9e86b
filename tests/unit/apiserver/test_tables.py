"""What ``kubectl get`` prints: cells of objects."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.apiserver.tables import table
from pinnace.apiserver.tables.paths import read
from pinnace.apiserver.tables.pods import summary
from pinnace.objects import kinds
from pinnace.objects.ages import age, human

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"),
     (600, "10m"), (10_799, "179m"), (10_800, "3h"), (11_000, "3h3m"), (30_000, "8h"),
     (172_799, "47h"), (172_800, "2d"), (190_000, "2d4h"), (700_000, "8d"),
     (86400 * 800, "2y70d"), (86400 * 365 * 9, "9y")],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    assert human(seconds) == text


def test_ages() -> None:
    assert age("2026-01-31T11:59:00Z", NOW) == "60s"
    assert age(None, NOW) == "<unknown>"
    assert age("soon", NOW) == "<invalid>"


@pytest.mark.parametrize(
    ("path", "value"),
    [(".a.b", 1), (".l[0].t", "x"), (".l[-1:].t", "y"), ('.l[?(@.t=="y")].v', 2), (".none", None),
     (".a.b.c", None), (".l[9]", None), (".l[*].t", "x"), (".e[-1:].t", None)],
)  # fmt: skip
def test_paths(path: str, value: Any) -> None:
    assert read(path, {"a": {"b": 1}, "l": [{"t": "x"}, {"t": "y", "v": 2}], "e": []}) == value


def container(state: dict[str, Any], *, ready: bool = False, **more: Any) -> dict[str, Any]:
    return {"name": "c", "state": state, "ready": ready, "restartCount": 0, **more}


RUNNING: dict[str, Any] = {"running": {}}
DONE = {"terminated": {"exitCode": 0, "reason": "Completed"}}
FAILED = {"terminated": {"exitCode": 1, "reason": "Error"}}
INITIALIZED = [{"type": "Initialized", "status": "True"}]
READY = [*INITIALIZED, {"type": "Ready", "status": "True"}]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"phase": "Pending"}, ("0/1", "Pending")),
        ({"phase": "Failed", "reason": "Evicted"}, ("0/1", "Evicted")),
        ({"phase": "Pending", "initContainerStatuses": [container(RUNNING)]}, ("0/1", "Init:0/1")),
        ({"phase": "Pending", "initContainerStatuses": [container(FAILED)]}, ("0/1", "Init:Error")),
        ({"phase": "Pending", "initContainerStatuses":
          [container({"terminated": {"exitCode": 3}})]},
         ("0/1", "Init:ExitCode:3")),
        ({"phase": "Pending", "initContainerStatuses":
          [container({"waiting": {"reason": "ErrImagePull"}})]}, ("0/1", "Init:ErrImagePull")),
        ({"phase": "Pending", "initContainerStatuses": [container(DONE)],
          "containerStatuses": [container({"waiting": {"reason": "PodInitializing"}})]},
         ("0/1", "PodInitializing")),
        ({"phase": "Running", "conditions": READY,
          "containerStatuses": [container(RUNNING, ready=True)]}, ("1/1", "Running")),
        ({"phase": "Running", "conditions": READY,
          "containerStatuses": [container(RUNNING, ready=True), container(DONE)]},
         ("1/1", "Running")),
        ({"phase": "Running", "conditions": INITIALIZED,
          "containerStatuses": [container(RUNNING, ready=True), container(DONE)]},
         ("1/1", "NotReady")),
        ({"phase": "Succeeded", "containerStatuses": [container(DONE)]}, ("0/1", "Completed")),
        ({"phase": "Failed", "containerStatuses": [container(FAILED)]}, ("0/1", "Error")),
        ({"phase": "Failed", "containerStatuses": [container({"terminated": {"signal": 9}})]},
         ("0/1", "Signal:9")),
        ({"phase": "Running", "containerStatuses":
          [container({"waiting": {"reason": "CrashLoopBackOff"}})]}, ("0/1", "CrashLoopBackOff")),
    ],
)  # fmt: skip
def test_the_status_of_pods(status: dict[str, Any], expected: tuple[str, str]) -> None:
    pod = {"spec": {"containers": [{}], "initContainers": [{}]}, "status": status}
    found = summary(pod, NOW)
    assert (found.ready, found.status) == expected


def test_restarts_and_termination() -> None:
    last = {"terminated": {"finishedAt": "2026-01-31T11:59:30Z"}}
    pod: dict[str, Any] = {
        "metadata": {"deletionTimestamp": "2026-01-31T12:00:00Z"},
        "spec": {"containers": [{}]},
        "status": {"phase": "Running", "containerStatuses":
                   [{**container(RUNNING, ready=True), "restartCount": 3, "lastState": last}]},
    }  # fmt: skip
    found = summary(pod, NOW)
    assert (found.status, found.restarts) == ("Terminating", "3 (30s ago)")


def cells(kind: kinds.Kind, obj: dict[str, Any]) -> dict[str, Any]:
    made = table(kind, [obj], {}, now=NOW)
    names = [column["name"] for column in made["columnDefinitions"]]
    return dict(zip(names, made["rows"][0]["cells"], strict=True))


@pytest.mark.parametrize("kind", kinds.KINDS, ids=str)
def test_an_empty_object_of_any_kind_has_a_row(kind: kinds.Kind) -> None:
    assert cells(kind, {"metadata": {}})


def test_workflows_tfjobs_events_and_services() -> None:
    workflow = {
        "metadata": {"name": "w"},
        "status": {"phase": "Succeeded", "startedAt": "2026-01-31T11:58:00Z"},
    }
    assert cells(kinds.WORKFLOWS, workflow) == {
        "Name": "w", "Status": "Succeeded", "Age": "2m", "Message": None
    }  # fmt: skip
    job = {
        "metadata": {"name": "t", "creationTimestamp": "2026-01-31T11:00:00Z"},
        "status": {"conditions": [{"type": "Created"}, {"type": "Running"}]},
    }
    assert cells(kinds.TFJOBS, job) == {"Name": "t", "State": "Running", "Age": "60m"}
    event = {
        "metadata": {"name": "e"}, "type": "Normal", "reason": "Started", "message": "it is ",
        "lastTimestamp": "2026-01-31T11:59:50Z", "involvedObject": {"kind": "Pod", "name": "p"},
    }  # fmt: skip
    found = cells(kinds.EVENTS, event)
    assert (found["Last Seen"], found["Object"], found["Message"]) == ("10s", "pod/p", "it is")
    service = {"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}], "type": "ClusterIP"}}
    assert cells(kinds.SERVICES, service)["Port(s)"] == "80/TCP"
