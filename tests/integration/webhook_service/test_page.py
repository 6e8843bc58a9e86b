"""What a person sees: the page and the API, with lineage, hostile content and closed doors."""

import base64

import httpx
import pytest
from markupsafe import escape

from tests.eventually import eventually

EVIL = '<script>alert("x")</script>'


def workflow(name, *, delivery="", event_id="", phase="Succeeded", outputs=True, source="es/train"):
    nodes = {
        "n1": {
            "templateName": "evaluate",
            "outputs": {"parameters": [{"name": "accuracy", "value": "0.9756"}]},
        },
        "n2": {
            "templateName": "publish",
            "outputs": {"parameters": [{"name": "version", "value": "3"}]},
        },
    }
    return {
        "metadata": {
            "name": name,
            "namespace": "ml",
            "labels": {
                "events.argoproj.io/sensor": "train-on-webhook",
                "events.argoproj.io/trigger": "train",
            },
            "annotations": {
                "pinnace.dev/event-id": event_id,
                "pinnace.dev/delivery": delivery,
                "pinnace.dev/event-source": source,
                "pinnace.dev/event-time": "2026-01-31T12:00:00.000001Z",
            },
        },
        "spec": {"arguments": {"parameters": [{"name": "model", "value": "digits"}]}},
        "status": {
            "phase": phase,
            "startedAt": "2026-01-31T12:00:00Z",
            "finishedAt": "2026-01-31T12:01:05Z",
            "nodes": nodes if outputs else {},
        },
    }


def tfjob(name, of):
    return {
        "metadata": {"name": name, "labels": {"workflows.argoproj.io/workflow": of}},
        "status": {"conditions": [{"type": "Created"}, {"type": "Succeeded"}]},
    }


ARGO = "argoproj.io/v1alpha1"


def test_an_event_shows_its_sensor_workflow_tfjob_and_model(service, cluster):
    delivery = service.post(b'{"epochs": 3}').json()
    cluster.list(ARGO, "workflows", [workflow("train-digits-abc", event_id=delivery["event"])])
    cluster.list("kubeflow.org/v1", "tfjobs", [tfjob("train-digits-abc-job", "train-digits-abc")])
    item = eventually(
        lambda: next((i for i in service.get("/events").json()["items"] if i["triggered"]), None)
    )
    (run,) = item["triggered"]
    assert (run["sensor"], run["trigger"]) == ("train-on-webhook", "train")
    assert run["workflow"]["phase"] == "Succeeded"
    assert [(job["name"], job["state"]) for job in run["tfjobs"]] == [
        ("train-digits-abc-job", "Succeeded")
    ]
    assert run["model"] == {"name": "digits", "version": "3", "accuracy": 0.9756}
    details = service.get(f"/events/{delivery['delivery']}")
    assert details.headers["Content-Type"] == "application/json"
    assert details.text.startswith('{\n  "attempts": 1,\n')  # a person reads it
    one = details.json()
    assert one["body"] == {"epochs": 3}
    assert service.get(f"/events/{delivery['event']}").json()["id"] == delivery["delivery"]
    page = service.get("/").text
    for text in ("train-on-webhook", "train-digits-abc-job", "digits", "97.56 %", "1 min 5 s"):
        assert text in page


def test_events_that_came_another_way_are_there_too(service, cluster):
    cluster.list(
        ARGO, "workflows", [workflow("wf", event_id="minio-event", source="datasets/mnist")]
    )
    (item,) = service.get("/events").json()["items"]
    assert (item["via"], item["source"], item["event"]) == ("eventsource", "datasets", "mnist")
    assert item["triggered"][0]["model"]["version"] == "3"
    assert service.get("/events/minio-event").json() == item
    assert "datasets" in service.get("/").text
    assert service.get("/events?source=es").json()["items"] == []


def test_filters_and_pages(service, eventsource):
    for number in range(5):
        eventsource.answers = [(401, "no")] if number == 2 else []
        service.post(str(number))
    everything = service.get("/events").json()
    assert everything["total"] == 5
    assert everything["counts"] == {"delivered": 4, "rejected": 1}
    paged = [
        item["id"]
        for offset in (0, 2, 4)
        for item in service.get(f"/events?limit=2&offset={offset}").json()["items"]
    ]
    assert paged == [item["id"] for item in everything["items"]]
    refused = service.get("/events?state=rejected").json()
    assert (refused["total"], [item["status"] for item in refused["items"]]) == (1, [401])
    assert refused["counts"] == everything["counts"], "so that the page can offer the others"
    assert service.get("/events?limit=-1&offset=x").json()["limit"] == 100
    assert service.get("/events/nobody").status_code == 404


def test_hostile_content_is_text(service, cluster, eventsource):
    eventsource.answers = [(400, EVIL)]
    service.post(f'{{"a": "{EVIL}"}}', headers={"User-Agent": EVIL})
    odd = workflow(EVIL, event_id='"><img src=x onerror=alert(1)>', source=f"{EVIL}/x")
    odd["status"]["message"] = EVIL
    odd["status"]["phase"] = 'Succeeded" onmouseover="alert(1)'
    cluster.list(ARGO, "workflows", [odd])
    answer = eventually(
        lambda: (page := service.get("/")) and str(escape(EVIL)) in page.text and page
    )
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text
    assert 'onmouseover="' not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script>alert" not in service.get("/?fragment=1").text
    assert service.get("/events").headers["Content-Type"] == "application/json"


def test_style_and_script_come_from_here(service):
    page = service.get("/").text
    for file in ("style.css", "refresh.js", "icon.svg"):
        assert f"/static/{file}" in page
        assert service.get(f"/static/{file}").status_code == 200
    assert "style=" not in page
    assert 'data-refresh="/?fragment=1"' in page
    assert 'data-refresh="/?fragment=1&amp;state=dead"' in service.get("/?state=dead").text


def test_another_host_name_is_refused_except_for_probes(service):
    for path in ("/", "/events"):
        answer = service.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 421
    assert service.post(headers={"Host": "evil.example"}).status_code == 421
    assert service.get("/healthz", headers={"Host": "10.0.0.7"}).text == "ok\n"
    assert service.get("/", headers={"Host": "localhost:1234"}).status_code == 200
    assert service.get("/", headers={"Host": "[::1]:1234"}).status_code == 200


def test_the_page_can_ask_for_a_token_and_hooks_stay_open(make):
    service = make(WEBHOOK_PAGE_TOKEN="letmein")
    basic = base64.b64encode(b"anyone:letmein").decode()
    for path in ("/", "/events", "/static/style.css"):
        refused = service.get(path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic")
        assert service.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert service.get(path, headers={"Authorization": "Bearer letmein"}).status_code == 200
        assert service.get(path, headers={"Authorization": f"Basic {basic}"}).status_code == 200
    assert service.post().status_code == 200
    assert service.get("/healthz").status_code == 200


def test_without_the_kubernetes_api_the_page_says_so(service, cluster):
    service.post()
    cluster.server.stop()
    answer = eventually(
        lambda: (
            (found := service.get("/events").json()) and not found["lineage"]["available"] and found
        )
    )
    assert answer["items"][0]["state"] == "delivered"
    assert "does not answer" in service.get("/").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/hooks/es/train", 405), ("POST", "/events", 405), ("GET", "/nothing", 404)],
)
def test_other_requests_are_json_errors(service, method, path, status):
    answer = httpx.request(method, f"{service.url}{path}")
    assert answer.status_code == status
    assert "error" in answer.json()
