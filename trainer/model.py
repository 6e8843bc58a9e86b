"""The models: digits from 28×28 pixels (0 to 255) to ten probabilities.

Scaling is part of the model, so what is served takes raw pixels. There is no dropout and no batch
normalization: both keep per-replica state, and two workers should learn what one would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import keras
from keras import layers

from trainer.datasets.layout import CLASSES, SIDE


def _mlp() -> list[keras.layers.Layer]:
    return [layers.Flatten(), layers.Dense(256, activation="relu")]


def _cnn() -> list[keras.layers.Layer]:
    return [
        layers.Reshape((SIDE, SIDE, 1)),
        layers.Conv2D(16, 5, strides=2, activation="relu"),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
    ]


BODIES: Mapping[str, Callable[[], list[keras.layers.Layer]]] = {"mlp": _mlp, "cnn": _cnn}


def build(name: str) -> keras.Model:
    """A new model by its configured name."""
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE), name="pixels"),
            layers.Rescaling(1 / 255),
            *BODIES[name](),
            layers.Dense(CLASSES, activation="softmax", name="probabilities"),
        ],
        name=name,
    )
