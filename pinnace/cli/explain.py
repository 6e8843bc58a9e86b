"""``pinnace explain``: why each Sensor fires, or doesn't, on an event."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from pinnace.bus import Event, from_cloudevent
from pinnace.cli.client import Client
from pinnace.cli.connection import connect
from pinnace.cli.events.command import ROOT
from pinnace.cli.events.printing import outcome
from pinnace.cli.options import cluster_options, output_option
from pinnace.objects import yamls
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import SENSORS
from pinnace.objects.types import Object
from pinnace.sensors import Sensor, Verdict, evaluate, parse_sensor, report


@click.command()
@click.argument("event")
@click.option("--sensor", "name", default="", help="Only this Sensor.")
@click.option("-n", "--namespace", default="", help="The event's own by default.")
@cluster_options
@output_option
def explain(event: str, name: str, namespace: str, output: str | None, **where: Any) -> None:
    """Print the verdict tree of an event: each dependency, filter and parameter, with values.

    EVENT is an event's id (its beginning is enough), or a file with a CloudEvent as JSON, which
    is also how a cluster's Sensors are asked (--kubeconfig, --context).

    \b
    Example:
      pinnace explain 3f0c1d
      pinnace explain event.json --sensor train-on-push --context production
    """
    with connect(**where) as client:
        found, place, firings = read_event(client, event)
        sensors = read_sensors(client, namespace or place or client.namespace, name)
    told = [_evaluate(sensor, found) for sensor in sensors if name or _concerned(sensor, found)]
    if output:
        _print_document([verdict.as_json() for verdict in told], output)
        return
    for verdict in told:
        click.echo(report(verdict))
    if not told:
        click.echo(f"no Sensor listens for {found.source}/{found.subject}")
    for firing in firings:
        click.echo(f"then: {outcome(firing)} ({firing['state']}) {firing['message']}".rstrip())


def read_event(client: Client, text: str) -> tuple[Event, str, list[Mapping[str, Any]]]:
    """Return an event, its namespace ("" for a file's) and what it fired; raises NotFound."""
    if Path(text).is_file():
        return read_event_file(Path(text)), "", []
    told = client.call("GET", f"{ROOT}/events/{text}")
    return from_cloudevent(told["event"]), told["namespace"], told["firings"]


def read_event_file(path: Path) -> Event:
    """Return the CloudEvent in a file; raises Invalid naming the file."""
    return _event(path.read_bytes(), str(path))


def read_event_lines(path: Path) -> list[Event]:
    """Return the CloudEvents in a file, one a line or one alone; raises Invalid naming the line."""
    text = path.read_bytes()
    try:
        return [from_cloudevent(orjson.loads(text))]
    except (orjson.JSONDecodeError, Invalid):
        lines = enumerate(text.splitlines(), 1)
        return [_event(line, f"{path}:{number}") for number, line in lines if line.strip()]


def _event(text: bytes, place: str) -> Event:
    try:
        return from_cloudevent(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise Invalid(file=place, expected="a CloudEvent as JSON", found=str(error)) from error
    except Invalid as error:
        error.file = place
        raise


def read_sensors(client: Client, namespace: str, name: str) -> list[Sensor]:
    """Return a namespace's Sensors, or the one named; those that can't be read are told."""
    objects: list[Object] = (
        [client.get(SENSORS, namespace, name)] if name else client.list(SENSORS, namespace)
    )
    found = []
    for obj in objects:
        try:
            found.append(parse_sensor(obj))
        except Invalid as error:
            if name:
                raise
            click.echo(f"warning: {error}", err=True)
    return found


def _concerned(sensor: Sensor, event: Event) -> bool:
    return bool(sensor.concerned(event.source, event.subject))


def _evaluate(sensor: Sensor, event: Event) -> Verdict:
    return evaluate(sensor, event, joined={}, now=SYSTEM_CLOCK.now())


def _print_document(value: Any, output: str) -> None:
    click.echo(json.dumps(value, indent=2) if output == "json" else yamls.dump(value))
