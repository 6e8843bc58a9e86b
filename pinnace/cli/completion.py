"""``pinnace completion``: the script that completes words in a shell."""

import click
from click.shell_completion import get_completion_class

from pinnace.cli.main import cli

_VARIABLE = "_PINNACE_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what completes commands, kinds, and names of objects in a shell.

    \b
    Example:
      source <(pinnace completion bash)                # now; or in ~/.bashrc
      source <(pinnace completion zsh)                 # in ~/.zshrc, after compinit
      pinnace completion fish > ~/.config/fish/completions/pinnace.fish
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(cli, {}, "pinnace", _VARIABLE).source())
