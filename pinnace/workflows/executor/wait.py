"""``argoexec wait``: what the user's container leaves, after it has ended.

Output parameters from files, the result from standard output, artifacts into their repository, all
reported as a WorkflowTaskResult. Mirrors ``workflow/executor/executor.go`` and ``wait.go``.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pinnace.objects.errors import PinnaceError
from pinnace.store import Store
from pinnace.workflows import constants as words
from pinnace.workflows.executor.archive import archive_kind, file_name, pack
from pinnace.workflows.executor.artifacts import Artifact, Drivers
from pinnace.workflows.executor.context import ExecutorFailed, Surroundings, Told
from pinnace.workflows.executor.report import report
from pinnace.workflows.progress import parse_progress
from pinnace.workflows.spec import artifacts, parameters, text

MOST_RESULT = 256 * 1024
_MOST_PARAMETER = 1024 * 1024


def wait(store: Store, ctx: Surroundings, told: Told, drivers: Drivers) -> None:
    """Wait for main, end the sidecars, collect and report; fails after reporting what it could."""
    ctx.wait_for(words.MAIN)
    for container in ctx.pod["spec"]["containers"]:
        if container["name"] not in (words.MAIN, words.WAIT):
            ctx.kill(container["name"])
    outputs: dict[str, Any] = {}
    problems: list[str] = []
    for part, collect in (
        ("result", lambda: _result(ctx, told)),
        ("parameters", lambda: _parameters(ctx, told)),
        ("artifacts", lambda: _artifacts(ctx, told, drivers)),
    ):
        try:
            found = collect()
            if found:
                outputs[part] = found
        except PinnaceError as problem:
            problems.append(str(problem))
    if told.include_result:
        outputs.setdefault("result", "")
    report(store, told, outputs, progress=_progress(ctx))
    if problems:
        raise ExecutorFailed("; ".join(problems))


# -- the result -----------------------------------------------------------------------------------


def _result(ctx: Surroundings, told: Told) -> str:
    if not told.include_result:
        return ""
    return trimmed(tail(ctx.stdout(words.MAIN), MOST_RESULT).decode(errors="replace"))


def tail(chunks: Iterable[bytes], most: int) -> bytes:
    """Return the last bytes of a stream, without keeping more than twice as many."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        if len(kept) > 2 * most:
            kept = kept[-most:]
    return kept[-most:]


def trimmed(value: str) -> str:
    """Drop one newline at the end, as a shell's ``$(…)`` nearly does."""
    return value.removesuffix("\n").removesuffix("\r")


# -- parameters -----------------------------------------------------------------------------------


def _parameters(ctx: Surroundings, told: Told) -> list[dict[str, Any]]:
    return [_parameter(ctx, each) for each in parameters(told.template.get("outputs"))]


def _parameter(ctx: Surroundings, parameter: dict[str, Any]) -> dict[str, Any]:
    source = parameter.get("valueFrom") or {}
    path = source.get("path")
    if not path:
        return parameter
    file = ctx.path(words.MAIN, path)
    if file.is_file():
        if file.stat().st_size > _MOST_PARAMETER:
            raise ExecutorFailed(
                f"output parameter {parameter['name']}: {path} is larger than {_MOST_PARAMETER} "
                "bytes; use an artifact"
            )
        return {**parameter, "value": trimmed(file.read_text(errors="replace"))}
    if source.get("default") is not None:
        return {**parameter, "value": text(source["default"])}
    raise ExecutorFailed(
        f"output parameter {parameter['name']}: cannot read {path} in container main: "
        "no such file; write it, or give valueFrom a default"
    )


# -- artifacts ------------------------------------------------------------------------------------


def _artifacts(ctx: Surroundings, told: Told, drivers: Drivers) -> list[Artifact]:
    kept = [_save(ctx, drivers, each) for each in artifacts(told.template.get("outputs"))]
    location = told.template.get("archiveLocation") or {}
    if location.get("archiveLogs"):
        kept.append(_save_logs(ctx, drivers))
    return [each for each in kept if each is not None]


def _save(ctx: Surroundings, drivers: Drivers, artifact: Artifact) -> Artifact | None:
    path = artifact["path"]
    source = ctx.path(words.MAIN, path)
    if not source.exists():
        if artifact.get("optional"):
            ctx.log(f"Ignoring optional output artifact {artifact['name']}: {path} does not exist")
            return None
        raise ExecutorFailed(
            f"output artifact {artifact['name']}: {path} does not exist in container main; "
            "write it, or mark the artifact optional"
        )
    ctx.log(f"Saving artifact {artifact['name']} from {path}")
    if archive_kind(artifact) == "none":
        return drivers.save(artifact, source, file_name(artifact))
    with tempfile.TemporaryDirectory(prefix="pinnace-artifact-") as folder:
        parcel = Path(folder) / file_name(artifact)
        pack(source, parcel, artifact)
        return drivers.save(artifact, parcel, parcel.name)


def _save_logs(ctx: Surroundings, drivers: Drivers) -> Artifact:
    with tempfile.TemporaryDirectory(prefix="pinnace-logs-") as folder:
        file = Path(folder) / "main.log"
        with file.open("wb") as log:
            for chunk in ctx.stdout(words.MAIN):
                log.write(chunk)
        return drivers.save({"name": "main-logs"}, file, file.name)


def _progress(ctx: Surroundings) -> str | None:
    """Return the last line of the progress file, if the container kept one."""
    file = ctx.path(words.MAIN, words.PROGRESS_PATH)
    if not file.is_file() or file.stat().st_size > _MOST_PARAMETER:
        return None
    lines = file.read_text(errors="replace").split()
    return lines[-1] if lines and parse_progress(lines[-1]) else None
