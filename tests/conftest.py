"""What holds for all tests, and fixtures that many share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pinnace.store import Store

pytest_plugins = ["tests.hanging"]

# The same cases in each run, however busy the machine is. Fresh ones are the oracle's business.
settings.register_profile(
    "suite", derandomize=True, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
settings.load_profile("suite")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a real file."""
    with Store.open(tmp_path / "pinnace.db") as opened:
        yield opened
