"""What the demo shows while it runs and at its end: for a terminal, a file or a machine."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from pinnace.cli.demo.progress import Outcome
from pinnace.plane.record import Record
from pinnace.plane.state import StateFolder


@dataclass(frozen=True, kw_only=True)
class Row:
    """One event's line while it is under way."""

    source: str
    workflow: str = ""
    step: str = "waiting for its workflow"
    epoch: Mapping[str, Any] = field(default_factory=dict)

    def training(self) -> str:
        """Say how training goes: ``epoch 2/4, accuracy 0.962``."""
        if not self.epoch:
            return ""
        return "epoch {}, accuracy {}".format(*self.epoch_and_accuracy())

    def epoch_and_accuracy(self) -> tuple[str, str]:
        """Return ``2/4`` and ``0.962``, or two empty texts."""
        if not self.epoch:
            return "", ""
        accuracy = float(self.epoch.get("accuracy") or 0.0)
        return f"{self.epoch['epoch']}/{self.epoch['epochs']}", f"{accuracy:.3f}"


class Screen:
    """Shows progress on standard error: a live table on a terminal, else a line per change."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._said: dict[str, str] = {}
        self._began = monotonic()

    def __enter__(self) -> "Screen":
        """Begin to draw."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        if self._console.is_terminal:
            self._live.stop()

    def say(self, text: str) -> None:
        """Print one line that stays."""
        line = f"[dim]{monotonic() - self._began:6.1f} s[/]  {text}"
        self._console.print(line, soft_wrap=True)

    def show(self, rows: Sequence[Row]) -> None:
        """Show how far each event is."""
        if self._console.is_terminal:
            self._live.update(_table(rows), refresh=True)
            return
        for row in rows:
            text = "  ".join(filter(None, [row.workflow, row.step, row.training()]))
            if text and self._said.get(row.source) != text:
                self._said[row.source] = text
                self.say(f"{row.source}: {text}")


def _table(rows: Sequence[Row]) -> Table:
    table = Table("event", "workflow", "step", "epoch", "accuracy", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.source, row.workflow, row.step, *row.epoch_and_accuracy())
    return table


def closing(outcomes: Sequence[Outcome], spent: Mapping[str, float]) -> None:
    """Print the closing table and where the time went."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    table = Table(box=None, pad_edge=False)
    for title in ("event", "sensor", "workflow", "tfjob", "model", "accuracy", "seconds"):
        table.add_column(title, no_wrap=True)
    for row in outcomes:
        model = f"{row.model}/{row.version}"
        table.add_row(row.source, row.sensor, row.workflow, row.tfjob, model, _percent(row),
                      f"{row.seconds:.0f}")  # fmt: skip
    console.print()
    unbounded = console.options.update(max_width=1_000)
    if console.measure(table, options=unbounded).maximum <= console.width:
        console.print(table)
    else:
        console.print(*map(_in_two_lines, outcomes), sep="\n", soft_wrap=True)
    parts = ", ".join(f"{name} {seconds:.0f}s" for name, seconds in spent.items())
    console.print(f"\nwhere the time went: {parts}")


def _percent(row: Outcome) -> str:
    return f"{row.accuracy:.2%}" if row.accuracy is not None else "-"


def _in_two_lines(row: Outcome) -> str:
    """Return a row for a terminal that is too narrow for the table: 80 columns are enough."""
    led_to = " → ".join([row.sensor, row.workflow, row.tfjob, f"{row.model}/{row.version}"])
    return f"[bold]{row.source}[/], {row.seconds:.0f} s\n  {led_to} {_percent(row)}"


def how_to_look_further(state: StateFolder, record: Record, outcomes: Sequence[Outcome]) -> None:
    """Print what a person would want to do next."""
    console = Console(highlight=False, soft_wrap=True)
    first = outcomes[0].workflow
    console.print("\nIt still runs. Look further:")
    console.print(f"  web page   {record.page}")
    console.print(f"  kubectl    export KUBECONFIG={state.kubeconfig}")
    console.print("             kubectl get workflows,tfjobs,pods")
    if shutil.which("kubectl") is None:
        console.print("             (to install it: https://kubernetes.io/docs/tasks/tools/)")
    selector = f"workflows.argoproj.io/workflow={first}"
    console.print(f"             kubectl logs -l {selector} -c main --tail=-1")
    console.print(f"  your turn  git clone {record.git_push} && cd digits  # edit, commit, push")
    console.print(f"  stop       {stopping(state)}")


def stopping(state: StateFolder) -> str:
    """Return the command that stops everything; `pinnace` is seldom on the path of `make`."""
    return f"{Path(sys.executable).with_name('pinnace')} down --state {state.root}"
