"""``pinnace up``: run a control plane, in this terminal or beside it."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

import click

from pinnace.cli.options import state_option
from pinnace.objects.errors import Permanent
from pinnace.plane import record
from pinnace.plane.config import RUNTIMES, Settings, settings
from pinnace.plane.plane import ControlPlane
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder

_READY_TIMEOUT = 90.0
_LOG_TAIL = 15


@click.command()
@click.option(
    "-f", "--filename", "folders", multiple=True,
    type=click.Path(path_type=Path),
    help="Folder or file of manifests; may be repeated. Without it: eventsources, sensors, "
    "workflows.",
)  # fmt: skip
@state_option
@click.option("--runtime", type=click.Choice(RUNTIMES), help="How containers run (auto: try).")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the API; 0 takes a free one."
)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Address the API listens on; beyond loopback over TLS only.",
)
@click.option("--config", type=click.Path(path_type=Path), help="Settings (pinnace.yaml).")
@click.option("--detach", is_flag=True, help="Return once everything is ready.")
def up(  # noqa: PLR0913 - an option of the command line each
    folders: tuple[Path, ...],
    state: Path,
    runtime: str | None,
    port: int,
    address: str,
    config: Path | None,
    detach: bool,
) -> None:
    """Run the control plane; apply manifests, and again whenever they change.

    \b
    Example:
      pinnace up -f eventsources -f sensors -f workflows
      pinnace up --detach --state /var/tmp/second
    """
    chosen = settings(
        state=state, folders=folders, runtime=runtime, port=port, address=address, config=config
    )
    if detach:
        click.echo("starting the control plane", err=True)
        describe(start_detached(chosen, config))
        return
    run_here(chosen)


def run_here(chosen: Settings) -> None:
    """Run a control plane in this process until SIGINT or SIGTERM."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _log_to_stderr()
    plane = ControlPlane(chosen, progress=lambda what: logging.info("starting: %s", what))
    describe(plane.start())
    click.echo("running; stop with Ctrl-C or `pinnace down`", err=True)
    stopping.wait()
    click.echo("stopping; all state stays", err=True)
    plane.stop()


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("httpx", "watchdog", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def start_detached(chosen: Settings, config: Path | None = None) -> Record:
    """Start a control plane beside this process, or find it running; returns when it is ready.

    Raises Permanent with the end of its log when it can't start.
    """
    state = StateFolder.at(chosen.state)
    found = record.read(state)
    if found is not None:
        return found
    log_path = state.logs / "pinnace.log"
    with log_path.open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "pinnace", *_arguments(chosen, config)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    return _await(state, process, log_path, began)


def _arguments(chosen: Settings, config: Path | None) -> Sequence[str]:
    folders = [] if chosen.awaited else chosen.folders
    named = [text for folder in folders for text in ("-f", str(folder))]
    more = ["--config", str(config)] if config else []
    return ["up", "--state", str(chosen.state), "--runtime", chosen.runtime,
            "--port", str(chosen.port), "--address", chosen.address, *named, *more]  # fmt: skip


def _await(
    state: StateFolder, process: "subprocess.Popen[bytes]", log_path: Path, began: int
) -> Record:
    deadline = monotonic() + _READY_TIMEOUT
    while True:
        found = record.read(state)
        if found is not None:
            return found  # of this process, or of another that was started in the same moment
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            if monotonic() < deadline:
                continue
            process.terminate()
        if state.holder() not in (None, process.pid) and monotonic() < deadline:
            sleep(0.05)  # it gave way to another, whose lock has no wake-up
            continue
        tail = log_path.read_bytes()[began:].decode(errors="replace").splitlines()[-_LOG_TAIL:]
        raise Permanent(
            "the control plane did not start; the end of its log "
            f"({log_path}):\n  " + "\n  ".join(tail)
        )


def describe(found: Record) -> None:
    """Say what runs and how to reach it."""
    click.echo(f"Kubernetes API   {found.api}")
    click.echo(f"web page         {found.page}")
    click.echo(f"object store     http://{found.object_store}")
    click.echo(f"git push to      {found.git_push}")
    for warning in (*found.warnings, *found.manifest_warnings):
        click.secho(f"warning: {warning}", fg="yellow", err=True)
    for problem in found.problems:
        click.secho(f"refused: {problem}", fg="red", err=True)
