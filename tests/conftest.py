"""Fixtures that many tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pinnace.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a real file."""
    with Store.open(tmp_path / "pinnace.db") as opened:
        yield opened
