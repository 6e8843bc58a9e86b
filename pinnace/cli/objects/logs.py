"""``pinnace logs``: what containers print, of a pod or of all pods of something."""

import sys
from collections.abc import Iterable
from typing import Any

import click

from pinnace.cli.client import Client
from pinnace.cli.completing import complete_logged
from pinnace.cli.connection import connect
from pinnace.cli.kinds import Kinds
from pinnace.cli.objects.podlogs import Asked, Line, Logs, Source, source_of
from pinnace.cli.options import place_options, selector_option
from pinnace.cli.spans import seconds_option
from pinnace.cli.workflows.following import LATEST, find
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import PODS, TFJOBS, WORKFLOWS

_BARE = (PODS, WORKFLOWS, TFJOBS)  # what a name without a type may mean, in this order
_COLOURS = ("green", "yellow", "blue", "magenta", "cyan", "white")


@click.command()
@click.argument("what", default="", shell_complete=complete_logged, metavar="[TYPE/]NAME")
@click.argument("container_name", default="", metavar="[CONTAINER]")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come, until it has ended.")
@place_options
@selector_option
@click.option("-c", "--container", default="", help="By default the main one.")
@click.option("--all-containers", is_flag=True, help="Of init and side containers too.")
@click.option("--tail", type=int, default=-1, help="Only so many last lines of each log.")
@seconds_option("--since", help="Only of so long ago, as in 10m.")
@click.option("--since-time", default="", help="Only since an RFC 3339 time.")
@click.option("--timestamps", is_flag=True, help="The time before each line.")
@click.option("-p", "--previous", is_flag=True, help="Of the container before its restart.")
@click.option("--prefix/--no-prefix", default=None, help="Pod's name before each line "
              "[default: where there are several].")  # fmt: skip
def logs(  # noqa: PLR0913 - an option of the command line each
    what: str, container_name: str, follow: bool, namespace: str, selector: str, container: str,
    all_containers: bool, timestamps: bool, prefix: bool | None, tail: int, since: float | None,
    since_time: str, previous: bool, **where: Any,
) -> None:  # fmt: skip
    """Print logs of a pod, a workflow, a TFJob, a Job or a Deployment.

    A name alone is a pod's, else a workflow's (@latest: the newest), else a TFJob's.

    \b
    Example:
      pinnace logs -f wf/hello-x7k2p
      pinnace logs tfjob/mnist --tail 20
      pinnace logs hello-x7k2p-say-123 -c wait
    """
    if bool(what) == bool(selector):
        raise click.UsageError("name a pod, a workflow or TYPE/NAME, or select pods with -l")
    query = {"tailLines": str(tail) if tail >= 0 else "", "sinceTime": since_time,
             "sinceSeconds": "" if since is None else str(int(since)),
             "previous": "true" if previous else ""}  # fmt: skip
    asked = Asked(container=container or container_name, every_container=all_containers,
                  query={key: value for key, value in query.items() if value})  # fmt: skip
    with connect(**where) as client:
        source = _source(client, namespace or client.namespace, what, selector)
        found = Logs(client, source, asked)
        shown = source.several or all_containers if prefix is None else prefix
        print_lines(found.followed() if follow else found.present(),
                    prefix=shown, timestamps=timestamps, container=all_containers)  # fmt: skip


def _source(client: Client, namespace: str, what: str, selector: str) -> Source:
    if selector:
        return Source(namespace=namespace, query={"labelSelector": selector})
    if what == LATEST:
        return source_of(WORKFLOWS, find(client, namespace, what))
    called, slash, name = what.partition("/")
    if slash:
        (kind,) = Kinds(client).named(called)[:1]
        return source_of(kind, client.get(kind, namespace, name))
    for kind in _BARE:
        try:
            return source_of(kind, client.get(kind, namespace, what))
        except NotFound:
            continue
    raise Permanent(f"there is no pod, workflow or tfjob {what!r} in namespace {namespace}")


def print_lines(
    lines: Iterable[Line], *, prefix: bool, timestamps: bool = False, container: bool = False
) -> None:
    """Print lines as they come; bytes that are no UTF-8 stay what they are."""
    terminal = sys.stdout.isatty()
    for line in lines:
        if prefix:
            name = f"{line.pod}/{line.container}" if container else line.pod
            colour = _COLOURS[sum(map(ord, line.pod)) % len(_COLOURS)]
            click.echo(f"{click.style(name, fg=colour)}: ", nl=False)
        time = line.time + b" " if timestamps else b""
        click.echo(_harmless(time + line.text) if terminal else time + line.text)


def _harmless(text: bytes) -> bytes:
    """Leave out what could steer a person's terminal, but for colours."""
    return text.replace(b"\x1b]", b"^[]").replace(b"\x1bP", b"^[P")
