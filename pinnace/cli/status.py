"""``pinnace status``: what runs and where."""

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client, read_kubeconfig
from pinnace.cli.connection import starting
from pinnace.cli.options import output_option, state_option
from pinnace.objects import yamls
from pinnace.objects.kinds import ENDPOINTS, EVENT_SOURCES, SENSORS, TFJOBS, WORKFLOWS
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.plane import processes, record
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder


@click.command()
@state_option
@output_option
def status(state: Path, output: str | None) -> None:
    """Tell what runs on a state folder and where; exits 1 when nothing does.

    \b
    Example:
      pinnace status
      pinnace status --state .pinnace -o json
    """
    folder = StateFolder.at(state) if state.exists() else None
    found = record.read(folder) if folder else None
    if folder is None or found is None:
        left = [program.name for program in processes.running(folder)] if folder else []
        click.echo(f"no control plane runs on {state}; start one with: {starting(state)}", err=True)
        if left:
            click.echo(f"left running by one that was killed: {', '.join(left)}", err=True)
        sys.exit(1)
    told = _tell(folder, found)
    if output:
        click.echo(json.dumps(told, indent=2) if output == "json" else yamls.dump(told), nl=False)
        return
    _print(told)


def _tell(folder: StateFolder, found: Record) -> dict[str, Any]:
    with Client(read_kubeconfig(folder.kubeconfig)) as client:
        endpoints = {name_of(obj): obj for obj in client.list(ENDPOINTS)}
        return {
            **asdict(found),
            "kubeconfig": str(folder.kubeconfig),
            "programs": {p.name: p.pid for p in processes.running(folder)},
            "eventSources": [_event_source(obj, endpoints) for obj in client.list(EVENT_SOURCES)],
            "sensors": [_conditions(obj) for obj in client.list(SENSORS)],
            "workflows": dict(Counter(_phase(obj) for obj in client.list(WORKFLOWS))),
            "tfjobs": dict(Counter(_state(obj) for obj in client.list(TFJOBS))),
        }


def _phase(obj: Object) -> str:
    return str((obj.get("status") or {}).get("phase") or "Pending")


def _state(obj: Object) -> str:
    conditions = (obj.get("status") or {}).get("conditions") or [{"type": "Created"}]
    return str(conditions[-1]["type"])


def _conditions(obj: Object) -> dict[str, Any]:
    conditions = (obj.get("status") or {}).get("conditions") or []
    said = [c.get("message") or c["type"] for c in conditions if c.get("status") != "True"]
    if not conditions:
        said = ["not looked at yet"]
    return {"name": name_of(obj), "ready": not said, "message": "; ".join(said)}


def _event_source(obj: Object, endpoints: dict[str, Object]) -> dict[str, Any]:
    found = endpoints.get(f"{name_of(obj)}-eventsource-svc", {})
    addresses = [
        f"{address['ip']}:{port['port']}"
        for subset in found.get("subsets") or []
        for address in subset.get("addresses") or []
        for port in subset.get("ports") or []
    ]
    return {**_conditions(obj), "addresses": addresses}


def _print(told: dict[str, Any]) -> None:
    programs = ", ".join(f"{name} (pid {pid})" for name, pid in told["programs"].items())
    for title, value in (
        ("control plane", f"pid {told['pid']}, {told['runtime']} runtime"),
        ("Kubernetes API", told["api"]),
        ("kubectl", f"export KUBECONFIG={told['kubeconfig']}"),
        ("web page", told["page"]),
        ("object store", f"http://{told['object_store']}"),
        ("git", f"{told['git_push']} (cloned from {told['git']})"),
        ("beside it", programs),
        ("folders", ", ".join(told["folders"]) or "none"),
        ("workflows", _counted(told["workflows"])),
        ("tfjobs", _counted(told["tfjobs"])),
    ):
        click.echo(f"{title:<16} {value}")
    for source in told["eventSources"]:
        _print_object("eventsource", source, ", ".join(source["addresses"]))
    for sensor in told["sensors"]:
        _print_object("sensor", sensor, "")
    for warning in (*told["warnings"], *told["manifest_warnings"]):
        click.secho(f"warning: {warning}", fg="yellow")
    for problem in told["problems"]:
        click.secho(f"refused: {problem}", fg="red")


def _print_object(kind: str, obj: dict[str, Any], where: str) -> None:
    state = click.style("ready", fg="green") if obj["ready"] else click.style("not ready", fg="red")
    rest = "  ".join(filter(None, [where, obj["message"]]))
    click.echo(f"{kind:<16} {obj['name']:<20} {state}  {rest}".rstrip())


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {phase}" for phase, n in sorted(counts.items())) or "none"
