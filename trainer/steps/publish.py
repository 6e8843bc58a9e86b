"""Publishes the run's model as `<name>/<version>/`: SavedModel, `model.keras` and the card.

The card is written last: a version with a card is published, one without is not (yet). Publishing
the same run again gives the same version, and finishes what an earlier attempt left.
"""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from trainer.card import Lineage, compose, for_people
from trainer.environment import Environment
from trainer.errors import Invalid
from trainer.runs import (
    CONFIG,
    DATASET,
    EVALUATION,
    METRICS,
    MODEL,
    SAVED_MODEL,
    SOURCE,
    Document,
    Run,
    encode,
)
from trainer.storage import Folder, open_folder
from trainer.versions import CARD, claim

NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
NEEDED = {"config": CONFIG, "dataset": DATASET, "metrics": METRICS, "evaluation": EVALUATION}


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Claim, copy, write the card."""
    if not NAME.fullmatch(options.name):
        expected = "lower-case letters, digits and dashes, at most 63"
        raise Invalid(where="model", field="name", expected=expected, found=repr(options.name))
    source = Run.open(options.run, environment.object_store)
    documents = {name: source.need(key) for name, key in NEEDED.items()}
    documents["source"] = source.find(SOURCE) or {}
    models = open_folder(options.to, environment.object_store)
    version = claim(models, options.name, source)
    at = f"{options.name}/{version}/"
    if f"{at}{CARD}" not in models.keys(f"{at}card"):
        _copy_model(source.folder, models, at)
        card = _card(options, environment, version, documents)
        models.write(f"{at}card.md", for_people(card).encode())
        models.write(f"{at}{CARD}", encode(card))
    if options.output_version:
        Path(options.output_version).write_text(f"{version}\n")
    print(f"published {models.uri}/{at} accuracy {documents['evaluation']['accuracy']:.4f}")


def _copy_model(source: Folder, models: Folder, at: str) -> None:
    models.write(f"{at}model.keras", source.read(MODEL).data)
    for key in source.keys(SAVED_MODEL):
        models.write(at + key.removeprefix(SAVED_MODEL), source.read(key).data)


def _card(
    options: argparse.Namespace,
    environment: Environment,
    version: int,
    documents: dict[str, Document],
) -> Document:
    lineage = Lineage(
        workflow=options.workflow,
        uid=options.workflow_uid,
        namespace=options.namespace,
        tfjob=options.tfjob,
        labels=environment.workflow_labels,
        annotations=environment.workflow_annotations,
    )
    return compose(
        name=options.name,
        version=version,
        created=datetime.now(UTC),
        lineage=lineage,
        documents=documents,
    )
