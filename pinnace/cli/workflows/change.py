"""``pinnace suspend``, ``resume``, ``stop``, ``terminate``: what is done to running workflows."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from pinnace.cli.connection import connect
from pinnace.cli.workflows.choosing import (
    chosen,
    node_selector_option,
    selected,
    workflows_argument,
)
from pinnace.cli.workflows.packed import with_its_nodes
from pinnace.objects.clock import SYSTEM_CLOCK
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.workflows import operations


@click.command()
@workflows_argument
def suspend(**given: Any) -> None:
    """Start nothing more of workflows; what runs goes on.

    \b
    Example:
      pinnace suspend hello-x7k2p
    """
    _change("suspended", operations.suspend, **given)


@click.command()
@workflows_argument
@node_selector_option
def resume(nodes: str, **given: Any) -> None:
    """Go on with suspended workflows, and with nodes that wait for somebody.

    \b
    Example:
      pinnace resume hello-x7k2p
      pinnace resume hello-x7k2p --node-field-selector displayName=approve
    """
    only = selected(nodes)
    _change(
        "resumed",
        lambda old: operations.resume(with_its_nodes(old), SYSTEM_CLOCK.now(), only),
        **given,
    )


@click.command()
@workflows_argument
@node_selector_option
@click.option("--message", default="", help="Why, in the message of the selected nodes.")
def stop(nodes: str, message: str, **given: Any) -> None:
    """End workflows; their exit handlers still run. With a selector only suspended nodes fail.

    \b
    Example:
      pinnace stop hello-x7k2p
      pinnace stop -l team=vision
    """
    only = selected(nodes)

    def how(old: Object) -> Object:
        whole = with_its_nodes(old) if only else old
        return operations.stop(whole, SYSTEM_CLOCK.now(), only, message)

    _change("stopped", how, **given)


@click.command()
@workflows_argument
def terminate(**given: Any) -> None:
    """End workflows at once, without their exit handlers.

    \b
    Example:
      pinnace terminate hello-x7k2p
    """
    _change("terminated", operations.terminate, **given)


def _change(
    done: str, how: Callable[[Object], Object],
    *, names: Sequence[str], namespace: str, selector: str, fields: str, **where: Any,
) -> None:  # fmt: skip
    with connect(**where) as client:
        place = namespace or client.namespace
        for workflow in chosen(client, place, names, selector, fields):
            name = name_of(workflow)
            client.change(WORKFLOWS, namespace_of(workflow), name, how)
            click.echo(f"workflow {name} {done}")
