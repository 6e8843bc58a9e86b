"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pinnace.cli.client import Client
from pinnace.cli.kubeconfig import default_kubeconfig, read_kubeconfig
from pinnace.plane.config import DEFAULT_STATE

state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(DEFAULT_STATE),
    show_default=True,
    help="Folder that holds everything one control plane keeps.",
)
output_option = click.option(
    "-o", "--output", type=click.Choice(["json", "yaml"]), help="Print for machines."
)


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--state``, ``--kubeconfig`` and ``--context``: which API server is meant."""
    for option in (
        click.option("--context", default="", help="Context of the kubeconfig to use."),
        click.option(
            "--kubeconfig",
            type=click.Path(dir_okay=False, path_type=Path),
            help="A cluster's kubeconfig, instead of the state folder's control plane.",
        ),
        state_option,
    ):
        command = option(command)
    return command


def connect(state: Path, kubeconfig: Path | None, context: str) -> Client:
    """Return a client of the control plane on a state folder, or of the cluster that is named.

    A context without a kubeconfig is looked up where kubectl looks. Raises Permanent.
    """
    if kubeconfig is None and not context:
        return Client(read_kubeconfig(state / "kubeconfig"))
    return Client(read_kubeconfig(kubeconfig or default_kubeconfig(), context))
