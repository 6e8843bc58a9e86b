"""What ``--wait``, ``--watch`` and ``--log`` do once a workflow has been started; exit codes."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import click

from pinnace.cli.client import Client
from pinnace.cli.objects import forms
from pinnace.cli.workflows.following import ended, find, follow, succeeded
from pinnace.cli.workflows.showing import show
from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

_PATIENCE = 2.0  # seconds before it is said what is waited for
_PERIOD = 0.5


@dataclass(frozen=True, kw_only=True)
class Afterwards:
    """What a person wants to see of what was started."""

    output: str | None = None
    wait: bool = False
    watch: bool = False
    log: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether the command ends only with the workflows."""
        return self.wait or self.watch or self.log


def afterwards_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-w/--wait``, ``--watch``, ``--log`` and ``-o``."""
    for option in (
        click.option("-o", "--output", type=click.Choice(["name", "wide", "yaml", "json"]),
                     help="What to print of the workflow."),
        click.option("--log", is_flag=True, help="Print its logs until it ends."),
        click.option("--watch", is_flag=True, help="Show its tree until it ends."),
        click.option("-w", "--wait", is_flag=True, help="Wait until it ends."),
    ):  # fmt: skip
        command = option(command)
    return command


def see_through(client: Client, workflows: Sequence[Object], wanted: Afterwards) -> None:
    """Print what was started, and follow it if asked to; then exits 1 unless all went well."""
    if len(workflows) > 1 and (wanted.watch or wanted.log):
        raise click.UsageError("--watch and --log follow one workflow")
    if wanted.output in ("name", "yaml", "json"):
        _print(workflows, wanted.output)
    elif not wanted.waits:
        _introduce(client, workflows, wide=wanted.output == "wide")
    if not wanted.waits:
        return
    seen = [_see(client, each, wanted) for each in workflows]
    sys.exit(0 if all(map(succeeded, seen)) else 1)


def _introduce(client: Client, workflows: Sequence[Object], *, wide: bool) -> None:
    for number, workflow in enumerate(workflows):
        if number:
            click.echo()
        show(client, workflow, wide=wide)


def _print(workflows: Sequence[Object], output: str) -> None:
    if output == "name":
        click.echo("\n".join(map(name_of, workflows)))
        return
    shown = [forms.without_managers(each) for each in workflows]
    click.echo(forms.document(shown[0] if len(shown) == 1 else forms.as_list(shown), output))


def _see(client: Client, workflow: Object, wanted: Afterwards) -> Object:
    if wanted.log:
        _log(client, workflow)
        meta = workflow["metadata"]
        workflow = find(client, meta["namespace"], meta["name"])
    if wanted.watch:
        return show(client, workflow, watch=True, wide=wanted.output == "wide")
    return wait_for(client, workflow, quiet=wanted.output is not None)


def _log(client: Client, workflow: Object) -> None:
    from pinnace.cli.objects.logs import print_lines  # noqa: PLC0415 - it imports this room
    from pinnace.cli.objects.podlogs import Asked, Logs, source_of  # noqa: PLC0415 - as above

    logs = Logs(client, source_of(WORKFLOWS, workflow), Asked())
    print_lines(logs.followed(), prefix=True)


def wait_for(
    client: Client, workflow: Object, *, timeout: float | None = None, quiet: bool = False
) -> Object:
    """Wait until a workflow has ended and tell so; raises Permanent after ``timeout`` seconds.

    What takes longer than two seconds tells of its progress on standard error.
    """
    began, told = monotonic(), ""
    for each in follow(client, workflow, _PERIOD):
        workflow = each
        spent, state = monotonic() - began, _state(workflow)
        if timeout is not None and spent > timeout:
            raise Permanent(f"workflow {name_of(workflow)} is {state} after {timeout:.0f} s")
        if spent > _PATIENCE and state != told and not ended(workflow):
            click.echo(f"waiting: {name_of(workflow)} {state}", err=True)
            told = state
    status = workflow["status"]
    if not quiet:
        click.echo(f"{name_of(workflow)} {status['phase']} at {status.get('finishedAt')}")
        if not succeeded(workflow) and status.get("message"):
            click.echo(status["message"], err=True)
    return workflow


def _state(workflow: Object) -> str:
    status = workflow.get("status") or {}
    words = (status.get("phase") or "Pending", status.get("progress") or "")
    return " ".join(word for word in words if word)
