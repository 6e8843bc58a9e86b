"""``pinnace down``: stop what one control plane started, and nothing else."""

from pathlib import Path
from time import monotonic, sleep

import click
import psutil

from pinnace.cli.options import state_option
from pinnace.objects.errors import Permanent
from pinnace.plane import processes
from pinnace.plane.state import StateFolder
from pinnace.pods import interrupt_leftovers

_TIMEOUT = 60.0


@click.command()
@state_option
def down(state: Path) -> None:
    """Stop the control plane of a state folder and everything it started; all state stays.

    Works after a crash too: what a killed control plane left running is found by its records.

    \b
    Example:
      pinnace down --state .pinnace
    """
    if not state.exists():
        click.echo(f"{state} does not exist: nothing runs")
        return
    folder = StateFolder.at(state)
    pid = folder.holder()
    if pid is not None:
        click.echo(f"stopping the control plane (pid {pid})", err=True)
        _stop(folder, pid)
    with folder.lock():
        left = processes.running(folder)
        processes.stop(folder, left)
        ended = interrupt_leftovers(folder.root)
    if pid is None and not left and not ended:
        click.echo("nothing runs")
    else:
        click.echo("stopped; `pinnace up` goes on where it was")


def _stop(folder: StateFolder, pid: int) -> None:
    """End the control plane and wait for its process: it lets go of the lock before it is gone."""
    try:
        process = psutil.Process(pid)
        process.terminate()
    except psutil.NoSuchProcess:
        return  # it ended in this instant
    deadline = monotonic() + _TIMEOUT
    while _runs(process):
        if monotonic() > deadline:
            raise Permanent(
                f"pid {pid} did not stop within {_TIMEOUT:.0f} s; its log: "
                f"{folder.logs / 'pinnace.log'}; end it with: kill -9 {pid}, then run this again"
            )
        sleep(0.05)  # another's child has no wake-up


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
