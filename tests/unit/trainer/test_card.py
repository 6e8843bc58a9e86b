"""The model's card: lineage from labels and annotations, and the page for people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from trainer.card import Lineage, compose, for_people

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DOCUMENTS: dict[str, dict[str, Any]] = {
    "config": {"epochs": 6},
    "dataset": {
        "uri": "s3://datasets/a.npz",
        "etag": "e",
        "sha256": "s",
        "bytes": 1,
        "train": {},
        "test": {},
    },
    "metrics": {"workers": 2, "seconds": 7.5},
    "evaluation": {"accuracy": 0.975, "count": 3000, "per-class": {"0": 0.99}},
    "source": {"repo": "file:///r", "commit": "abc", "revision": "main"},
}
LINEAGE = Lineage(
    workflow="train-digits-1",
    uid="u",
    namespace="default",
    tfjob="train-digits-x",
    labels=json.dumps({"events.argoproj.io/sensor": "on-push", "other": "x"}),
    annotations=json.dumps(
        {
            "pinnace.dev/event-id": "e-1",
            "pinnace.dev/event-source": "github/digits",
            "pinnace.dev/event-time": "2026-01-02T03:04:00Z",
        }
    ),
)


def card(lineage: Lineage) -> dict[str, Any]:
    return compose(name="digits", version=3, created=NOW, lineage=lineage, documents=DOCUMENTS)


def test_a_card_says_where_the_model_comes_from() -> None:
    found = card(LINEAGE)
    assert (found["name"], found["version"], found["created"]) == (
        "digits",
        3,
        "2026-01-02T03:04:05Z",
    )
    assert found["event"] == {
        "id": "e-1",
        "source": "github/digits",
        "time": "2026-01-02T03:04:00Z",
    }
    assert (found["sensor"], found["trigger"]) == ("on-push", "")
    assert found["workflow"] == {"name": "train-digits-1", "namespace": "default", "uid": "u"}
    assert found["tfjob"] == "train-digits-x"
    assert found["source"]["commit"] == "abc"
    assert found["accuracy"] == 0.975


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "{{workflow.annotations.json}}"])
def test_a_workflow_without_an_event_has_an_empty_lineage(text: str) -> None:
    found = card(replace(LINEAGE, annotations=text, labels=text, uid="{{workflow.uid}}"))
    assert found["event"] == {"id": "", "source": "", "time": ""}
    assert found["sensor"] == ""
    assert found["workflow"]["uid"] == ""


def test_the_page_for_people_has_one_row_for_each_fact() -> None:
    page = for_people(card(replace(LINEAGE, tfjob="a|b\nc")))
    assert "# digits, version 3" in page
    assert "| test accuracy | 0.9750 on 3,000 images |" in page
    assert "| event | e-1 from github/digits |" in page
    assert "| commit | abc of file:///r |" in page
    assert "| TFJob | a\\|b c |" in page
    assert "| 0 | 0.9900 |" in page
