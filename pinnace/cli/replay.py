"""``pinnace replay``: let Sensors consume recorded events once more."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client
from pinnace.cli.events.command import ROOT, query_of
from pinnace.cli.explain import read_event, read_sensors
from pinnace.cli.options import connect, output_option, state_option
from pinnace.cli.sensor import read_sensor_files
from pinnace.objects import manifests, yamls
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import SENSORS
from pinnace.sensors import Sensor, evaluate_all, report

_LIMIT = "10000"


@click.command()
@click.argument("event", nargs=-1)
@click.option("--since", default="", help="All events from then on: how long ago, or a time.")
@click.option("--source", default="", help="With --since: only this EventSource's.")
@click.option("--sensor", "name", default="", help="Only this Sensor; by default all concerned.")
@click.option("--sensor-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Go by this edited Sensor instead of the stored one of its name.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@state_option
@output_option
def replay(
    event: Sequence[str], sensor_file: Path | None, dry_run: bool, state: Path,
    output: str | None, **chosen: str,
) -> None:  # fmt: skip
    """Let Sensors consume events of the journal again: what they fire is done once more.

    The Sensor's place in the journal stays; joins begin empty. --dry-run does nothing and prints
    the verdicts, also of a Sensor that you have edited and not yet applied.

    \b
    Example:
      pinnace replay 3f0c1d --sensor train-on-push
      pinnace replay --since 2h --source github --dry-run --sensor-file edited.yaml
    """
    if bool(event) == bool(chosen["since"]):
        raise click.UsageError("name events by their ids, or say --since")
    with connect(state, None, "") as client:
        ids = list(event) or _since(client, chosen["since"], chosen["source"])
        if not ids:
            click.echo("no such events", err=True)
            return
        if dry_run:
            told = _rehearse(client, ids, sensor_file, chosen["name"])
        else:
            told = _perform(client, ids, sensor_file, chosen["name"])
    if output:
        click.echo(json.dumps(told, indent=2) if output == "json" else yamls.dump(told))
        return
    verb = "would fire" if dry_run else "fired"
    fired = sum(len(trigger.get("firings", ())) for each in told for trigger in each["triggers"])
    click.echo(f"{len(ids)} events, {fired} {'time' if fired == 1 else 'times'} {verb}")


def _since(client: Client, since: str, source: str) -> list[str]:
    query = {**query_of(since=since, source=source), "limit": _LIMIT}
    items = client.call("GET", f"{ROOT}/events", query)["items"]
    return [item["event"]["id"] for item in reversed(items)]


def _perform(
    client: Client, ids: Sequence[str], file: Path | None, name: str
) -> list[Mapping[str, Any]]:
    asked: dict[str, Any] = {"events": list(ids), "sensor": name}
    if file is not None:
        read_sensor_files(file)  # refuses a broken one with file and line
        asked["object"] = next(
            each.object
            for each in manifests.load(file).objects
            if each.object.get("kind") == SENSORS.kind
        )
    verdicts: list[Mapping[str, Any]] = client.call("POST", f"{ROOT}/replay", None, asked)[
        "verdicts"
    ]
    return verdicts


def _rehearse(
    client: Client, ids: Sequence[str], file: Path | None, name: str
) -> list[Mapping[str, Any]]:
    told: list[Mapping[str, Any]] = []
    found = [read_event(client, each) for each in ids]
    for sensor in _sensors(client, {place for _, place, _ in found}, file, name):
        mine = [
            event for event, place, _ in found
            if place == sensor.namespace and sensor.concerned(event.source, event.subject)
        ]  # fmt: skip
        for verdict in evaluate_all(sensor, mine, now=SYSTEM_CLOCK.now()):
            click.echo(report(verdict), err=True)
            told.append(verdict.as_json())
    return told


def _sensors(client: Client, places: set[str], file: Path | None, name: str) -> list[Sensor]:
    if file is not None:
        return read_sensor_files(file)
    return [sensor for place in sorted(places) for sensor in read_sensors(client, place, name)]
