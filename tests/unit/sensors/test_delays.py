"""How long a retry waits."""

import pytest

from pinnace.sensors.durations import delay
from pinnace.sensors.spec import Backoff


@pytest.mark.parametrize(
    ("backoff", "attempts", "seconds"),
    [
        (Backoff(), 1, None),
        (Backoff(steps=3, duration=2), 1, 2.0),
        (Backoff(steps=3, duration=2), 2, 2.0),
        (Backoff(steps=3, duration=2), 3, None),
        (Backoff(steps=9, duration=1, factor=2), 4, 8.0),
        (Backoff(steps=9, duration=1, factor=2, jitter=0.5), 2, 2.5),
        (Backoff(steps=9, duration=1, factor=0), 4, 1.0),
    ],
)
def test_delay(backoff: Backoff, attempts: int, seconds: float | None) -> None:
    assert delay(backoff, attempts, 0.5) == seconds
