"""Claims the next integer version of a model, safely when many publish at once.

A version is the folder `<name>/<version>/` (TF Serving's layout). Whoever creates its `claim.json`
first owns it; the object store settles the race (a conditional PUT, or a hard link in a folder).
A claim names its run, so a run that publishes again finds the version it had.
"""

from __future__ import annotations

import json

from trainer.errors import TrainerError
from trainer.runs import PUBLICATION, Run, encode
from trainer.storage import Folder

CLAIM = "claim.json"
CARD = "card.json"
ATTEMPTS = 1000


def claim(models: Folder, name: str, run: Run) -> int:
    """This run's version of the model: the one it has, or a new one."""
    recorded = run.find(PUBLICATION)
    if recorded is not None and recorded["models"] == models.uri and recorded["name"] == name:
        return int(recorded["version"])
    version = _unfinished(models, name, run) or _next(models, name, run)
    run.write(PUBLICATION, {"models": models.uri, "name": name, "version": version})
    return version


def versions(models: Folder, name: str) -> list[int]:
    """All claimed versions, in order."""
    return sorted(int(folder) for folder in models.folders(f"{name}/") if folder.isdigit())


def _unfinished(models: Folder, name: str, run: Run) -> int | None:
    """A version that this run claimed just before it was killed: claimed, recorded nowhere.

    A version with a card is finished and recorded, so only the few without one are looked into.
    """
    keys = set(models.keys(f"{name}/"))
    for version in versions(models, name):
        key = f"{name}/{version}/{CLAIM}"
        if key not in keys or f"{name}/{version}/{CARD}" in keys:
            continue
        if json.loads(models.read(key).data).get("run") == run.uri:
            return version
    return None


def _next(models: Folder, name: str, run: Run) -> int:
    version = max(versions(models, name), default=0)
    for _ in range(ATTEMPTS):
        version += 1
        if models.create(f"{name}/{version}/{CLAIM}", encode({"run": run.uri})):
            return version
    raise TrainerError(
        f"{models.uri}/{name}: expected a free version within {ATTEMPTS} attempts; all of them up "
        f"to {version} are taken; publish again"
    )
