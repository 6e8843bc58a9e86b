"""The whole MNIST through Keras, which downloads it once and keeps it in its cache."""

from __future__ import annotations

import keras

from trainer.datasets.layout import Dataset
from trainer.errors import Unreachable


def fetch_mnist() -> Dataset:
    """Download (or take from Keras' cache) all 70,000 images."""
    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises a bare Exception when offline
        raise Unreachable(
            f"MNIST: could not be downloaded ({error}); connect to the network, or use the "
            "packaged sample: sample://mnist"
        ) from error
    return Dataset(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
