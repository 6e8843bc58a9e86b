"""``pinnace sensor test``: a Sensor's file against an event's file, with nothing running."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from pinnace.cli.explain import read_event_file
from pinnace.cli.options import output_option
from pinnace.objects import manifests, yamls
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import SENSORS
from pinnace.sensors import Sensor, evaluate_all, parse_sensor, report


@click.group()
def sensor() -> None:
    """Try Sensors without running them.

    \b
    Example:
      pinnace sensor test -f sensors/train-on-push.yaml --event event.json
    """


@sensor.command()
@click.option("-f", "--file", type=click.Path(exists=True, path_type=Path), required=True,
              help="The Sensor's manifest; each Sensor in it is tried.")  # fmt: skip
@click.option("--event", "events", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              required=True, multiple=True,
              help="A CloudEvent as JSON; repeat it for joins, in order.")  # fmt: skip
@output_option
def test(file: Path, events: Sequence[Path], output: str | None) -> None:
    """Tell what events would do to a Sensor, and why. Exit code 0: it fires; 1: it doesn't.

    \b
    Example:
      pinnace events show 3f0c1d -o json | jq .event > event.json
      pinnace sensor test -f sensors/train-on-push.yaml --event event.json
    """
    sensors = read_sensor_files(file)
    now, given = SYSTEM_CLOCK.now(), [read_event_file(path) for path in events]
    told = [verdict for each in sensors for verdict in evaluate_all(each, given, now=now)]
    if output:
        shown = [verdict.as_json() for verdict in told]
        click.echo(json.dumps(shown, indent=2) if output == "json" else yamls.dump(shown))
    else:
        click.echo("\n".join(report(verdict) for verdict in told))
    sys.exit(0 if any(verdict.fires for verdict in told) else 1)


def read_sensor_files(path: Path) -> list[Sensor]:
    """Return the Sensors of a file or folder; raises Invalid for what is wrong or when none is."""
    loaded = manifests.load(path)
    for problem in loaded.problems:
        raise problem
    found = []
    for each in loaded.objects:
        if each.object.get("kind") == SENSORS.kind:
            try:
                found.append(parse_sensor(each.object))
            except Invalid as error:
                error.file, error.line = str(each.file), each.line_of(error.field)
                raise
    if not found:
        raise Invalid(file=str(path), expected="a Sensor", found="none")
    return found
