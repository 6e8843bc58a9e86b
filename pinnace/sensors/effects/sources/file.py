"""An object in a file of this machine: only below folders that the settings allow."""

import os
from pathlib import Path

from pinnace.sensors.effects.edge import Edge
from pinnace.sensors.effects.sources.request import LIMIT, Request


def read(request: Request, edge: Edge) -> bytes:
    """Return the file's content; raises Invalid."""
    asked = request.text("path")
    path = Path(os.path.realpath(asked))  # where links lead counts
    allowed = [Path(os.path.realpath(folder)) for folder in edge.reach.folders]
    if not os.path.isabs(asked) or not any(path.is_relative_to(folder) for folder in allowed):
        raise request.refuse(
            "", found=asked, expected="a file below a folder that the settings allow",
            fix="allow it with `hostPaths: [FOLDER]` in pinnace.yaml, or use a configmap source",
        )  # fmt: skip
    if not path.is_file():
        raise request.refuse("", expected="a file", found=f"nothing at {asked}")
    try:
        with path.open("rb") as file:
            return file.read(LIMIT + 1)
    except OSError as error:
        raise request.refuse(f"{asked} can't be read: {error.strerror}") from error
