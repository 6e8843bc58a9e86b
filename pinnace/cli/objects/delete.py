"""``pinnace delete``: objects by name, by label or as files name them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import click

from pinnace.cli.client import Client, path_of
from pinnace.cli.completing import complete_objects
from pinnace.cli.connection import connect
from pinnace.cli.kinds import Kinds, reference
from pinnace.cli.objects.naming import read_names
from pinnace.cli.options import (
    all_namespaces_option,
    field_selector_option,
    filename_option,
    place_options,
    selector_option,
)
from pinnace.cli.workflows.following import called
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import Kind

_CASCADES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}
_PATIENCE = 2.0  # seconds before it is said what is waited for

Target = tuple[Kind, str, str]  # kind, namespace, name


@click.command()
@click.argument("what", nargs=-1, shell_complete=complete_objects, metavar="[TYPE [NAME…]]")
@filename_option
@place_options
@all_namespaces_option
@selector_option
@field_selector_option
@click.option("--all", "everything", is_flag=True, help="All objects of the kind.")
@click.option("--cascade", type=click.Choice(tuple(_CASCADES)), default="background",
              show_default=True, help="What becomes of dependents.")  # fmt: skip
@click.option("--grace-period", "grace", type=int, default=-1, help="Seconds that pods get.")
@click.option("--now", is_flag=True, help="As --grace-period 1.")
@click.option("--force", is_flag=True, help="As --grace-period 0.")
@click.option("--ignore-not-found", "lenient", is_flag=True, help="What isn't there is no error.")
@click.option("--wait/--no-wait", default=True, help="Wait until they are gone.  [default: wait]")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait at most.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be deleted.")
def delete(  # noqa: PLR0913 - an option of the command line each
    what: Sequence[str], filenames: Sequence[Path], namespace: str, everywhere: bool,
    selector: str, fields: str, everything: bool, cascade: str, grace: int, now: bool, force: bool,
    lenient: bool, wait: bool, timeout: float, dry_run: bool, **where: Any,
) -> None:  # fmt: skip
    """Delete objects and what they own.

    \b
    Example:
      pinnace delete wf hello-x7k2p
      pinnace delete pods -l app=web --now
      pinnace delete -f workflows/
    """
    if bool(what) == bool(filenames):
        raise click.UsageError("name objects, or files with -f")
    query = {k: v for k, v in (("labelSelector", selector), ("fieldSelector", fields)) if v}
    options: dict[str, Any] = {"propagationPolicy": _CASCADES[cascade]}
    seconds = 0 if force else 1 if now else grace
    if seconds >= 0:
        options["gracePeriodSeconds"] = seconds
    if dry_run:
        options["dryRun"] = ["All"]
    with connect(**where) as client:
        place = None if everywhere else namespace or client.namespace
        if filenames:
            targets = _of_files(client, filenames, namespace)
        else:
            targets = list(_named(client, what, place, query, everything))
        gone = [each for each in targets if _delete(client, each, options, lenient)]
        if not targets:
            click.echo("No resources found", err=True)
        if wait and not dry_run and cascade != "orphan":
            _await(client, gone, timeout)


def _of_files(client: Client, paths: Sequence[Path], namespace: str) -> list[Target]:
    from pinnace.cli.objects.files import OTHERS_NEED, named_in  # noqa: PLC0415 - YAML is slow

    found = [
        (kind, namespace or place or client.namespace, name)
        for kind, place, name in named_in(client, paths)
    ]
    return sorted(reversed(found), key=lambda each: each[0] in OTHERS_NEED)


def _named(
    client: Client, what: Sequence[str], place: str | None, query: Mapping[str, str], all_: bool
) -> Iterator[Target]:
    kinds = Kinds(client)
    for named in read_names(what):
        for kind in kinds.named(named.kinds):
            if named.names and (all_ or query or place is None and kind.namespaced):
                raise click.UsageError("names, and --all, -A or selectors, exclude each other")
            for name in named.names:
                yield kind, place or "", called(client, kind, place, name)
            if named.names:
                continue
            if not (all_ or query):
                raise click.UsageError(
                    f"which {kind.plural}? Name them, select with -l, or say --all"
                )
            for obj in client.call("GET", path_of(kind, place), query)["items"]:
                meta = obj["metadata"]
                yield kind, meta.get("namespace", ""), meta["name"]


def _delete(client: Client, target: Target, options: Mapping[str, Any], lenient: bool) -> bool:
    kind, place, name = target
    try:
        client.call("DELETE", path_of(kind, place, name), {}, options)
    except NotFound:
        if lenient:
            return False
        raise
    group = f".{kind.group}" if kind.group else ""
    suffix = " (dry run)" if options.get("dryRun") else ""
    verb = "force deleted" if options.get("gracePeriodSeconds") == 0 else "deleted"
    click.echo(f'{kind.kind.lower()}{group} "{name}" {verb}{suffix}')
    return True


def _await(client: Client, targets: Sequence[Target], timeout: float) -> None:
    """Wait until all are gone; says after a moment what it waits for."""
    began, told = monotonic(), False
    pause = 0.02
    for kind, place, name in targets:
        while _is_there(client, kind, place, name):
            waited = monotonic() - began
            if waited > timeout:
                raise Permanent(f"{reference(kind, name)} is still there after {timeout:.0f} s; "
                                "its finalizers or its pods hold it")  # fmt: skip
            if waited > _PATIENCE and not told:
                click.echo(f"waiting until {reference(kind, name)} is gone", err=True)
                told = True
            sleep(pause)
            pause = min(pause * 1.5, 0.5)


def _is_there(client: Client, kind: Kind, place: str, name: str) -> bool:
    try:
        found = client.get(kind, place, name)
    except NotFound:
        return False
    return bool(found["metadata"].get("deletionTimestamp"))
