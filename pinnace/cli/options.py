"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pinnace.cli.completing import complete_namespace
from pinnace.plane.state import DEFAULT_STATE

Decorated = Callable[..., Any]

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
namespace_option = click.option(
    "-n", "--namespace", default="", shell_complete=complete_namespace,
    help="The namespace; by default the context's.",
)  # fmt: skip
all_namespaces_option = click.option(
    "-A", "--all-namespaces", "everywhere", is_flag=True, help="In all namespaces."
)
selector_option = click.option(
    "-l", "--selector", default="", help="By labels: a=b,c!=d,e in (f,g)."
)
field_selector_option = click.option(
    "--field-selector", "fields", default="", help="By fields, as in: status.phase=Failed."
)
filename_option = click.option(
    "-f", "--filename", "filenames", multiple=True, type=click.Path(path_type=Path),
    help="A file, a folder with all below it, or - for standard input; may be repeated.",
)  # fmt: skip


def cluster_options(command: Decorated) -> Decorated:
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


def place_options(command: Decorated) -> Decorated:
    """Add ``-n`` and :func:`cluster_options`."""
    return namespace_option(cluster_options(command))
