"""``pinnace demo``: start, make three events happen, follow them to three models."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic, sleep

import click

from pinnace.cli.client import Client, read_kubeconfig
from pinnace.cli.demo import progress
from pinnace.cli.demo.progress import Outcome
from pinnace.cli.demo.screen import Row, Screen, closing, how_to_look_further, stopping
from pinnace.cli.demo.stimuli import STIMULI, Stimulus
from pinnace.cli.options import state_option
from pinnace.cli.up import start_detached
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.manifests import load
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.plane.config import DEFAULT_FOLDERS, settings
from pinnace.plane.state import StateFolder

_TIMEOUT = 600.0
_PIPELINE = (
    ("EventSource", "github"),
    ("EventSource", "datasets"),
    ("EventSource", "training"),
    ("WorkflowTemplate", "train-digits"),
)
_PERIOD = 0.5  # between looks at the workflows: a person reads no faster


@click.command()
@state_option
@click.option("-o", "--output", type=click.Choice(["json"]), help="Print the table as JSON.")
def demo(state: Path, output: str | None) -> None:
    """Train three models: from a git push, a dataset upload and a webhook.

    \b
    Example:
      pinnace demo
      pinnace demo -o json | jq '.[].accuracy'
    """
    began = monotonic()
    chosen = settings(state=state)
    _pipeline_is_here()
    folder = StateFolder.at(state)
    with Screen() as screen, _interruption_told(folder):
        screen.say("starting the control plane, object store, webhook service and git host")
        record = start_detached(chosen)
        if record.problems:
            raise Permanent("manifests were refused:\n  " + "\n  ".join(record.problems))
        started = monotonic()
        screen.say(f"ready: {record.page}")
        with Client(read_kubeconfig(folder.kubeconfig)) as client:
            stimuli = []
            for happen in STIMULI:
                stimuli.append(happen(folder, record, SYSTEM_CLOCK.now()))
                screen.say(stimuli[-1].source)
            happened = monotonic()
            workflows = _follow(client, stimuli, screen)
            outcomes = _outcomes(client, stimuli, workflows, folder)
    if output:
        click.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=2))
        return
    spent = {"starting": started - began, "three events": happened - started}
    spent |= _by_step(workflows) | {"in all": monotonic() - began}
    closing(outcomes, spent)
    how_to_look_further(folder, record, outcomes)


def _pipeline_is_here() -> None:
    """Raise Permanent when this isn't the folder with the pipeline that the demo shows."""
    found = {
        (one.object["kind"], name_of(one.object))
        for folder in map(Path, DEFAULT_FOLDERS)
        if folder.is_dir()
        for one in load(folder).objects
    }
    if lacking := [f"{kind} {name}" for kind, name in _PIPELINE if (kind, name) not in found]:
        raise Permanent(
            f"the demo's pipeline is not in {Path.cwd()} ({', '.join(DEFAULT_FOLDERS)}): there is "
            f"no {', no '.join(lacking)}; run the demo in the folder that Pinnace was cloned into"
        )


@contextmanager
def _interruption_told(folder: StateFolder) -> Iterator[None]:
    """Say after Ctrl-C that what was started goes on, as it runs beside this process."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            f"\nstopped watching; what was started goes on; to stop it: {stopping(folder)}",
            err=True,
        )
        raise


def _follow(client: Client, stimuli: Sequence[Stimulus], screen: Screen) -> list[Object]:
    """Wait until each stimulus's Workflow is finished, showing how far each is."""
    rows = [Row(source=stimulus.source) for stimulus in stimuli]
    deadline = monotonic() + _TIMEOUT
    while True:
        found = client.list(WORKFLOWS)
        ours = [next(filter(stimulus.is_ours, found), None) for stimulus in stimuli]
        rows = [
            row if workflow is None else _advance(client, row, workflow)
            for row, workflow in zip(rows, ours, strict=True)
        ]
        screen.show(rows)
        done = [w for w in ours if w is not None and progress.phase(w) in progress.FINISHED]
        if len(done) == len(stimuli):
            return done
        if monotonic() > deadline:
            raise Permanent(_late(rows))
        sleep(_PERIOD)


def _advance(client: Client, row: Row, workflow: Object) -> Row:
    step = progress.current(workflow)
    epoch = row.epoch
    if step == "train" and (tfjob := progress.tfjob_of(client, workflow)):
        epoch = progress.epoch(client, workflow, tfjob) or epoch
    return replace(row, workflow=name_of(workflow), step=step, epoch=epoch)


def _late(rows: Sequence[Row]) -> str:
    where = "; ".join(f"{row.source}: {row.workflow or 'no workflow'}, {row.step}" for row in rows)
    return f"not finished within {_TIMEOUT:.0f} s: {where}"


def _outcomes(
    client: Client, stimuli: Sequence[Stimulus], workflows: Sequence[Object], folder: StateFolder
) -> list[Outcome]:
    failed = [w for w in workflows if progress.phase(w) != "Succeeded"]
    if failed:
        raise Permanent("\n".join(_failure(workflow, folder) for workflow in failed))
    return [
        progress.outcome(client, workflow, stimulus.source)
        for stimulus, workflow in zip(stimuli, workflows, strict=True)
    ]


def _failure(workflow: Object, folder: StateFolder) -> str:
    """Say what failed and where its log is."""
    name = name_of(workflow)
    bad = [s for s in progress.steps(workflow) if s.phase in ("Failed", "Error")]
    what = "; ".join(f"step {step.name}: {step.message}" for step in bad)
    message = what or (workflow.get("status") or {}).get("message", "")
    return (
        f"workflow {name} {progress.phase(workflow)}: {message}\n"
        f"  its logs: kubectl --kubeconfig {folder.kubeconfig} logs "
        f"-l workflows.argoproj.io/workflow={name} -c main --tail=-1\n"
        f"  the control plane's log: {folder.logs / 'pinnace.log'}"
    )


def _by_step(workflows: Sequence[Object]) -> dict[str, float]:
    """Return how long each step took at most; the three pipelines overlap."""
    spent: dict[str, float] = {}
    for workflow in workflows:
        for step in progress.steps(workflow):
            spent[step.name] = max(spent.get(step.name, 0.0), step.seconds)
    return spent
