"""Random bodies and patches to many places never break the server."""

import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.apiserver.wire import MAPS, TABLE

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
PATCHES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
PLACES = (
    MAPS,
    "/api/v1/namespaces/default/pods",
    "/apis/kubeflow.org/v1/namespaces/default/tfjobs",
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
         "path": st.sampled_from(["", "/metadata", "/metadata/labels", "/data/a", "/spec/-"]),
         "from": st.sampled_from(["", "/metadata", "/data"]), "value": VALUES}
    ), max_size=3,
)  # fmt: skip


@settings(max_examples=150)
@given(
    content=st.fixed_dictionaries(
        {"metadata": st.fixed_dictionaries({"name": st.just("x")}, optional={"labels": VALUES})},
        optional={"spec": VALUES, "data": VALUES, "status": VALUES},
    ),
    operations=OPERATIONS,
    method=st.sampled_from(["POST", "PUT", "PATCH", "PATCH", "DELETE"]),
    media=st.sampled_from(PATCHES),
    place=st.sampled_from(PLACES),
    sub=st.sampled_from(["", "", "/status"]),
)
def test_random_requests_never_break_it(
    client: httpx.Client,
    content: Any,
    operations: Any,
    method: str,
    media: str,
    place: str,
    sub: str,
) -> None:
    path = place if method == "POST" else f"{place}/x{sub}"
    body = operations if (method, media) == ("PATCH", PATCHES[0]) else content
    if media == PATCHES[3]:
        kind = {"configmaps": "ConfigMap", "pods": "Pod"}.get(place.rpartition("/")[2], "TFJob")
        body = {
            **content,
            "apiVersion": "v1" if kind != "TFJob" else "kubeflow.org/v1",
            "kind": kind,
        }
    found = client.request(
        method,
        path,
        params={"fieldManager": "fuzz"},
        content=json.dumps(body).encode(),
        headers={"Content-Type": media if method == "PATCH" else "application/json"},
    )
    assert found.status_code < 500, found.text
    table = client.get(place, headers={"Accept": TABLE})
    assert table.status_code == 200, table.text
