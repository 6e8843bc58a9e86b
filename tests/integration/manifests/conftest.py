"""Rendering with the real kubectl, once per overlay, and upstream's schemas where they are."""

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kubectl import program

ROOT = Path(__file__).parents[3]
UPSTREAM = ROOT.parent / "shared" / "upstream"
OVERLAYS = ("k3d", "production")


@functools.cache
def rendered(overlay: str) -> tuple[dict[str, Any], ...]:
    done = subprocess.run(
        [program(), "kustomize", str(ROOT / "manifests" / "overlays" / overlay)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))


@functools.cache
def schema_file(name: str) -> Any:
    file = UPSTREAM / name
    if not file.exists():
        pytest.skip(f"upstream's schemas are not here ({file})")
    return (
        json.loads(file.read_text()) if name.endswith(".json") else yaml.safe_load(file.read_text())
    )


@pytest.fixture(params=OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def objects(overlay: str) -> tuple[dict[str, Any], ...]:
    return rendered(overlay)
