"""``pinnace replay``: let Sensors consume recorded events once more."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pinnace.bus import Event
from pinnace.cli.client import Client
from pinnace.cli.connection import connect
from pinnace.cli.counting import counted
from pinnace.cli.events.command import ROOT, query_of
from pinnace.cli.explain import read_event, read_event_lines, read_sensors
from pinnace.cli.options import cluster_options, output_option
from pinnace.cli.sensor import read_sensor_files
from pinnace.objects import manifests, yamls
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import SENSORS
from pinnace.sensors import Sensor, Verdict, evaluate_all, report

_LIMIT = "10000"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What the command line says."""

    event: tuple[str, ...]
    since: str
    source: str
    sensor: str
    sensor_file: Path | None
    dry_run: bool
    namespace: str
    eventbus: str
    eventbus_name: str
    eventbus_ca: Path | None
    state: Path
    kubeconfig: Path | None
    context: str

    @property
    def cluster(self) -> bool:
        """Tell whether a cluster is meant, and not the state folder's control plane."""
        return bool(self.kubeconfig or self.context)

    @cached_property
    def files(self) -> bool:
        """Tell whether the events stand in files."""
        return bool(self.event) and all(Path(each).is_file() for each in self.event)


def _event_bus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--eventbus-ca", type=_FILE, help="The CA that signed the EventBus's TLS."),
        click.option("--eventbus-name", default="default", show_default=True,
                     help="The EventBus whose user and password are read from the cluster."),
        click.option("--eventbus", default="", metavar="URL",
                     help="Publish there, as an event source does: nats://host:port or tls://…"),
        click.option("-n", "--namespace", default="", help="The cluster's namespace."),
        cluster_options,
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("event", nargs=-1)
@click.option("--since", default="", help="All events from then on: how long ago, or a time.")
@click.option("--source", default="", help="With --since: only this EventSource's.")
@click.option("--sensor", default="", help="Only this Sensor; by default all concerned.")
@click.option("--sensor-file", type=_FILE,
              help="Go by this edited Sensor instead of the stored one of its name.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@_event_bus_options
@output_option
def replay(output: str | None, **given: Any) -> None:
    """Let Sensors consume events again: what they fire is done once more.

    EVENT is an event's id (its beginning is enough) or a file of CloudEvents, one a line, as
    `pinnace events export` writes them. The Sensor's place in the journal stays; joins begin empty.
    --dry-run does nothing and prints the verdicts, also of a Sensor that you have edited and not
    yet applied. On a cluster (--kubeconfig, --context) events are published to its EventBus, to
    which `kubectl port-forward` leads.

    \b
    Example:
      pinnace replay 3f0c1d --sensor train-on-push
      pinnace replay --since 2h --source github --dry-run --sensor-file edited.yaml
      pinnace replay events.jsonl --context production -n argo --eventbus tls://127.0.0.1:4222
    """
    asked = _Asked(**given)
    if bool(asked.event) == bool(asked.since):
        raise click.UsageError("name events by their ids or in files, or say --since")
    if asked.cluster and not (asked.dry_run or asked.eventbus):
        raise click.UsageError("to replay on a cluster, say where its EventBus is: --eventbus URL")
    events = _events(asked)
    if not events:
        click.echo("no such events", err=True)
    elif asked.eventbus and not asked.dry_run:
        _publish(asked, [event for event, _ in events])
        click.echo(f"{counted(len(events), 'event')} published to {asked.eventbus_name}")
    else:
        if asked.dry_run:
            verdicts = _rehearse(asked, events)
            for verdict in () if output else verdicts:
                click.echo(report(verdict))
            told: Sequence[Mapping[str, Any]] = [verdict.as_json() for verdict in verdicts]
        else:
            told = _perform(asked, events)
        _print(told, len(events), output, "would fire" if asked.dry_run else "fired")


def _events(asked: _Asked) -> list[tuple[Event, str]]:
    """Return the events, oldest first, with the namespace of those that the journal gave."""
    if asked.files:
        return [(event, "") for each in asked.event for event in read_event_lines(Path(each))]
    with connect(asked.state, None, "") as client:
        ids = asked.event or _since(client, asked.since, asked.source)
        return [read_event(client, each)[:2] for each in ids]


def _since(client: Client, since: str, source: str) -> list[str]:
    query = {**query_of(since=since, source=source), "limit": _LIMIT}
    items = client.call("GET", f"{ROOT}/events", query)["items"]
    return [item["event"]["id"] for item in reversed(items)]


def _publish(asked: _Asked, events: Sequence[Event]) -> None:
    eventbus = import_module("pinnace.cli.eventbus")  # with its NATS client: only when wanted
    given: Mapping[str, str] = {}
    if asked.cluster:
        with connect(asked.state, asked.kubeconfig, asked.context) as client:
            namespace = asked.namespace or client.namespace
            given = eventbus.find_access(client, namespace, asked.eventbus_name)
    bus = eventbus.Bus(
        url=asked.eventbus, user=given.get("username", ""), password=given.get("password", ""),
        authority=asked.eventbus_ca,
    )  # fmt: skip
    eventbus.publish(bus, events)


def _perform(asked: _Asked, events: Sequence[tuple[Event, str]]) -> list[Mapping[str, Any]]:
    request: dict[str, Any] = {"events": [e.id for e, _ in events], "sensor": asked.sensor}
    if asked.sensor_file is not None:
        read_sensor_files(asked.sensor_file)  # refuses a broken one with file and line
        request["object"] = next(
            each.object
            for each in manifests.load(asked.sensor_file).objects
            if each.object.get("kind") == SENSORS.kind
        )
    with connect(asked.state, None, "") as client:
        told: list[Mapping[str, Any]] = client.call("POST", f"{ROOT}/replay", None, request)[
            "verdicts"
        ]
    return told


def _rehearse(asked: _Asked, events: Sequence[tuple[Event, str]]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for sensor in _sensors(asked, {place for _, place in events}):
        mine = [
            event for event, place in events
            if place in ("", sensor.namespace) and sensor.concerned(event.source, event.subject)
        ]  # fmt: skip
        verdicts += evaluate_all(sensor, mine, now=SYSTEM_CLOCK.now())
    return verdicts


def _sensors(asked: _Asked, places: set[str]) -> list[Sensor]:
    if asked.sensor_file is not None:
        return read_sensor_files(asked.sensor_file)
    with connect(asked.state, asked.kubeconfig, asked.context) as client:
        here = asked.namespace or client.namespace
        wanted = {here} if asked.cluster else {place or here for place in places}
        return [
            sensor
            for place in sorted(wanted)
            for sensor in read_sensors(client, place, asked.sensor)
        ]


def _print(told: Sequence[Mapping[str, Any]], count: int, output: str | None, verb: str) -> None:
    if output:
        click.echo(json.dumps(told, indent=2) if output == "json" else yamls.dump(told))
        return
    fired = sum(len(trigger.get("firings", ())) for each in told for trigger in each["triggers"])
    click.echo(f"{counted(count, 'event')}, {fired} {'time' if fired == 1 else 'times'} {verb}")
