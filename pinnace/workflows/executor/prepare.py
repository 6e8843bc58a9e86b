"""``argoexec init``: the script and the input artifacts, before the user's container starts.

Mirrors ``StageFiles`` and ``LoadArtifacts`` of ``workflow/executor/executor.go``.
"""

import shutil
from pathlib import Path

from pinnace.workflows import constants as words
from pinnace.workflows.executor.archive import unpack_into
from pinnace.workflows.executor.artifacts import Artifact, Drivers
from pinnace.workflows.executor.context import ExecutorFailed, Surroundings, Told
from pinnace.workflows.pod_volumes import overlapping_mount
from pinnace.workflows.spec import artifacts, has_location, template_type


def prepare(ctx: Surroundings, told: Told, drivers: Drivers) -> None:
    """Stage the script, then load every input artifact; does it all anew when called again."""
    if template_type(told.template) == "script":
        _stage_script(ctx, str(told.template["script"].get("source") or ""))
    for artifact in artifacts(told.template.get("inputs")):
        _load(ctx, told, drivers, artifact)


def _stage_script(ctx: Surroundings, source: str) -> None:
    script = ctx.path(words.INIT, words.SCRIPT_PATH)
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(source)
    script.chmod(0o755)


def _load(ctx: Surroundings, told: Told, drivers: Drivers, artifact: Artifact) -> None:
    name = artifact["name"]
    if not has_location(artifact):
        if artifact.get("optional"):
            ctx.log(f"Ignoring optional input artifact {name}: it has no location")
            return
        raise ExecutorFailed(f"artifact {name}: required artifact location not supplied")
    target = _place(ctx, told, artifact)
    parcel = target.with_name(f".{target.name}.tmp")
    _remove(parcel)
    parcel.parent.mkdir(parents=True, exist_ok=True)
    ctx.log(f"Downloading artifact: {name}")
    if not drivers.load(artifact, parcel):
        if artifact.get("optional"):
            ctx.log(f"Ignoring optional input artifact {name}: it was not found")
            return
        raise ExecutorFailed(
            f"artifact {name} failed to load: {drivers.describe(artifact)} does not exist"
        )
    _remove(target)
    unpack_into(parcel, target, artifact)
    _set_mode(target, artifact)
    ctx.log(f"Successfully downloaded artifact {name} to {artifact.get('path', target.name)}")


def _place(ctx: Surroundings, told: Told, artifact: Artifact) -> Path:
    """Return where init sees the artifact: in a user's volume if its path lies in one."""
    path = artifact.get("path")
    if path and overlapping_mount(told.template, path) is not None:
        return ctx.path(words.INIT, words.MAIN_FILESYSTEM_DIR + path)
    return ctx.path(words.INIT, f"{words.INPUT_ARTIFACTS_DIR}/{artifact['name']}")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _set_mode(path: Path, artifact: Artifact) -> None:
    mode = artifact.get("mode")
    if mode is None:
        return
    path.chmod(int(mode) & 0o7777)
    if artifact.get("recurseMode") and path.is_dir():
        for each in path.rglob("*"):
            if not each.is_symlink():
                each.chmod(int(mode) & 0o7777)
