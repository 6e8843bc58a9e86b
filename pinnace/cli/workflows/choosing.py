"""Which workflows a command is about: by their names, or by selectors."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from pinnace.cli.client import Client, path_of
from pinnace.cli.completing import complete_workflow
from pinnace.cli.options import field_selector_option, place_options, selector_option
from pinnace.cli.workflows.following import find
from pinnace.objects.kinds import WORKFLOWS
from pinnace.objects.types import Object
from pinnace.workflows.manual_retry import NodeSelector
from pinnace.workflows.node_selector import node_selector

node_selector_option = click.option(
    "--node-field-selector", "nodes", default="", metavar="SELECTOR",
    help="Only nodes such as: displayName=approve,templateName=ask.",
)  # fmt: skip


def workflows_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``[NAME…]``, ``-l``, ``--field-selector``, ``-n`` and which cluster."""
    for option in (
        field_selector_option,
        selector_option,
        place_options,
        click.argument("names", nargs=-1, metavar="[NAME…]", shell_complete=complete_workflow),
    ):
        command = option(command)
    return command


def chosen(
    client: Client, namespace: str, names: Sequence[str], selector: str, fields: str
) -> list[Object]:
    """Return the workflows that are meant; raises UsageError when none is named."""
    query = {k: v for k, v in (("labelSelector", selector), ("fieldSelector", fields)) if v}
    if bool(names) == bool(query):
        raise click.UsageError("name workflows, or select them with -l or --field-selector")
    if names:
        return [find(client, namespace, name) for name in names]
    told = client.call("GET", path_of(WORKFLOWS, namespace), query)
    head = {"apiVersion": WORKFLOWS.api_version, "kind": WORKFLOWS.kind}
    found = [{**head, **each} for each in told["items"]]
    if not found:
        click.echo("no workflows match", err=True)
    return found


def selected(nodes: str) -> NodeSelector | None:
    """Return the test that ``--node-field-selector`` means, None without one."""
    return node_selector(nodes) if nodes else None
