"""Small workflows over the Argo server's REST API, and looks at what became of them."""

import json
from typing import Any

import httpx

WORKFLOWS = "/api/v1/workflows/default"
SAY = {"name": "say", "container": {"image": "busybox", "command": ["echo", "one"]}}
ECHO = {
    "name": "echo",
    "container": {"image": "busybox", "command": ["echo", "{{workflow.parameters.m}}"]},
}


def create(
    api: httpx.Client, *templates: dict[str, Any], prefix: str = "rest-", **spec: Any
) -> str:
    workflow = {
        "metadata": {"generateName": prefix},
        "spec": {"entrypoint": templates[0]["name"], "templates": list(templates), **spec},
    }
    answer = api.post(WORKFLOWS, json={"workflow": workflow})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["metadata"]["name"])


def node_of(api: httpx.Client, workflow: str, shown: str) -> dict[str, Any]:
    nodes = api.get(f"{WORKFLOWS}/{workflow}").json()["status"]["nodes"]
    found: dict[str, Any] = next(n for n in nodes.values() if n["displayName"] == shown)
    return found


def log_of(api: httpx.Client, workflow: str, **query: str) -> list[str]:
    answer = api.get(f"{WORKFLOWS}/{workflow}/log", params=query)
    assert answer.status_code == 200, answer.text
    return [json.loads(line)["result"]["content"] for line in answer.text.splitlines()]
