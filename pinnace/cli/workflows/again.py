"""``pinnace retry`` and ``pinnace resubmit``: workflows that have ended run again."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from pinnace.cli.client import Client, path_of
from pinnace.cli.connection import connect
from pinnace.cli.workflows.afterwards import Afterwards, afterwards_options, see_through
from pinnace.cli.workflows.choosing import (
    chosen,
    node_selector_option,
    selected,
    workflows_argument,
)
from pinnace.cli.workflows.packed import with_its_nodes
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import PODS, WORKFLOWS
from pinnace.objects.meta import name_of, namespace_of, owners_of, uid_of
from pinnace.objects.names import generate_name
from pinnace.objects.types import Object
from pinnace.workflows import operations
from pinnace.workflows.manual_retry import NodeSelector
from pinnace.workflows.memoized import resubmit_memoized
from pinnace.workflows.submission import read_parameters

_parameters_option = click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE",
    help="Another value of an argument; may be repeated.",
)  # fmt: skip


@click.command()
@workflows_argument
@click.option("--restart-successful", is_flag=True,
              help="Run what --node-field-selector names again, though it succeeded.")  # fmt: skip
@node_selector_option
@_parameters_option
@afterwards_options
def retry(restart_successful: bool, nodes: str, parameters: Sequence[str], **given: Any) -> None:
    """Let failed workflows go on: what succeeded is kept, what failed runs again.

    \b
    Example:
      pinnace retry hello-x7k2p --watch
      pinnace retry hello-x7k2p --restart-successful --node-field-selector templateName=train
    """
    if restart_successful != bool(nodes):
        raise click.UsageError("--restart-successful and --node-field-selector go together")
    only = selected(nodes)
    values = read_parameters(parameters)
    _again(lambda client, old: _retry(client, old, only, values), **given)


@click.command()
@workflows_argument
@click.option("--memoized", is_flag=True, help="Keep what succeeded, as the outputs of nodes.")
@_parameters_option
@afterwards_options
def resubmit(memoized: bool, parameters: Sequence[str], **given: Any) -> None:
    """Run workflows again from the beginning, as new ones.

    \b
    Example:
      pinnace resubmit hello-x7k2p -p who=Eve --log
    """
    values = read_parameters(parameters)
    _again(lambda client, old: _resubmit(client, old, values, memoized=memoized), **given)


def _again(  # noqa: PLR0913 - what the two commands share
    how: Callable[[Client, Object], Object],
    *, names: Sequence[str], namespace: str, selector: str, fields: str,
    output: str | None, wait: bool, watch: bool, log: bool, **where: Any,
) -> None:  # fmt: skip
    with connect(**where) as client:
        found = chosen(client, namespace or client.namespace, names, selector, fields)
        made = [how(client, each) for each in found]
        see_through(client, made, Afterwards(output=output, wait=wait, watch=watch, log=log))


def _retry(
    client: Client, workflow: Object, only: NodeSelector | None, values: dict[str, str]
) -> Object:
    """Delete the pods of what runs again, then write the workflow, as argo does."""

    def changed(old: Object) -> Object:
        again = operations.retry(with_its_nodes(old), only)
        for pod in again.pods:
            _delete_pod(client, namespace_of(old), pod, uid_of(old))
        return operations.with_arguments(again.workflow, values)

    return client.change(WORKFLOWS, namespace_of(workflow), name_of(workflow), changed)


def _delete_pod(client: Client, namespace: str, name: str, owner: str) -> None:
    """Delete a workflow's own pod at once: the next one has the same name."""
    try:
        pod = client.get(PODS, namespace, name)
        if owner in [each["uid"] for each in owners_of(pod)]:
            path = path_of(PODS, namespace, name)
            client.call("DELETE", path, {}, {"gracePeriodSeconds": 0})
    except NotFound:
        return


def _resubmit(client: Client, old: Object, values: dict[str, str], *, memoized: bool) -> Object:
    if memoized:
        name = generate_name(old["metadata"].get("generateName") or f"{name_of(old)}-")
        fresh = resubmit_memoized(with_its_nodes(old), name, values)
    else:
        fresh = operations.resubmit(old, values)
    return client.create(WORKFLOWS, namespace_of(old), fresh)
