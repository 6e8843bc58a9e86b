"""Upstream's Sensor and EventSource examples, each with a name; they are not ours to ship."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pinnace.objects.types import Object

FOLDER = Path(__file__).parents[3].parent / "shared/upstream/argo-events/examples"
ABSENT = f"{FOLDER} is not on this machine"


def examples(kind: str) -> Iterator[tuple[str, Object]]:
    """Yield ``(file#number, object)``: the number is that of the document in its file."""
    for path in sorted([*FOLDER.rglob("*.yaml"), *FOLDER.rglob("*.yml")]):
        for number, document in enumerate(yaml.safe_load_all(path.read_text())):
            if isinstance(document, dict) and document.get("kind") == kind:
                yield f"{path.relative_to(FOLDER)}#{number}", document


def parametrized(kind: str) -> list[Any]:
    """Return the examples as parameters of a test; one that is skipped without them."""
    found = [pytest.param(name, obj, id=name) for name, obj in examples(kind)]
    return found or [pytest.param("", {}, marks=pytest.mark.skip(reason=ABSENT))]
