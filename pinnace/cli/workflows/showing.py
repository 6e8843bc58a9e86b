"""A workflow on the screen: once, or live until it ends."""

import shutil
import sys
from collections.abc import Iterator

import click

from pinnace.cli.client import Client
from pinnace.cli.tables import harmless
from pinnace.cli.workflows.following import find, follow
from pinnace.cli.workflows.tree import Look, describe, waits
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.types import Object

_PERIOD = 1.0  # seconds between two looks at a clock that goes on
_TOP, _REST, _LINE = "\x1b[H", "\x1b[J", "\x1b[K"  # where to draw, and what to wipe out after it
_WRAP, _NO_WRAP = "\x1b[?7h", "\x1b[?7l"


def show_tree(
    client: Client, namespace: str, name: str, *, watch: bool = False, wide: bool = False
) -> Object:
    """Print a workflow as a tree; with ``watch`` until it ends. Returns it as it was last."""
    return show(client, find(client, namespace, name), watch=watch, wide=wide)


def show(client: Client, workflow: Object, *, watch: bool = False, wide: bool = False) -> Object:
    """Print a workflow that was read already, as :func:`show_tree` does.

    On a terminal the tree is drawn again and again in its place; elsewhere a line tells of each
    node that changes, and the tree is the end.
    """
    look = Look(wide=wide, utf8=_speaks_utf8())
    if not watch:
        click.echo(describe(workflow, SYSTEM_CLOCK.now(), look))
        return workflow
    return _live(client, workflow, look) if sys.stdout.isatty() else _told(client, workflow, look)


def _live(client: Client, workflow: Object, look: Look) -> Object:
    click.echo(_NO_WRAP, nl=False)
    try:
        click.clear()
        for each in follow(client, workflow, _PERIOD):
            workflow = each
            text = describe(workflow, SYSTEM_CLOCK.now(), look)
            shown = f"{_LINE}\n".join(_fitting(text.split("\n"), _height()))
            click.echo(f"{_TOP}{shown}{_LINE}\n{_REST}", nl=False)
    finally:
        click.echo(_WRAP, nl=False)
    click.clear()
    click.echo(describe(workflow, SYSTEM_CLOCK.now(), look))
    return workflow


def _height() -> int:
    return shutil.get_terminal_size().lines - 1


def _fitting(lines: list[str], height: int) -> list[str]:
    """Return so many lines as a screen holds; the whole is shown at the end."""
    if len(lines) <= height:
        return lines
    return [*lines[: height - 1], f"… {len(lines) - height + 1} more lines"]


def _told(client: Client, workflow: Object, look: Look) -> Object:
    before: Object = {}
    for each in follow(client, workflow):
        for line in told(before, each, look):
            click.echo(line)
        before = each
    click.echo()
    click.echo(describe(before, SYSTEM_CLOCK.now(), look))
    return before


def told(before: Object, after: Object, look: Look) -> Iterator[str]:
    """Yield a line for each node whose phase has changed, in order of their starts."""
    old = (before.get("status") or {}).get("nodes") or {}
    new = (after.get("status") or {}).get("nodes") or {}
    for node_id, node in sorted(new.items(), key=lambda one: str(one[1].get("startedAt") or "")):
        if (old.get(node_id) or {}).get("phase") != node.get("phase"):
            state = "waits for: pinnace resume" if waits(node) else node.get("phase", "")
            words = [node["name"], state, node.get("message", "")]
            yield f"{look.icon(node)} {harmless(' '.join(word for word in words if word))}"


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
