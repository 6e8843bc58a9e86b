"""JSONPath in both dialects."""

from typing import Any

import pytest

from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath import goessner, kubernetes

POD: dict[str, Any] = {
    "metadata": {"name": "p", "labels": {"app.io/name": "x", "a-b": "y"}},
    "status": {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}, {"type": "Init", "status": "False"}],
        "restarts": 3,
    },
    "items": [{"n": 1, "k": {"v": "a"}}, {"n": 2, "k": {"v": "b"}}, {"n": 3}],
}

KUBECTL = [
    ("{.status.phase}", "Running"),
    (".status.phase", ".status.phase"),  # text, as for kubectl
    ("{.missing}", ""),
    ("{.status.restarts}", "3"),
    ("{.metadata.labels}", '{"a-b":"y","app.io/name":"x"}'),
    (r"{.metadata.labels.app\.io/name}", "x"),
    ("{.metadata.labels['a-b']}", "y"),
    ("{.items[0].k.v}", "a"),
    ("{.items[-1].n}", "3"),
    ("{.items[*].n}", "1 2 3"),
    ("{.items[0:2].n}", "1 2"),
    ("{.items[0,2].n}", "1 3"),
    ("{..v}", "a b"),
    ('{.status.conditions[?(@.type=="Ready")].status}', "True"),
    ("{.items[?(@.n>1)].n}", "2 3"),
    ("{.items[?(@.k)].n}", "1 2"),
    ('{range .items[*]}{.n}:{.k.v}{"\\n"}{end}', "1:a\n2:b\n3:\n"),
    ("name={.metadata.name} phase={$.status.phase}", "name=p phase=Running"),
]


@pytest.mark.parametrize(("template", "text"), KUBECTL)
def test_kubectl(template: str, text: str) -> None:
    assert kubernetes.render(template, POD) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.a", "unclosed action"),
        ("{.a}{end}", "not in range"),
        ("{.items[?(@.n==1.0)]}", "incompatible types"),
        ("{.items[9]}", "index out of bounds"),
    ],
)
def test_kubectl_refused(template: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        kubernetes.render(template, POD)
    assert message in caught.value.expected


GOESSNER: list[tuple[str, Any]] = [
    ("$.status.phase", "Running"),
    ("$['status']['phase']", "Running"),
    ("$.items[0].k", {"v": "a"}),
    ("$.items[*].n", [1, 2, 3]),
    ("$.items[1:].n", [2, 3]),
    ("$.items[-1].n", 3),
    ("$..v", ["a", "b"]),
    ("$.items[?(@.n > 1)].n", [2, 3]),
    ("$.items[(@.length-1)].n", 3),
    ("$.items[0,2].n", [1, 3]),
    ("$", POD),
]


@pytest.mark.parametrize(("path", "value"), GOESSNER)
def test_goessner(path: str, value: object) -> None:
    assert goessner.query(path, POD) == value


def test_goessner_fails_on_a_missing_key() -> None:
    with pytest.raises(LanguageError, match="key not found"):
        goessner.query("$.nope", POD)
