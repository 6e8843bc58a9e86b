"""Takes one file and the commit's id out of a checked-out repository into the run.

From: the git artifact that the workflow put into a folder. To: `source.json` and
`source/config.yaml`, which `configure` and `publish` read.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from trainer.environment import Environment
from trainer.errors import Invalid, Missing
from trainer.runs import SOURCE, SOURCE_CONFIG, Run

LIMIT = 64 * 1024


def run(options: argparse.Namespace, environment: Environment) -> None:
    """Write what later steps need of the commit."""
    target = Run.open(options.run, environment.object_store)
    root = Path(options.source)
    if options.config_path:
        target.folder.write(SOURCE_CONFIG, read_inside(root, options.config_path))
    else:
        target.folder.delete(SOURCE_CONFIG)
    commit = head(root)
    target.write(
        SOURCE,
        {
            "repo": options.repo,
            "revision": options.revision,
            "commit": commit,
            "config-path": options.config_path,
        },
    )
    print(f"checkout: commit {commit or 'unknown'}, configuration {options.config_path or 'none'}")


def read_inside(root: Path, path: str) -> bytes:
    """A small file of the repository; never one outside it, through `..` or a link."""
    root = root.resolve()
    file = (root / path).resolve()
    if not file.is_relative_to(root):
        expected = "a path inside the repository"
        raise Invalid(where="config-path", field=path, expected=expected, found=str(file))
    if not file.is_file():
        there = ", ".join(sorted(p.name for p in root.glob("*.yaml"))) or "no *.yaml at the top"
        raise Missing(f"{path} in the commit", fix=f"add it, or set config-path; found {there}")
    if file.stat().st_size > LIMIT:
        found = f"{file.stat().st_size:,} bytes"
        raise Invalid(where=path, field="size", expected=f"at most {LIMIT:,} bytes", found=found)
    return file.read_bytes()


def head(root: Path) -> str:
    """The checked-out commit's id, read without git; empty when it isn't to be found."""
    git = root / ".git"
    try:
        text = (git / "HEAD").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if not text.startswith("ref: "):
        return text
    name = text.removeprefix("ref: ")
    if (git / name).is_file():
        return (git / name).read_text().strip()
    packed = git / "packed-refs"
    lines = packed.read_text().splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), "")
