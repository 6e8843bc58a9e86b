"""Small datasets, and ways to break them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

Arrays = dict[str, Any]


def arrays(**changes: Any) -> Arrays:
    """Twenty training and ten test images, with some arrays exchanged; None leaves one out."""
    rng = np.random.default_rng(1)
    whole: Arrays = {
        "x_train": rng.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        "y_train": np.arange(20, dtype=np.uint8) % 10,
        "x_test": rng.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def npz(**changes: Any) -> bytes:
    """The same as the bytes of an npz, as numpy writes it."""
    target = io.BytesIO()
    np.savez_compressed(target, **arrays(**changes))
    return target.getvalue()
