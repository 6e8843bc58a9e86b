"""Options that several commands share."""

from pathlib import Path

import click

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
