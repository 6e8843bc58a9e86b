"""Measures the trained model on the dataset's test part, which training has never seen."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from trainer import backend
from trainer.datasets.layout import CLASSES, Array, Dataset, pixels
from trainer.environment import Environment
from trainer.errors import TrainerError
from trainer.export import load as load_model
from trainer.runs import CONFIG, DATASET, EVALUATION, METRICS, Document, Run
from trainer.steps.validate import load

BATCH = 500
SMALLEST = 1e-12


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Write `evaluation.json` and the accuracy; fail below `--min-accuracy`."""
    target = Run.open(options.run, environment.object_store)
    target.need(METRICS)
    seed = int(target.need(CONFIG)["seed"])
    dataset = load(target.need(DATASET), environment.object_store)
    backend.prepare(seed=seed, threads=len(os.sched_getaffinity(0)))
    model = load_model(target)
    evaluation = measure(
        model.predict(pixels(dataset.x_test), batch_size=BATCH, verbose=0), dataset
    )
    target.write(EVALUATION, evaluation)
    if options.output_accuracy:
        Path(options.output_accuracy).write_text(f"{evaluation['accuracy']}\n")
    print(f"test accuracy {evaluation['accuracy']:.4f} of {evaluation['count']:,} images")
    if options.min_accuracy is not None and evaluation["accuracy"] < options.min_accuracy:
        raise TrainerError(
            f"{target.uri}/{EVALUATION}: accuracy: expected at least {options.min_accuracy:g}; "
            f"found {evaluation['accuracy']:g}; the model is not published"
        )


def measure(probabilities: Array, dataset: Dataset) -> Document:
    """Accuracy, loss, accuracy of each class, and who was taken for whom."""
    labels = dataset.y_test.astype(np.int64)
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    seen = confusion.sum(axis=1)
    chosen = probabilities[np.arange(len(labels)), labels]
    return {
        "count": len(labels),
        "accuracy": round(float((predicted == labels).mean()), 6),
        "loss": round(float(-np.log(np.maximum(chosen, SMALLEST)).mean()), 6),
        "per-class": {
            str(digit): round(float(confusion[digit, digit] / seen[digit]), 6)
            for digit in range(CLASSES)
            if seen[digit]
        },
        "confusion": confusion.tolist(),
    }
