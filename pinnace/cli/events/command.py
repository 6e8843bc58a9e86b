"""The sub-commands of ``pinnace events``."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from pinnace.cli.connection import connect
from pinnace.cli.events import printing
from pinnace.cli.options import output_option, state_option
from pinnace.cli.tables import table
from pinnace.objects import yamls

ROOT = "/pinnace/v1"
_BATCH = 1_000_000  # bytes of JSON lines in one request of an import


@click.group()
def events() -> None:
    """Look at the journal: every event, what it fired, what was refused or waits.

    \b
    Example:
      pinnace events list --since 1h
      pinnace events tail --source github
      pinnace events export > events.jsonl
    """


def _chosen(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose events."""
    for option in (
        click.option("--until", default="", help="Up to then: how long ago, or an RFC 3339 time."),
        click.option("--since", default="", help="From then on: how long ago, or a time."),
        click.option("--event", "subject", default="", help="Name of the event in its source."),
        click.option("--source", default="", help="Name of the EventSource."),
        click.option("-n", "--namespace", default="", help="All namespaces by default."),
        state_option,
    ):
        command = option(command)
    return command


def query_of(**given: str) -> dict[str, str]:
    """Return the query parameters that were given."""
    return {name: value for name, value in given.items() if value}


@events.command("list", short_help="List events, newest first.")
@_chosen
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@output_option
def list_(state: Path, limit: int, output: str | None, **chosen: str) -> None:
    """List events, newest first, with what each fired.

    \b
    Example:
      pinnace events list --since 1h --source github
    """
    with connect(state, None, "") as client:
        query = {**query_of(**chosen), "limit": str(limit)}
        told = client.call("GET", f"{ROOT}/events", query)
    _show(told["items"], printing.EVENT_HEADER, printing.event_row, output)


@events.command(short_help="Show one event whole.")
@click.argument("event")
@state_option
@output_option
def show(event: str, state: Path, output: str | None) -> None:
    """Show one event whole: context, data and what it fired. The id's beginning is enough.

    \b
    Example:
      pinnace events show 3f0c1d -o json
    """
    with connect(state, None, "") as client:
        told = client.call("GET", f"{ROOT}/events/{event}")
    click.echo(_document(told, output or "yaml"), nl=False)


@events.command(short_help="Follow events as they come.")
@_chosen
@click.option("-o", "--output", type=click.Choice(["json"]), help="CloudEvents, one a line.")
def tail(state: Path, output: str | None, **chosen: str) -> None:
    """Follow events as they come (with --since, from then on) until Ctrl-C.

    \b
    Example:
      pinnace events tail --source github
    """
    with connect(state, None, "") as client:
        for line in client.lines(f"{ROOT}/events", {**query_of(**chosen), "watch": "true"}):
            if output:
                click.echo(line)
                continue
            event = orjson.loads(line)
            place = f"{event['source']}/{event['subject']} ({event['type']})"
            click.echo(f"{event['time'][:19]}Z  {event['id']}  {place}")


@events.command(short_help="Write events as CloudEvents, one a line.")
@_chosen
def export(state: Path, **chosen: str) -> None:
    """Write events as CloudEvents, one JSON object a line, oldest first.

    \b
    Example:
      pinnace events export --since 24h > events.jsonl
    """
    with connect(state, None, "") as client:
        for line in client.lines(f"{ROOT}/events", {**query_of(**chosen), "after": "0"}):
            click.echo(line)


@events.command("import", short_help="Append CloudEvents of a file.")
@click.argument("file", type=click.File("rb"))
@click.option(
    "-n", "--namespace", default="default", show_default=True, help="The namespace they come to."
)
@state_option
def import_(file: BinaryIO, namespace: str, state: Path) -> None:
    """Append CloudEvents (JSON lines; - for standard input); those known by their id are skipped.

    Sensors consume them as if they had just come.

    \b
    Example:
      pinnace events import events.jsonl
    """
    new = known = 0
    with connect(state, None, "") as client:
        while lines := file.readlines(_BATCH):
            told = client.call("POST", f"{ROOT}/events", {"namespace": namespace}, b"".join(lines))
            new, known = new + told["imported"], known + told["known"]
    click.echo(f"{new} imported, {known} known already")


@events.command(short_help="List deliveries that were refused.")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@state_option
@output_option
def rejected(limit: int, state: Path, output: str | None) -> None:
    """List deliveries that were refused: wrong signatures, bodies too large, invalid JSON.

    \b
    Example:
      pinnace events rejected --limit 10
    """
    _list(state, "rejections", {"limit": str(limit)}, printing.REJECTED_HEADER,
          printing.rejected_row, output)  # fmt: skip


@events.command(short_help="List what triggers hold for their joins.")
@state_option
@output_option
def waiting(state: Path, output: str | None) -> None:
    """List what triggers hold while they wait for events of their other dependencies.

    \b
    Example:
      pinnace events waiting
    """
    _list(state, "joins", {}, printing.WAITING_HEADER, printing.waiting_row, output)


@events.command(short_help="List firings that were given up.")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@click.option("--which", "of", type=click.Choice(["dead", "failed", "pending"]), default="dead",
              show_default=True, help="Which firings.")  # fmt: skip
@state_option
@output_option
def dead(limit: int, of: str, state: Path, output: str | None) -> None:
    """List dead letters: firings that were given up after their last attempt.

    \b
    Example:
      pinnace events dead
      pinnace events dead --which pending
    """
    query = {"limit": str(limit), "state": of}
    _list(state, "firings", query, printing.FIRING_HEADER, printing.firing_row, output)


@events.command(short_help="Try what was given up again.")
@click.argument("firing", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All dead letters.")
@state_option
def redrive(firing: tuple[int, ...], everything: bool, state: Path) -> None:
    """Try dead letters again, with their Sensors as they are now.

    \b
    Example:
      pinnace events redrive 17
      pinnace events redrive --all
    """
    if bool(firing) == everything:
        raise click.UsageError("name dead letters by their ids, or say --all")
    with connect(state, None, "") as client:
        if everything:
            query = {"state": "dead", "limit": "10000"}
            told = client.call("GET", f"{ROOT}/firings", query)
            firing = tuple(item["id"] for item in told["items"])
        for each in firing:
            client.call("POST", f"{ROOT}/firings/{each}/redrive")
            click.echo(f"firing {each} is tried again")


def _list(
    state: Path, path: str, query: Mapping[str, str], header: Sequence[str],
    row: Callable[[Mapping[str, Any]], Sequence[str]], output: str | None,
) -> None:  # fmt: skip
    with connect(state, None, "") as client:
        items = client.call("GET", f"{ROOT}/{path}", query)["items"]
    _show(items, header, row, output)


def _show(
    items: Sequence[Mapping[str, Any]], header: Sequence[str],
    row: Callable[[Mapping[str, Any]], Sequence[str]], output: str | None,
) -> None:  # fmt: skip
    if output:
        click.echo(_document(items, output), nl=False)
    elif items:
        click.echo(table(map(row, items), header))
    else:
        click.echo("nothing found", file=sys.stderr)


def _document(value: Any, output: str) -> str:
    return json.dumps(value, indent=2) + "\n" if output == "json" else yamls.dump(value)
