"""The training loop: one epoch is one call into TensorFlow, whatever the strategy.

Keras 3's `fit` fails under MultiWorkerMirroredStrategy, and a call for each step costs more than
the step. So the training images are one constant on every worker, and an epoch is a table of
indices: every worker draws the same seeded permutation and takes its own columns of each batch.
The same seed therefore gives the same batches with one worker and with many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trainer.cluster import Cluster
from trainer.configuration import Configuration
from trainer.datasets.layout import Array, Dataset, pixels
from trainer.model import build


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """What one epoch came to."""

    loss: float
    accuracy: float


class Loop:
    """A model, its optimizer and its data under one strategy."""

    def __init__(
        self,
        configuration: Configuration,
        dataset: Dataset,
        cluster: Cluster,
        strategy: tf.distribute.Strategy,
    ) -> None:
        self._configuration = configuration
        self._cluster = cluster
        self._strategy = strategy
        self._images = tf.constant(pixels(dataset.x_train))
        self._labels = tf.constant(dataset.y_train.astype(np.int32))
        self._size = len(dataset.y_train)
        self.batch = min(configuration.batch_size, self._size)
        self.steps = self._size // self.batch
        with strategy.scope():
            self.model = build(configuration.model)
            schedule = keras.optimizers.schedules.CosineDecay(
                configuration.learning_rate, self.steps * configuration.epochs
            )
            self.optimizer = keras.optimizers.Adam(schedule)
            self.optimizer.build(self.model.trainable_variables)
        self._run = tf.function(self._epoch)

    def epoch(self, number: int) -> Epoch:
        """Train one epoch; `number` counts from 1 and alone decides the order of the data."""
        mine = tf.constant(self._indices(number))
        table = self._strategy.experimental_distribute_values_from_function(lambda _: mine)
        loss, hits = self._run(table)
        seen = self.steps * self.batch
        return Epoch(loss=float(loss) / self.steps, accuracy=float(hits) / seen)

    def weights(self) -> list[Array]:
        """The model's weights, as they are on every worker."""
        return [np.asarray(variable.numpy()) for variable in self.model.variables]

    def state(self) -> list[Array]:
        """Everything a checkpoint must hold, in an order that never changes."""
        return [np.asarray(variable.numpy()) for variable in self._variables()]

    def restore(self, arrays: list[Array]) -> None:
        """Take over the state of a checkpoint."""
        with self._strategy.scope():
            for variable, array in zip(self._variables(), arrays, strict=True):
                variable.assign(array)

    def barrier(self) -> None:
        """Return when every worker is here: no process may leave while another needs it."""

        @tf.function  # type: ignore[untyped-decorator]  # TensorFlow ships no types
        def meet() -> Any:
            here = self._strategy.run(lambda: tf.constant(1.0))
            return self._strategy.reduce(tf.distribute.ReduceOp.SUM, here, axis=None)

        meet()

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.optimizer.variables]

    def _indices(self, number: int) -> Array:
        order = np.random.default_rng((self._configuration.seed, number)).permutation(self._size)
        table = order[: self.steps * self.batch].reshape(self.steps, self.batch)
        columns = np.array_split(table, self._cluster.size, axis=1)[self._cluster.rank]
        return np.ascontiguousarray(columns, dtype=np.int32)

    def _epoch(self, table: Any) -> tuple[Any, Any]:
        # The loop stands outside `strategy.run`: a gradient exchange cannot be inside control flow
        # of the replica's function. Each process holds one replica, so its sums are plain tensors.
        loss, hits = tf.constant(0.0), tf.constant(0.0)
        for step in tf.range(self.steps):
            step_loss, step_hits = self._strategy.run(self._step, args=(table, step))
            loss += step_loss
            hits += step_hits
        total = tf.distribute.ReduceOp.SUM
        return (
            self._strategy.reduce(total, loss, axis=None),
            self._strategy.reduce(total, hits, axis=None),
        )

    def _step(self, table: Any, step: Any) -> tuple[Any, Any]:
        indices = table[step]
        images, labels = tf.gather(self._images, indices), tf.gather(self._labels, indices)
        with tf.GradientTape() as tape:
            predicted = self.model(images, training=True)
            each = keras.losses.sparse_categorical_crossentropy(labels, predicted)
            loss = tf.reduce_sum(each) / self.batch
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply(gradients, self.model.trainable_variables)
        found = tf.argmax(predicted, axis=1, output_type=tf.int32)
        return loss, tf.reduce_sum(tf.cast(found == labels, tf.float32))
