"""The three things that happen in the demo, each done as a user would do it.

Each returns how to recognise the Workflow that came of it.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from pinnace.objects.errors import Permanent
from pinnace.objects.types import Object
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder

_AUTHOR = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
}  # fmt: skip
_CONFIGURATION = """\
# How the digits model is trained; a push that changes this file trains with it.
model: cnn
epochs: {epochs}
batch-size: 256
learning-rate: 0.008
# pushed {when}
"""
_HYPER_PARAMETERS = {"epochs": 3, "batch-size": 192, "learning-rate": 0.008}


@dataclass(frozen=True, kw_only=True)
class Stimulus:
    """Something that happened, and how its Workflow is recognised."""

    source: str  # what a person would call it
    is_ours: Callable[[Object], bool]


def parameters(workflow: Object) -> Mapping[str, str]:
    """Return the arguments that a Workflow was submitted with."""
    arguments = (workflow.get("spec") or {}).get("arguments") or {}
    return {p["name"]: str(p.get("value", "")) for p in arguments.get("parameters") or []}


def push(state: StateFolder, record: Record, now: datetime) -> Stimulus:
    """Commit a changed configuration and push it to the bare repository."""
    with tempfile.TemporaryDirectory(prefix="pinnace-demo-") as folder:
        clone = Path(folder) / "digits"
        _git("clone", "--quiet", record.git_push, str(clone))
        text = _CONFIGURATION.format(epochs=3, when=now.isoformat())
        (clone / "training.yaml").write_text(text)
        _git("add", "training.yaml", cwd=clone)
        _git("commit", "--quiet", "-m", "Train with a larger batch", cwd=clone)
        commit = _git("rev-parse", "HEAD", cwd=clone).strip()
        _git("push", "--quiet", "origin", "HEAD:refs/heads/main", cwd=clone)
    return Stimulus(
        source=f"git push {commit[:10]}",
        is_ours=lambda workflow: parameters(workflow).get("revision") == commit,
    )


def upload(state: StateFolder, record: Record, now: datetime) -> Stimulus:
    """Upload a new version of the dataset with the ``minio`` client."""
    key = f"mnist/v{now.strftime('%Y%m%d%H%M%S')}.npz"
    uri = f"s3://datasets/{key}"
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": f"http://{record.object_store}",
        "AWS_ACCESS_KEY_ID": state.credential("s3-access-key"),
        "AWS_SECRET_ACCESS_KEY": state.credential("s3-secret-key"),
    }
    command = [sys.executable, "-m", "trainer", "datasets", "slice", "--to", uri]
    _run(command, environment)
    return Stimulus(
        source=f"upload {key}",
        is_ours=lambda workflow: parameters(workflow).get("dataset") == uri,
    )


def post(state: StateFolder, record: Record, now: datetime) -> Stimulus:
    """POST hyper-parameters to the webhook service."""
    url = f"{record.page}/hooks/training/train"
    token = state.credential("webhook-token")
    answer = httpx.post(
        url, json=_HYPER_PARAMETERS, headers={"Authorization": f"Bearer {token}"}, timeout=30.0
    )
    if answer.is_error:
        raise Permanent(f"POST {url} was answered {answer.status_code}: {answer.text[:300]}")
    delivery = answer.json()["delivery"]

    def is_ours(workflow: Object) -> bool:
        annotations = workflow["metadata"].get("annotations") or {}
        return bool(annotations.get("pinnace.dev/delivery") == delivery)

    return Stimulus(source="webhook POST /train", is_ours=is_ours)


#: In the order in which they happen.
STIMULI: tuple[Callable[[StateFolder, Record, datetime], Stimulus], ...] = (push, upload, post)


def _git(*arguments: str, cwd: Path | None = None) -> str:
    command = ["git", *(["-C", str(cwd)] if cwd else []), *arguments]
    return _run(command, {**os.environ, **_AUTHOR})


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=dict(environment)
    )
    if done.returncode:
        raise Permanent(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done.stdout
