"""``pinnace wait``: until workflows have ended."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from pinnace.cli.completing import complete_workflow
from pinnace.cli.connection import connect
from pinnace.cli.options import place_options
from pinnace.cli.spans import seconds_option
from pinnace.cli.workflows.afterwards import wait_for
from pinnace.cli.workflows.following import find, succeeded
from pinnace.objects.errors import NotFound


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME…",
                shell_complete=complete_workflow)  # fmt: skip
@place_options
@seconds_option("--timeout", help="At most so long, as in 10m; then the exit code is 1.")
@click.option("--ignore-not-found", "lenient", is_flag=True, help="What isn't there is no error.")
def wait(
    names: Sequence[str], namespace: str, timeout: float | None, lenient: bool, **where: Any
) -> None:
    """Wait until workflows have ended. Exit code 0: all succeeded; 1: one did not.

    \b
    Example:
      pinnace wait hello-x7k2p --timeout 10m
      pinnace wait @latest
    """
    good = True
    with connect(**where) as client:
        for name in names:
            try:
                workflow = find(client, namespace or client.namespace, name)
            except NotFound:
                if lenient:
                    continue
                raise
            good = succeeded(wait_for(client, workflow, timeout=timeout)) and good
    sys.exit(0 if good else 1)
