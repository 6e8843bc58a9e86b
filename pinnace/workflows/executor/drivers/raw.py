"""Artifacts whose content stands in the manifest."""

from pathlib import Path
from typing import Any

from pinnace.workflows.executor.context import ExecutorFailed


class RawDriver:
    """Writes the text of a raw artifact."""

    def load(self, place: dict[str, Any], target: Path) -> bool:
        """Write the data to the file."""
        target.write_text(str(place.get("data") or ""))
        return True

    def save(self, place: dict[str, Any], source: Path) -> None:
        """Raw artifacts are only ever read."""
        raise ExecutorFailed("raw output artifacts are not supported: raw is for inputs")
