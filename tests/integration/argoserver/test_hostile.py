"""Whatever is sent, the answer is never a 500."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinnace.argoserver import routing

_STREAMS = {"WatchWorkflows", "WatchEvents"}  # they go on until their client leaves
ROUTES = [
    *((verb, path) for verb, path, method in routing.ROUTES if method not in _STREAMS),
    *(
        (verb, path + below)
        for path, _ in routing.COLLECTIONS
        for verb, below in (("POST", ""), ("POST", "/lint"), ("GET", ""), ("PUT", "/{name}"))
    ),
]
TEXT = st.sampled_from(["", "default", "a", "@latest", "..", "x" * 300, "é", "a b", "%", "\0", "1"])
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEY = st.sampled_from(["name", "template", "value", "parameters", "artifacts", "labels", "key"])
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)
#: Something in the place of each field that the code looks at.
TEMPLATE = st.fixed_dictionaries(
    {},
    optional={
        "name": JSON, "container": JSON, "steps": JSON, "dag": JSON, "inputs": JSON,
        "outputs": JSON, "suspend": JSON,
    },
)  # fmt: skip
SPEC = st.fixed_dictionaries(
    {},
    optional={
        "entrypoint": JSON, "templates": JSON | st.lists(TEMPLATE, max_size=2), "arguments": JSON,
        "workflowTemplateRef": JSON, "schedules": JSON, "timezone": JSON, "workflowSpec": JSON,
        "startingDeadlineSeconds": JSON, "hooks": JSON, "workflowMetadata": JSON,
    },
)  # fmt: skip
OBJECT = st.fixed_dictionaries(
    {}, optional={"metadata": JSON, "spec": JSON | SPEC, "kind": JSON, "status": JSON}
)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "workflow": JSON | OBJECT, "template": JSON | OBJECT, "cronWorkflow": JSON | OBJECT,
        "submitOptions": JSON, "resourceKind": JSON | st.just("CronWorkflow"),
        "resourceName": JSON, "createOptions": JSON, "serverDryRun": JSON, "parameters": JSON,
        "nodeFieldSelector": JSON, "outputParameters": JSON, "phase": JSON, "memoized": JSON,
    },
)  # fmt: skip
QUERY = st.dictionaries(
    st.sampled_from([
        "listOptions.limit", "listOptions.continue", "listOptions.labelSelector",
        "listOptions.fieldSelector", "fields", "nameFilter", "createdAfter", "force", "grep",
        "logOptions.tailLines", "logOptions.sinceTime", "uid", "selector", "namePattern",
    ]),
    TEXT,
    max_size=3,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=400)
@given(
    route=st.sampled_from(ROUTES), names=st.lists(TEXT, min_size=8, max_size=8), query=QUERY,
    body=MESSAGE | JSON,
)  # fmt: skip
def test_nothing_is_a_500(
    api: httpx.Client, route: tuple[str, str], names: list[str], query: dict[str, str], body: Any
) -> None:
    verb, path = route
    steps = [quote(names.pop(), safe="") if s.startswith("{") else s for s in path.split("/")]
    answer = api.request(verb, "/".join(steps), params=query, content=json.dumps(body))
    assert answer.status_code != 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["message"]
