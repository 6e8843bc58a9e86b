"""``pinnace cron``: CronWorkflows, as ``argo cron`` shows and changes them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from pinnace.cli import ages
from pinnace.cli.client import path_of
from pinnace.cli.completing import complete_cron
from pinnace.cli.connection import connect
from pinnace.cli.objects import forms
from pinnace.cli.options import all_namespaces_option, place_options, selector_option
from pinnace.cli.tables import table
from pinnace.objects import manifests
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CRON_WORKFLOWS
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.cron.spec import read_spec
from pinnace.workflows.problems import Problem

_HEADER = ("NAME", "AGE", "LAST RUN", "NEXT RUN", "SCHEDULES", "TIMEZONE", "SUSPENDED")
_names = click.argument("names", nargs=-1, required=True, metavar="NAME…",
                        shell_complete=complete_cron)  # fmt: skip
_output = click.option("-o", "--output", type=click.Choice(["name", "wide", "yaml", "json"]),
                       help="Another form than the text for people.")  # fmt: skip


@click.group()
def cron() -> None:
    """CronWorkflows: when they ran and will run; suspend and resume them.

    To make, change, remove or start one: pinnace apply, delete, submit --from cronwf/NAME.

    \b
    Example:
      pinnace cron list
      pinnace cron next nightly -c 5
    """


@cron.command("list")
@place_options
@all_namespaces_option
@selector_option
@_output
def list_(
    namespace: str, everywhere: bool, selector: str, output: str | None, **where: Any
) -> None:
    """List CronWorkflows with their last and next run.

    \b
    Example:
      pinnace cron list -A
    """
    with connect(**where) as client:
        place = None if everywhere else namespace or client.namespace
        query = {"labelSelector": selector} if selector else {}
        found = client.call("GET", path_of(CRON_WORKFLOWS, place), query)["items"]
    if output in ("yaml", "json"):
        click.echo(forms.document([forms.without_managers(each) for each in found], output))
    elif not found:
        click.echo("No cron workflows found", err=True)
    elif output == "name":
        click.echo("\n".join(map(name_of, found)))
    else:
        now = SYSTEM_CLOCK.now()
        head = ("NAMESPACE", *_HEADER) if everywhere else _HEADER
        rows = [_row(each, now) for each in found]
        places = [[each["metadata"]["namespace"]] if everywhere else [] for each in found]
        click.echo(table([[*at, *row] for at, row in zip(places, rows, strict=True)], head))


def _row(obj: Object, now: datetime) -> tuple[str, ...]:
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    following = next(upcoming(obj, now), None)
    last = ages.instant(status.get("lastScheduledTime"))
    return (
        meta["name"],
        ages.short(ages.instant(meta["creationTimestamp"]), now),
        ages.short(last, now) or "N/A",
        ages.short(now, following) or "N/A",
        ",".join(spec.get("schedules") or []),
        spec.get("timezone") or "",
        "true" if spec.get("suspend") else "false",
    )


@cron.command()
@_names
@place_options
@_output
def get(names: Sequence[str], namespace: str, output: str | None, **where: Any) -> None:
    """Show CronWorkflows: schedules, last and next run, what runs now.

    \b
    Example:
      pinnace cron get nightly
    """
    with connect(**where) as client:
        place = namespace or client.namespace
        found = [client.get(CRON_WORKFLOWS, place, name) for name in names]
    for number, obj in enumerate(found):
        if output == "name":
            click.echo(name_of(obj))
        elif output in ("yaml", "json"):
            click.echo(forms.document(forms.without_managers(obj), output))
        else:
            lines = [f"{title + ':':<30} {value}".rstrip() for title, value in _page(obj)]
            click.echo("\n" * bool(number) + "\n".join(lines))


def _page(obj: Object) -> Iterator[tuple[str, Any]]:
    now = SYSTEM_CLOCK.now()
    meta, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    yield "Name", meta["name"]
    yield "Namespace", meta["namespace"]
    yield "Created", ages.moment(meta["creationTimestamp"], now)
    yield "Schedules", ",".join(spec.get("schedules") or [])
    yield "Suspended", "true" if spec.get("suspend") else "false"
    for title, field in (("Timezone", "timezone"), ("ConcurrencyPolicy", "concurrencyPolicy"),
                         ("StartingDeadlineSeconds", "startingDeadlineSeconds")):  # fmt: skip
        if spec.get(field) is not None:
            yield title, spec[field]
    if status.get("lastScheduledTime"):
        yield "LastScheduledTime", ages.moment(status["lastScheduledTime"], now)
    following = next(upcoming(obj, now), None)
    if following is not None:
        yield "NextScheduledTime", ages.moment(following.isoformat(), now)
    active = [each.get("name", "") for each in status.get("active") or []]
    if active:
        yield "Active Workflows", ", ".join(active)
    for each in status.get("conditions") or []:
        yield each["type"], each.get("message") or each.get("status")


@cron.command()
@_names
@place_options
def suspend(names: Sequence[str], namespace: str, **where: Any) -> None:
    """Run nothing more until it is resumed.

    \b
    Example:
      pinnace cron suspend nightly
    """
    _set(names, namespace, "suspended", suspended=True, **where)


@cron.command()
@_names
@place_options
def resume(names: Sequence[str], namespace: str, **where: Any) -> None:
    """Run at the scheduled times again.

    \b
    Example:
      pinnace cron resume nightly
    """
    _set(names, namespace, "resumed", suspended=False, **where)


def _set(names: Sequence[str], namespace: str, done: str, *, suspended: bool, **where: Any) -> None:
    with connect(**where) as client:
        place = namespace or client.namespace
        for name in names:
            client.change(
                CRON_WORKFLOWS, place, name,
                lambda old: {**old, "spec": {**old["spec"], "suspend": suspended}},
            )  # fmt: skip
            click.echo(f"CronWorkflow '{name}' {done}")


@cron.command("next", short_help="Print the next times one runs at.")
@click.argument("name", default="", shell_complete=complete_cron)
@click.option("-f", "--filename", type=click.Path(exists=True, path_type=Path),
              help="The CronWorkflows of a file or folder, with nothing running.")  # fmt: skip
@click.option("-c", "--count", default=3, show_default=True, help="How many times.")
@place_options
def next_(name: str, filename: Path | None, count: int, namespace: str, **where: Any) -> None:
    """Print the next times a CronWorkflow runs at, in its own time zone.

    \b
    Example:
      pinnace cron next nightly -c 5
      pinnace cron next -f workflows/nightly.yaml
    """
    if bool(name) == bool(filename):
        raise click.UsageError("name a CronWorkflow, or a file with -f")
    if filename is not None:
        found = _of_file(filename)
    else:
        with connect(**where) as client:
            found = [client.get(CRON_WORKFLOWS, namespace or client.namespace, name)]
    now = SYSTEM_CLOCK.now()
    rows = []
    for obj in found:
        if obj["spec"].get("suspend"):
            click.echo(f"{name_of(obj)} is suspended: it runs at none of these times", err=True)
        times, zone = upcoming(obj, now), ZoneInfo(obj["spec"].get("timezone") or "UTC")
        for at in (time for _, time in zip(range(count), times, strict=False)):
            left = f"in {ages.long((at - now).total_seconds())}"
            rows.append((name_of(obj), at.astimezone(zone).isoformat(), left))
    click.echo(table(rows, ("NAME", "TIME", "FROM NOW")))


def _of_file(path: Path) -> list[Object]:
    loaded = manifests.load(path)
    for problem in loaded.problems:
        raise problem
    found = [each for each in loaded.objects if each.object["kind"] == CRON_WORKFLOWS.kind]
    for each in found:
        try:
            read_spec(each.object)
        except Problem as problem:
            raise Invalid(str(problem), file=str(each.file), line=each.line_of("spec")) from None
    if not found:
        raise Invalid(file=str(path), expected="a CronWorkflow", found="none")
    return [each.object for each in found]


def upcoming(obj: Object, now: datetime) -> Iterator[datetime]:
    """Yield the next times of all schedules, each once; none for a spec that can't be read."""
    try:
        schedules = read_spec(obj).schedules
    except Problem:
        return
    at: datetime | None = now
    while at is not None:
        after = at
        following = [each.next(after) for each in schedules]
        at = min((each for each in following if each is not None), default=None)
        if at is not None:
            yield at
