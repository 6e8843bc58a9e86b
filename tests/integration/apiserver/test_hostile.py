"""Bad input and bad manners: nothing gives a 500, ends the server or holds others up."""

import copy
import json
import random
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from time import perf_counter
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from pinnace.objects import yamls
from pinnace.objects.kinds import CONFIG_MAPS, PODS
from pinnace.objects.registry import BUILT_IN
from pinnace.objects.types import Object
from tests.integration.apiserver.conftest import TOKEN, Served
from tests.integration.apiserver.test_definitions import DEFINITION, WIDGET

pytestmark = pytest.mark.slow

CALM = settings(
    database=None, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PATIENCE = 10.0  # seconds that others may wait at most; each needs milliseconds, if nobody holds it


@pytest.fixture
def definition(served: Served) -> Object:
    (document,) = yamls.parse(DEFINITION)
    return served.store.create(document.value)


def test_schemathesis_finds_no_failure(served: Served, definition: Object) -> None:
    """Every operation of our own OpenAPI documents, with what they allow and not only that."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with served.client() as client:
        paths = client.get("/openapi/v3").json()["paths"]
        documents = {path: client.get(f"/openapi/v3/{path}").json() for path in paths}
        assert "apis/shop.example.com/v1" in documents
        for path, document in documents.items():
            # a PUT takes what a POST takes, and drawing a whole Workflow costs a second
            schema = schemathesis.openapi.from_dict(document).exclude(method="PUT")
            for found in schema.get_all_operations():
                for case in _drawn(found.ok(), 2 if path == "api/v1" else 1):
                    for endless in ("watch", "follow"):
                        (case.query or {}).pop(endless, None)
                    if "namespace" in (case.path_parameters or {}):
                        case.path_parameters["namespace"] = "default"
                    answer = case.call(base_url=served.plain, headers=headers, timeout=20)
                    assert answer.status_code < 500, (case.as_curl_command(), answer.text)
        assert client.get("/version").status_code == 200


def _drawn(operation: Any, many: int) -> list[Any]:
    cases: list[Any] = []

    @seed(1)
    @settings(CALM, max_examples=many)
    @given(case=operation.as_strategy())
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    return cases


def objects() -> list[tuple[str, Object]]:
    """One object of each kind that has more to it than fields, where it is created."""
    container = {"name": "main", "image": "x", "resources": {"requests": {"cpu": "1"}},
                 "ports": [{"containerPort": 1}]}  # fmt: skip
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}}
    bodies: dict[str, Object] = {
        "v1/Pod": template,
        "v1/ConfigMap": {"data": {"a": "b"}, "binaryData": {"c": "YQ=="}},
        "v1/Service": {"spec": {"ports": [{"port": 80, "targetPort": "http"}]}},
        "v1/PersistentVolumeClaim": {"spec": {"resources": {"requests": {"storage": "1Gi"}}}},
        "v1/ResourceQuota": {"spec": {"hard": {"count/widgets.shop.example.com": "1k"},
                                      "scopes": ["Terminating"]}},
        "v1/Namespace": {"spec": {"finalizers": ["kubernetes"]}},
        "v1/Event": {"involvedObject": {"kind": "Pod", "name": "x"}, "count": 1},
        "apps/v1/Deployment": {"spec": {"replicas": 0, "template": template,
                                        "selector": {"matchLabels": {"a": "b"}}}},
        "batch/v1/Job": {"spec": {"template": template}},
        "argoproj.io/v1alpha1/Workflow": {
            "spec": {"entrypoint": "a", "arguments": {"parameters": [{"name": "p", "value": 1}]},
                     "templates": [{"name": "a", "container": container}]}},
        "argoproj.io/v1alpha1/Sensor": {
            "spec": {"dependencies": [{"name": "d", "eventSourceName": "e", "eventName": "n"}],
                     "triggers": [{"template": {"name": "t", "log": {}}}]}},
        "kubeflow.org/v1/TFJob": {"spec": {"tfReplicaSpecs": {"Worker": {"template": template}}}},
        "apiextensions.k8s.io/v1/CustomResourceDefinition":
            {"spec": next(yamls.parse(DEFINITION)).value["spec"]},
        "shop.example.com/v1/Widget": {"spec": next(yamls.parse(WIDGET)).value["spec"],
                                       "status": {"replicas": 1}},
    }  # fmt: skip
    return [_whole(*named.rsplit("/", 1), body) for named, body in bodies.items()]


def _whole(version: str, kind: str, body: Object) -> tuple[str, Object]:
    known = BUILT_IN.find(version, kind)
    plural, namespaced = (known.plural, known.namespaced) if known else ("widgets", True)
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    place = f"{root}/namespaces/default/{plural}" if namespaced else f"{root}/{plural}"
    name = "x" if plural != "customresourcedefinitions" else "widgets.shop.example.com"
    metadata = {"name": name, "labels": {"a": "b"}, **(body.get("metadata") or {})}
    return place, {"apiVersion": version, "kind": kind, **body, "metadata": metadata}


ODD = st.recursive(
    st.sampled_from([None, True, -1, 0, 1e308, 2**63 - 1, "", "x", "\x00", "1Gi", "[", "ü" * 300])
    | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner,
                                                                max_size=3),
    max_leaves=8,
)  # fmt: skip


def mutated(obj: Object, odd: Any, choose: random.Random) -> Object:
    """Put something odd in a random place of an object, or leave it out; sometimes twice."""
    changed = copy.deepcopy(obj)
    for _ in range(choose.choice((1, 1, 2))):
        places = list(_places(changed))
        holder, key = choose.choice(places)
        if isinstance(holder, dict) and key != "metadata" and choose.random() < 0.3:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(odd)
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _writes(place: str, name: str) -> tuple[tuple[str, str, str], ...]:
    """Method, path and media type of everything that writes an object."""
    single = f"{place}/{name}"
    return (
        ("POST", place, "application/json"),
        ("PUT", single, "application/json"),
        ("PATCH", single, "application/merge-patch+json"),
        ("PATCH", single, "application/apply-patch+yaml"),
        ("PUT", f"{single}/status", "application/json"),
        ("PATCH", f"{single}/scale", "application/merge-patch+json"),
    )


def test_mutated_objects_are_taken_or_refused(served: Served, definition: Object) -> None:
    everything, choose = objects(), random.Random(7)
    taken = 0
    with served.client() as client:
        for place, obj in everything:
            client.post(place, json=obj)

        @seed(3)
        @settings(CALM, max_examples=400)
        @given(odd=ODD, which=st.sampled_from(everything))
        def send(odd: Any, which: tuple[str, Object]) -> None:
            nonlocal taken
            place, obj = which
            changed = mutated(obj, odd, choose)
            method, path, media = choose.choice(_writes(place, obj["metadata"]["name"]))
            query = {"fieldManager": "m", "force": "true"}
            metadata = changed["metadata"]
            if method == "POST" and isinstance(metadata, dict) and metadata.get("name") == "x":
                metadata["name"] = f"x-{choose.randrange(10**9)}"
            body = json.dumps(changed).encode()
            found = client.request(
                method, path, content=body, params=query, headers={"Content-Type": media}
            )
            assert found.status_code < 500, (method, path, body, found.text)
            taken += found.is_success
            if found.is_success:  # and then it can be shown
                listed = client.get(place, headers={"Accept": TABLE})
                assert listed.status_code == 200, (body, listed.text)

        send()
        for path in ("/openapi/v3", "/openapi/v2", "/apis", "/api/v1/nodes"):
            assert client.get(path).status_code == 200
    assert taken > 40  # else it would say nothing


def test_what_is_not_http_ends_its_own_connection_only(served: Served) -> None:
    address = served.plain.removeprefix("http://").split(":")
    choose = random.Random(5)
    for start in (b"", b"GET ", b"\x16\x03\x01", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                  b"GET / HTTP/1.1\r\nHost: " + b"a" * 70_000 + b"\r\n\r\n",
                  b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):  # fmt: skip
        raw = socket.create_connection((address[0], int(address[1])), timeout=10)
        with raw, suppress(OSError):  # the server may have closed it already
            raw.sendall(start + choose.randbytes(2000) + b"\r\n\r\n")
            raw.shutdown(socket.SHUT_WR)
    with served.client() as client:
        assert client.get("/version").status_code == 200


def _answers(served: Served, times: int = 20) -> float:
    """Return the longest that a well-behaved client waits for a write and a read."""
    longest = 0.0
    with served.client() as client:
        place = "/api/v1/namespaces/default/configmaps"
        for number in range(times):
            begun = perf_counter()
            name = f"well-{number}"
            made = client.post(place, json={"metadata": {"name": name}})
            assert made.status_code in (201, 409), made.text
            assert client.get(f"{place}/{name}").status_code == 200
            longest = max(longest, perf_counter() - begun)
    return longest


def test_slow_clients_hold_nobody_up(served: Served) -> None:
    host, port = served.plain.removeprefix("http://").split(":")
    head = f"Host: {host}:{port}\r\nAuthorization: Bearer {TOKEN}\r\n".encode()
    place = b"/api/v1/namespaces/default/configmaps"
    trust = ssl.create_default_context(cafile=str(served.config.parent / "tls" / "ca.crt"))
    with ExitStack() as stack:

        def connect() -> socket.socket:
            opened = socket.create_connection((host, int(port)), timeout=20)
            return stack.enter_context(opened)

        for _ in range(300):  # silent ones
            connect()
        for _ in range(20):  # that shake hands, and then are silent
            stack.enter_context(trust.wrap_socket(connect(), server_hostname=host))
        for _ in range(60):  # that never finish a body: more than there are worker threads
            length = b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
            connect().sendall(b"POST " + place + b" HTTP/1.1\r\n" + head + length)
        for _ in range(60):  # that never finish a head
            connect().sendall(b"GET " + place + b" HTTP/1.1\r\nHost: ")
        for _ in range(40):  # that watch and never read
            watching = connect()
            watching.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            watching.sendall(b"GET " + place + b"?watch=true HTTP/1.1\r\n" + head + b"\r\n")
        big = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": "y" * 200_000},
               "metadata": {"name": "big", "namespace": "default"}}  # fmt: skip
        served.store.create(big)
        for number in range(20):
            data = {"x": str(number) * 200_000}
            current = served.store.get(CONFIG_MAPS, "default", "big")
            served.store.update({**current, "data": data})
        assert _answers(served) < PATIENCE


def test_logs_that_are_not_read_take_no_thread(served: Served) -> None:
    container = {"name": "main", "image": "x"}
    served.store.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
                         "spec": {"nodeName": "here", "containers": [container]}})  # fmt: skip
    (served.logs / "p.main").write_bytes(b"x" * 99 + b"\n")
    assert served.store.count(PODS) == 1
    with ExitStack() as stack:
        for _ in range(40):
            client = stack.enter_context(served.client())
            path = "/api/v1/namespaces/default/pods/p/log?follow=true"
            opened = stack.enter_context(client.stream("GET", path))
            assert opened.status_code == 200
        assert _answers(served) < PATIENCE


def test_large_bodies_are_413_whatever_they_say_of_themselves(served: Served) -> None:
    with served.client() as client:
        place = "/api/v1/namespaces/default/configmaps"
        found = client.post(place, content=b"x" * (3 * 1024 * 1024 + 1))
        assert (found.status_code, found.json()["reason"]) == (413, "RequestEntityTooLarge")

        def endless() -> Iterator[bytes]:
            while True:
                yield b"x" * 65536

        try:
            answered = client.post(place, content=endless()).status_code
        except httpx.WriteError:
            answered = 413  # the connection was closed while it was still sending
        assert answered == 413
        assert client.get("/version").status_code == 200
