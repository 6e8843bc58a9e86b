"""A model's card: where it comes from and how good it is, for programs and for people.

Pure. The lineage comes from the labels and annotations that a Sensor's trigger put on the
Workflow; a workflow that somebody submitted by hand has none of them, and the card says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.runs import Document

LABELS = {"sensor": "events.argoproj.io/sensor", "trigger": "events.argoproj.io/trigger"}
EVENT = {
    "id": "pinnace.dev/event-id",
    "source": "pinnace.dev/event-source",
    "time": "pinnace.dev/event-time",
}


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What the workflow says about itself."""

    workflow: str = ""
    uid: str = ""
    namespace: str = ""
    tfjob: str = ""
    labels: str = ""
    annotations: str = ""


def compose(
    *,
    name: str,
    version: int,
    created: datetime,
    lineage: Lineage,
    documents: Mapping[str, Document],
) -> Document:
    """The card, from the run's documents `source, config, dataset, metrics, evaluation`."""
    labels, annotations = _mapping(lineage.labels), _mapping(lineage.annotations)
    evaluation, dataset = documents["evaluation"], documents["dataset"]
    return {
        "name": name,
        "version": version,
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "accuracy": evaluation["accuracy"],
        "event": {key: annotations.get(field, "") for key, field in EVENT.items()},
        **{key: labels.get(field, "") for key, field in LABELS.items()},
        "workflow": {
            "name": _given(lineage.workflow),
            "namespace": _given(lineage.namespace),
            "uid": _given(lineage.uid),
        },
        "tfjob": _given(lineage.tfjob),
        "source": documents.get("source", {}),
        "dataset": {key: dataset[key] for key in ("uri", "etag", "sha256", "train", "test")},
        "config": documents["config"],
        "metrics": documents["metrics"],
        "evaluation": evaluation,
    }


def for_people(card: Document) -> str:
    """The card as Markdown."""
    source, dataset, metrics = card["source"], card["dataset"], card["metrics"]
    rows = {
        "test accuracy": f"{card['accuracy']:.4f} on {card['evaluation']['count']:,} images",
        "created": card["created"],
        "event": " from ".join(filter(None, (card["event"]["id"], card["event"]["source"]))),
        "sensor": card["sensor"],
        "workflow": card["workflow"]["name"],
        "TFJob": card["tfjob"],
        "commit": " of ".join(
            filter(None, (source.get("commit") or source.get("revision"), source.get("repo")))
        ),
        "dataset": f"{dataset['uri']} (etag {dataset['etag']})",
        "configuration": ", ".join(f"{key} {value}" for key, value in card["config"].items()),
        "training": f"{metrics['workers']} worker(s), {metrics['seconds']} s",
    }
    table = "\n".join(f"| {key} | {_cell(value)} |" for key, value in rows.items())
    per_class = "\n".join(
        f"| {digit} | {accuracy:.4f} |"
        for digit, accuracy in card["evaluation"]["per-class"].items()
    )
    return (
        f"# {card['name']}, version {card['version']}\n\n| | |\n| --- | --- |\n{table}\n\n"
        "## Accuracy of each class\n\n"
        f"| class | accuracy |\n| --- | --- |\n{per_class}\n"
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split()) or "none"


def _given(value: str) -> str:
    """A tag that the workflow engine left as it stands means that there was no value."""
    return "" if value.startswith("{{") else value


def _mapping(text: str) -> dict[str, str]:
    try:
        document = json.loads(_given(text) or "{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
