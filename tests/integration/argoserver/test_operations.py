"""What the REST API does to workflows: retry, resubmit, suspend, set, stop, submit."""

import httpx

from tests.eventually import eventually
from tests.integration.argoserver.conftest import Finish
from tests.integration.argoserver.scene import ECHO, SAY, WORKFLOWS, create, log_of, node_of

FAILS = {"name": "exit", "container": {
    "image": "busybox", "command": ["sh", "-c", "exit {{workflow.parameters.code}}"]}}  # fmt: skip
DAG = {"name": "main", "dag": {"tasks": [
    {"name": "ok", "template": "say"}, {"name": "bad", "template": "exit", "depends": "ok"},
]}}  # fmt: skip


def test_retry_and_resubmit(api: httpx.Client, finished: Finish) -> None:
    arguments = {"parameters": [{"name": "code", "value": "1"}]}
    name = create(api, DAG, SAY, FAILS, arguments=arguments)
    first = finished(name)
    assert first["status"]["phase"] == "Failed"
    kept = next(n for n in first["status"]["nodes"].values() if n["displayName"] == "ok")
    memoized = {"parameters": ["code=0"], "memoized": True}
    other = api.put(f"{WORKFLOWS}/{name}/resubmit", json=memoized).json()["metadata"]["name"]
    assert finished(other)["status"]["phase"] == "Succeeded"
    assert node_of(api, other, "ok")["phase"] == "Skipped"
    assert log_of(api, other) == []  # nothing of it ran again
    again = api.put(f"{WORKFLOWS}/{name}/retry", json={"parameters": ["code=0"]})
    assert again.json()["status"]["phase"] == "Running"
    second = finished(name)
    assert second["status"]["phase"] == "Succeeded", second["status"]
    assert second["status"]["nodes"][kept["id"]]["finishedAt"] == kept["finishedAt"]
    refused = api.put(f"{WORKFLOWS}/{name}/retry", json={})
    assert (refused.status_code, refused.json()["code"]) == (400, 3)
    fresh = api.put(f"{WORKFLOWS}/{name}/resubmit", json={"parameters": ["code=0"]}).json()
    label = "workflows.argoproj.io/resubmitted-from-workflow"
    assert fresh["metadata"]["labels"][label] == name
    assert finished(fresh["metadata"]["name"])["status"]["phase"] == "Succeeded"


def test_suspend_set_resume_stop_terminate(api: httpx.Client, finished: Finish) -> None:
    approve = {"name": "approve", "suspend": {}, "outputs": {
        "parameters": [{"name": "who", "valueFrom": {"supplied": {}}}]}}  # fmt: skip
    main = {"name": "main", "steps": [[{"name": "approve", "template": "approve"}]]}
    name = create(api, main, approve)
    eventually(lambda: node_of(api, name, "approve")["phase"] == "Running")
    assert api.put(f"{WORKFLOWS}/{name}/suspend", json={}).json()["spec"]["suspend"] is True
    wanted = {"nodeFieldSelector": "displayName=approve", "outputParameters": '{"who": "me"}'}
    answer = api.put(f"{WORKFLOWS}/{name}/set", json=wanted)
    assert answer.status_code == 200, answer.text
    wrong = api.put(f"{WORKFLOWS}/{name}/set", json={**wanted, "phase": "Odd"})
    assert wrong.status_code == 400
    assert "suspend" not in api.put(f"{WORKFLOWS}/{name}/resume", json={}).json()["spec"]
    assert finished(name)["status"]["phase"] == "Succeeded"
    assert node_of(api, name, "approve")["outputs"]["parameters"][0]["value"] == "me"
    for verb, shutdown in (("stop", "Stop"), ("terminate", "Terminate")):
        other = create(api, main, approve)
        api.put(f"{WORKFLOWS}/{other}/{verb}", json={})
        status = finished(other)["status"]
        assert status["message"] == f"Stopped with strategy '{shutdown}'"


def test_submitting_from_templates(api: httpx.Client, finished: Finish) -> None:
    arguments = {"parameters": [{"name": "m", "value": "a"}]}
    spec = {"entrypoint": "echo", "arguments": arguments, "templates": [ECHO]}
    template = {"metadata": {"name": "echoes"}, "spec": spec}
    assert api.post("/api/v1/workflow-templates/default",
                    json={"template": template}).status_code == 200  # fmt: skip
    cluster = {"metadata": {"name": "echoes-everywhere"}, "spec": spec}
    assert api.post("/api/v1/cluster-workflow-templates",
                    json={"template": cluster}).status_code == 200  # fmt: skip
    for kind, source in (("WorkflowTemplate", "echoes"), ("cwft", "echoes-everywhere")):
        options = {"parameters": ["m=b"], "labels": "team=x", "generateName": f"{source}-run-"}
        asked = {"resourceKind": kind, "resourceName": source, "submitOptions": options}
        made = api.post(f"{WORKFLOWS}/submit", json=asked).json()
        assert made["metadata"]["labels"]["team"] == "x"
        assert finished(made["metadata"]["name"])["status"]["phase"] == "Succeeded"
        assert log_of(api, made["metadata"]["name"]) == ["b"]
    refused = api.post(f"{WORKFLOWS}/submit", json={"resourceKind": "Pod", "resourceName": "x"})
    assert "not supported for submitting" in refused.json()["message"]


def test_an_event_is_bound_to_a_workflow(api: httpx.Client, finished: Finish) -> None:
    template = {"metadata": {"name": "on-event"}, "spec": {
        "entrypoint": "echo", "arguments": {"parameters": [{"name": "m"}]}, "templates": [ECHO],
    }}  # fmt: skip
    answer = api.post("/api/v1/workflow-templates/default", json={"template": template})
    assert answer.status_code == 200, answer.text
    binding = {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowEventBinding",
        "metadata": {"name": "greet"},
        "spec": {
            "event": {"selector": 'payload.message != "" && metadata["x-kind"] == ["greeting"] '
                                  '&& discriminator == "hello"'},
            "submit": {"workflowTemplateRef": {"name": "on-event"}, "arguments": {"parameters": [
                {"name": "m", "valueFrom": {"event": "payload.message"}}]}},
        },
    }  # fmt: skip
    bindings = "/apis/argoproj.io/v1alpha1/namespaces/default/workfloweventbindings"
    assert api.post(bindings, json=binding).status_code == 201
    headers = {"X-Kind": "greeting"}
    other = api.post("/api/v1/events/default/else", json={"message": "a"}, headers=headers)
    assert (other.status_code, other.json()) == (200, {})
    sent = api.post("/api/v1/events/default/hello", json={"message": "hi"}, headers=headers)
    assert (sent.status_code, sent.json()) == (200, {})
    label = "workflows.argoproj.io/workflow-event-binding%3Dgreet"
    (made,) = api.get(f"{WORKFLOWS}?listOptions.labelSelector={label}").json()["items"]
    finished(made["metadata"]["name"])
    assert log_of(api, made["metadata"]["name"]) == ["hi"]
    assert api.delete("/api/v1/workflow-templates/default/on-event").json() == {}
    failed = api.post("/api/v1/events/default/hello", json={"message": "hi"}, headers=headers)
    assert failed.status_code == 400
    assert 'greet: workflowtemplates.argoproj.io "on-event" not found' in failed.json()["message"]
    listed = api.get("/api/v1/workflow-event-bindings/default").json()["items"]
    assert [each["metadata"]["name"] for each in listed] == ["greet"]
    api.delete(f"{bindings}/greet")
