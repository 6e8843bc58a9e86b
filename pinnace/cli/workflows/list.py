"""``pinnace list``: workflows, as ``argo list`` prints them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from pinnace.cli import ages
from pinnace.cli.client import path_of
from pinnace.cli.connection import connect
from pinnace.cli.objects import forms
from pinnace.cli.options import (
    all_namespaces_option,
    field_selector_option,
    place_options,
    selector_option,
)
from pinnace.cli.spans import seconds_option
from pinnace.cli.tables import align, harmless
from pinnace.cli.workflows.following import ended
from pinnace.cli.workflows.tree import COLOURS, status_of
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.types import Object
from pinnace.workflows.constants import LABEL_COMPLETED, LABEL_PHASE, NodeType, Phase

_DONE = (Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR, Phase.SKIPPED, Phase.OMITTED)
_LONGEST = 50  # characters of a parameter's value


@click.command("list")
@place_options
@all_namespaces_option
@selector_option
@field_selector_option
@click.option("--status", default="", help="Only those, as in: Running,Failed.")
@click.option("--running", is_flag=True, help="Only those that have not ended.")
@click.option("--completed", is_flag=True, help="Only those that have ended.")
@click.option("--prefix", default="", help="Only names that begin so.")
@seconds_option("--since", help="Only those created within so long, as in 1h.")
@seconds_option("--older", help="Only those that ended longer ago than that.")
@click.option("--no-headers", is_flag=True, help="No first line.")
@click.option("-o", "--output", type=click.Choice(["name", "wide", "yaml", "json"]),
              help="wide: with nodes (pending/running/completed) and parameters.")  # fmt: skip
def list_(  # noqa: PLR0913 - an option of the command line each
    namespace: str, everywhere: bool, selector: str, fields: str, status: str, running: bool,
    completed: bool, prefix: str, since: float | None, older: float | None, no_headers: bool,
    output: str | None, **where: Any,
) -> None:  # fmt: skip
    """List workflows, the newest first.

    \b
    Example:
      pinnace list --running
      pinnace list --since 1h --status Failed,Error -o name
    """
    if running and completed:
        raise click.UsageError("--running and --completed exclude each other")
    terms = [selector] if selector else []
    terms += [f"{LABEL_PHASE} in ({status})"] if status else []
    terms += [f"{LABEL_COMPLETED}{'=' if completed else '!='}true"] if running or completed else []
    query = {"labelSelector": ",".join(terms), "fieldSelector": fields}
    with connect(**where) as client:
        place = None if everywhere else namespace or client.namespace
        asked = {key: value for key, value in query.items() if value}
        found = client.call("GET", path_of(WORKFLOWS, place), asked)["items"]
    now = SYSTEM_CLOCK.now()
    head = {"apiVersion": WORKFLOWS.api_version, "kind": WORKFLOWS.kind}
    shown = [
        {**head, **each}
        for each in found
        if each["metadata"]["name"].startswith(prefix) and _in_time(each, now, since, older)
    ]
    shown.sort(key=_order, reverse=True)
    _print(shown, output, now, everywhere=everywhere, headers=not no_headers)


def _in_time(workflow: Object, now: datetime, since: float | None, older: float | None) -> bool:
    created = ages.instant(workflow["metadata"]["creationTimestamp"])
    finished = ages.instant((workflow.get("status") or {}).get("finishedAt"))
    if since is not None and (created is None or created < now - timedelta(seconds=since)):
        return False
    return older is None or (finished is not None and finished < now - timedelta(seconds=older))


def _order(workflow: Object) -> tuple[bool, str, str, str]:
    """Order as argo: what runs before what has ended, then by end, start and name."""
    status = workflow.get("status") or {}
    return (not ended(workflow), str(status.get("finishedAt") or ""),
            str(status.get("startedAt") or ""), workflow["metadata"]["name"])  # fmt: skip


def _print(
    shown: Sequence[Object], output: str | None, now: datetime, *, everywhere: bool, headers: bool
) -> None:
    if output in ("yaml", "json"):
        click.echo(forms.document([forms.without_managers(each) for each in shown], output))
    elif not shown:
        click.echo("No workflows found", err=output == "name")
    elif output == "name":
        click.echo("\n".join(each["metadata"]["name"] for each in shown))
    else:
        wide = output == "wide"
        rows = [_row(each, now, wide=wide, everywhere=everywhere) for each in shown]
        head = [_header(wide=wide, everywhere=everywhere)] if headers else []
        click.echo("\n".join(line.rstrip() for line in align([*head, *rows])))


def _header(*, wide: bool, everywhere: bool) -> list[str]:
    return [*(["NAMESPACE"] if everywhere else []), "NAME", "STATUS", "AGE", "DURATION",
            "PRIORITY", "MESSAGE", *(["P/R/C", "PARAMETERS"] if wide else [])]  # fmt: skip


def _row(workflow: Object, now: datetime, *, wide: bool, everywhere: bool) -> list[str]:
    meta, spec, status = workflow["metadata"], workflow["spec"], workflow.get("status") or {}
    start, end = ages.instant(status.get("startedAt")), ages.instant(status.get("finishedAt"))
    phase = str(status.get("phase") or Phase.PENDING)
    row = [
        meta["name"],
        click.style(status_of(workflow), fg=COLOURS.get(phase)),
        ages.short(ages.instant(meta["creationTimestamp"]), now),
        ages.short(start, end or now) or "0s",
        str(spec.get("priority") or 0),
        harmless(str(status.get("message") or "").replace("\n", " ")),
    ]
    if wide:
        row += ["/".join(map(str, counts(status.get("nodes") or {}))), _parameters(spec)]
    return [meta["namespace"], *row] if everywhere else row


def counts(nodes: Object) -> tuple[int, int, int]:
    """Return how many pods are pending, running and completed."""
    phases = [node["phase"] for node in nodes.values() if node["type"] == NodeType.POD]
    done = sum(phase in _DONE for phase in phases)
    running = sum(phase == Phase.RUNNING for phase in phases)
    return len(phases) - done - running, running, done


def _parameters(spec: Object) -> str:
    found = (spec.get("arguments") or {}).get("parameters") or []
    return ",".join(
        f"{each['name']}={_cut(harmless(str(each['value'])))}" for each in found if "value" in each
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:32]}...{text[-15:]}"
