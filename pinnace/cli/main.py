"""The ``pinnace`` command: its sub-commands, and how their failures are told."""

import sys

import click

from pinnace import __version__
from pinnace.cli.demo.command import demo
from pinnace.cli.down import down
from pinnace.cli.events.command import events
from pinnace.cli.explain import explain
from pinnace.cli.replay import replay
from pinnace.cli.sensor import sensor
from pinnace.cli.status import status
from pinnace.cli.up import up
from pinnace.objects.errors import PinnaceError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pinnace")
def cli() -> None:
    """Argo Events, Argo Workflows and Kubeflow TFJob on one machine, with no cluster.

    \b
    Example:
      pinnace up --detach
      export KUBECONFIG=.pinnace/kubeconfig
      kubectl get workflows -w
    """


for _command in (up, down, status, demo, events, explain, replay, sensor):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; a failure is one clear message and exit code 1."""
    try:
        cli()
    except PinnaceError as error:
        click.echo(f"pinnace: {error}", err=True)
        sys.exit(1)
