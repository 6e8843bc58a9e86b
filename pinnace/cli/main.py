"""The ``pinnace`` command, and how the failures of its sub-commands are told."""

import os
import sys

import click

from pinnace import __version__
from pinnace.cli.lazy import LazyGroup
from pinnace.objects.errors import PinnaceError
from pinnace.workflows.problems import Problem


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pinnace")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Argo Events, Argo Workflows and Kubeflow TFJob on one machine, with no cluster.

    \b
    Example:
      pinnace up --detach
      pinnace submit workflow.yaml --watch
      pinnace get pods -w

    Exit codes: 0 it was done; 1 it failed, or what was waited for failed; 2 wrong usage.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def main() -> None:
    """Run the command line; a failure is one clear message and exit code 1."""
    try:
        cli()
    except (PinnaceError, Problem) as error:
        click.echo(f"pinnace: {error}", err=True)
        sys.exit(1)
