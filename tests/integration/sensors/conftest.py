"""A running Sensor controller on an empty store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.sensors.scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Scene(tmp_path / "store.db") as running:
        yield running
