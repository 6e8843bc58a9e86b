"""The ``pinnace`` command, and how the failures of its sub-commands are told."""

import os
import sys

import click

from pinnace import __version__
from pinnace.cli.lazy import LazyGroup
from pinnace.cli.tables import harmless
from pinnace.objects.errors import PinnaceError
from pinnace.workflows.problems import Problem

_INTERRUPTED = 130  # as shells say it of a program that Ctrl-C ended


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

    Exit codes: 0 it was done; 1 it failed, or what was waited for failed; 2 wrong usage;
    130 Ctrl-C.
    """
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def main() -> None:
    """Run the command line; a failure is one clear message and exit code 1."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(_INTERRUPTED)
    except OSError as error:
        if not error.filename:
            raise  # not about a file that somebody named
        click.echo(f"pinnace: {harmless(str(error.filename))}: {error.strerror}", err=True)
        sys.exit(1)
    except (PinnaceError, Problem) as error:
        click.echo(f"pinnace: {harmless(str(error))}", err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
