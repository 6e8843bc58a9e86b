"""The API as it stands on the wire: streams, errors, operations, artifacts, events."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.eventually import eventually
from tests.integration.argoserver.conftest import Server
from tests.integration.argoserver.scene import SAY, WORKFLOWS, create, log_of, node_of


@pytest.fixture(scope="module")
def done(server: Server) -> Iterator[str]:
    """A workflow of two steps that has succeeded, with an artifact that is a folder."""
    folder = {
        "name": "make",
        "container": {"image": "busybox", "command": ["sh", "-c"], "args": [
            "mkdir -p /tmp/out/deep; echo '<b>' > /tmp/out/page.html; echo x > /tmp/out/deep/x; "
            "echo two; echo three",
        ]},
        "outputs": {"artifacts": [
            {"name": "out", "path": "/tmp/out", "archive": {"none": {}}},
            {"name": "packed", "path": "/tmp/out"},
        ]},
    }  # fmt: skip
    steps = {"name": "main", "steps": [
        [{"name": "a", "template": "say"}], [{"name": "b", "template": "make"}],
    ]}  # fmt: skip
    with server.client() as api:
        name = create(api, steps, SAY, folder)
        eventually(
            lambda: (
                api.get(f"{WORKFLOWS}/{name}?fields=status.phase").json()
                == {"status": {"phase": "Succeeded"}}
            ),
            timeout=30,
        )
    yield name


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "path", "status", "code", "message"),
    [
        ("GET", f"{WORKFLOWS}/none", 404, 5, 'workflows.argoproj.io "none" not found'),
        ("PATCH", f"{WORKFLOWS}/none", 501, 12, "Method Not Allowed"),
        ("GET", "/api/v1/workflows/default/a/b/c", 404, 5, "Not Found"),
        ("POST", WORKFLOWS, 400, 3, "workflow: expected a Workflow in the body, found none"),
        ("GET", f"{WORKFLOWS}?listOptions.labelSelector=a+in", 400, 3, "unable to parse"),
        ("GET", f"{WORKFLOWS}?createdAfter=noon", 400, 3, "createdAfter"),
        ("GET", "/api/v1/sync/default/key", 501, 12, "doesn't have this part"),
        ("GET", "/api/v1/archived-workflows/x", 501, 12, "there is no workflow archive"),
        ("PUT", f"{WORKFLOWS}/none/retry", 404, 5, "not found"),
        ("GET", f"{WORKFLOWS}/none/log?grep=(", 400, 3, "failed to compile"),
    ],
)
def test_errors_are_those_of_the_gateway(
    api: httpx.Client, verb: str, path: str, status: int, code: int, message: str
) -> None:
    answer = api.request(verb, path)
    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert message in answer.json()["message"]


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic YTpi"])
def test_nothing_without_the_token(server: Server, header: str) -> None:
    with server.client() as api:
        for path in (WORKFLOWS, "/api/v1/info", "/artifacts/default/a/b/c"):
            answer = api.get(path, headers={"Authorization": header})
            assert (answer.status_code, answer.json()["code"]) == (401, 16)


def test_a_body_over_the_limit(api: httpx.Client) -> None:
    answer = api.post(WORKFLOWS, content=b"x" * (4 << 20))
    assert answer.status_code == 413


@pytest.mark.parametrize("body", ["[]", "{", '{"workflow": 1}', '{"workflow": {"spec": []}}',
                                  '{"workflow": {"spec": {"templates": 1}}}',
                                  '{"workflow": {"metadata": {"namespace": 5}}}'])  # fmt: skip
def test_bodies_that_make_no_sense(api: httpx.Client, body: str) -> None:
    assert api.post(WORKFLOWS, content=body).status_code == 400


# -- lists and streams ----------------------------------------------------------------------------


def test_lists_come_in_pages_and_by_part_of_a_name(api: httpx.Client) -> None:
    names = {create(api, SAY, prefix="paged-", suspend=True) for _ in range(3)}
    query = {
        "nameFilter": "Prefix", "listOptions.fieldSelector": "metadata.name=paged-",
        "fields": "items.metadata.name,metadata.continue", "listOptions.limit": "2",
    }  # fmt: skip
    eventually(  # what has begun keeps its place in the list
        lambda: all(api.get(f"{WORKFLOWS}/{n}").json().get("status", {}).get("phase")
                    for n in names)
    )  # fmt: skip
    first = api.get(WORKFLOWS, params=query).json()
    query["listOptions.continue"] = first["metadata"]["continue"]
    second = api.get("/api/v1/workflows/", params=query).json()  # of all namespaces
    assert [len(first["items"]), len(second["items"])] == [2, 1]
    assert "continue" not in second["metadata"]
    assert {each["metadata"]["name"] for each in first["items"] + second["items"]} == names
    assert first["items"][0].keys() == {"metadata"}
    for name in names:
        assert api.delete(f"{WORKFLOWS}/{name}").json() == {}


def test_watching_as_server_sent_events_and_as_lines(api: httpx.Client, done: str) -> None:
    query = {
        "listOptions.fieldSelector": f"metadata.name={done}",
        "listOptions.timeoutSeconds": "1",
        "fields": "result.type,result.object.metadata.name,result.object.status.phase",
    }
    expected = {"result": {"type": "ADDED", "object": {
        "metadata": {"name": done}, "status": {"phase": "Succeeded"}}}}  # fmt: skip
    lines = api.get("/api/v1/workflow-events/default", params=query)
    assert [json.loads(line) for line in lines.text.splitlines()] == [expected]
    accept = {"Accept": "text/event-stream"}
    events = api.get("/api/v1/workflow-events/default", params=query, headers=accept)
    assert events.headers["content-type"].startswith("text/event-stream")
    assert events.text.startswith("data: ")
    assert events.text.endswith("\n\n")
    assert json.loads(events.text.removeprefix("data: ")) == expected


def test_events_are_streamed(api: httpx.Client, done: str) -> None:
    query = {"listOptions.timeoutSeconds": "1"}
    lines = api.get("/api/v1/stream/events/default", params=query).text.splitlines()
    reasons = {json.loads(line)["result"]["reason"] for line in lines}
    assert "WorkflowSucceeded" in reasons


def test_logs(api: httpx.Client, done: str) -> None:
    assert log_of(api, done) == ["one", "two", "three"]
    assert log_of(api, done, grep="^t") == ["two", "three"]
    assert log_of(api, done, **{"logOptions.tailLines": "1"}) == ["one", "three"]
    assert log_of(api, done, selector="workflows.argoproj.io/workflow=other") == []
    stamped = log_of(api, done, **{"logOptions.timestamps": "true"})
    assert stamped[0].endswith("Z one")
    pods = {json.loads(line)["result"]["podName"]
            for line in api.get(f"{WORKFLOWS}/{done}/log").text.splitlines()}  # fmt: skip
    (pod,) = [each for each in pods if "-say-" in each]
    one = api.get(f"{WORKFLOWS}/{done}/{pod}/log").text
    assert json.loads(one) == {"result": {"content": "one", "podName": pod}}


def test_following_a_log_ends_with_the_workflow(api: httpx.Client) -> None:
    groups = [[{"name": name, "template": "say"}] for name in ("a", "b")]
    name = create(api, {"name": "main", "steps": groups}, SAY)
    assert log_of(api, name, **{"logOptions.follow": "true"}) == ["one", "one"]


# -- artifacts ------------------------------------------------------------------------------------


def test_artifacts(api: httpx.Client, done: str) -> None:
    node = node_of(api, done, "b")["id"]
    uid = api.get(f"{WORKFLOWS}/{done}").json()["metadata"]["uid"]
    packed = api.get(f"/artifacts/default/{done}/{node}/packed")
    assert packed.content[:2] == b"\x1f\x8b"
    assert 'filename="packed.tgz"' in packed.headers["content-disposition"]
    assert api.get(f"/artifacts-by-uid/{uid}/{node}/packed").content == packed.content
    base = f"/artifact-files/default/workflows/{done}/{node}/outputs"
    folder = api.get(f"{base}/out", follow_redirects=True)
    assert './page.html"' in folder.text
    assert './deep/"' in folder.text
    page = api.get(f"{base}/out/page.html")
    assert page.text == "<b>\n"
    assert "sandbox" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert api.get(f"{base}/out/deep/x").text == "x\n"
    for path in ("out/none", "none", "out/deep/..%2f..%2f..%2fx"):
        assert api.get(f"{base}/{path}").status_code in (400, 404)
    assert api.get(f"/artifacts/default/{done}/none/packed").status_code == 404
