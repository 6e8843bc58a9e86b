"""What tests of the wire send: paths, headers, an object, and a watch that is read by event."""

import json

import httpx

from pinnace.objects.types import Object

MAPS = "/api/v1/namespaces/default/configmaps"
JSON = {"Content-Type": "application/json"}
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def config_map(name: str, **data: str) -> Object:
    return {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"}, "data": data,
    }  # fmt: skip


class Events:
    """The events of one watch, one at a time."""

    def __init__(self, client: httpx.Client, path: str) -> None:
        self._response = client.send(client.build_request("GET", path), stream=True)
        self._lines = self._response.iter_lines()

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *error: object) -> None:
        self._response.close()

    def next(self) -> tuple[str, Object]:
        event = json.loads(next(self._lines))
        return event["type"], event["object"]

    def rest(self) -> list[Object]:
        return [json.loads(line) for line in self._lines]
