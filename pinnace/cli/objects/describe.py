"""``pinnace describe``: objects whole, with the events about them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client, path_of
from pinnace.cli.completing import complete_objects
from pinnace.cli.connection import connect
from pinnace.cli.kinds import Kinds
from pinnace.cli.objects.naming import read_names
from pinnace.cli.objects.prose import described
from pinnace.cli.options import (
    all_namespaces_option,
    filename_option,
    place_options,
    selector_option,
)
from pinnace.cli.workflows.following import called
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import EVENTS, Kind
from pinnace.objects.types import Object


@click.command()
@click.argument("what", nargs=-1, shell_complete=complete_objects, metavar="TYPE [NAME…]")
@filename_option
@place_options
@all_namespaces_option
@selector_option
@click.option("--show-events/--no-show-events", "events", default=True, help="The events too.")
def describe(
    what: Sequence[str],
    filenames: Sequence[Path],
    namespace: str,
    everywhere: bool,
    selector: str,
    events: bool,
    **where: Any,
) -> None:
    """Show objects with all their fields, and the events about them.

    A name that is no object's may be the beginning of several.

    \b
    Example:
      pinnace describe sensor train-on-push
      pinnace describe pods -l app=web
    """
    with connect(**where) as client:
        place = None if everywhere else namespace or client.namespace
        if filenames:
            found = _of_files(client, filenames, namespace)
        else:
            found = _found(client, what, place, selector)
        now = SYSTEM_CLOCK.now()
        told = [described(obj, _events(client, obj) if events else None, now) for obj in found]
    if told:
        click.echo("\n\n\n".join(told))
    else:
        click.echo("No resources found" + (f" in {place} namespace." if place else ""), err=True)


def _of_files(client: Client, paths: Sequence[Path], namespace: str) -> list[Object]:
    from pinnace.cli.objects.files import named_in  # noqa: PLC0415 - a name needs no YAML

    return [
        client.get(kind, namespace or place or client.namespace, name)
        for kind, place, name in named_in(client, paths)
    ]


def _found(client: Client, what: Sequence[str], place: str | None, selector: str) -> list[Object]:
    kinds = Kinds(client)
    found: list[Object] = []
    for named in read_names(what):
        for kind in kinds.named(named.kinds):
            where = place if kind.namespaced else None
            for name in named.names:
                found += _named(client, kind, where, called(client, kind, where, name))
            if not named.names:
                found += _all(client, kind, where, selector)
    return found


def _named(client: Client, kind: Kind, place: str | None, name: str) -> list[Object]:
    try:
        return [client.get(kind, place or "", name)]
    except NotFound:
        near = [obj for obj in _all(client, kind, place, "")
                if obj["metadata"]["name"].startswith(name)]  # fmt: skip
        if not near:
            raise
        return near


def _all(client: Client, kind: Kind, place: str | None, selector: str) -> list[Object]:
    head = {"apiVersion": kind.api_version, "kind": kind.kind}
    return [{**head, **obj} for obj in client.list(kind, place, labels=selector)]


def _events(client: Client, obj: Object) -> list[Object]:
    meta = obj["metadata"]
    chosen = {"involvedObject.name": meta["name"], "involvedObject.uid": meta["uid"]}
    query = {"fieldSelector": ",".join(f"{key}={value}" for key, value in chosen.items())}
    path = path_of(EVENTS, meta.get("namespace") or "default")
    found: list[Object] = client.call("GET", path, query)["items"]
    return found
