"""A group of commands that are loaded when they are called."""

import importlib
from collections.abc import Mapping, Sequence

import click
from click.shell_completion import CompletionItem

from pinnace.cli.commands import SECTIONS, Entry

_ROOT = "pinnace.cli"


class LazyGroup(click.Group):
    """Finds its commands in the table of :mod:`pinnace.cli.commands`."""

    _entries: Mapping[str, Entry] = {
        entry.name: entry for _, entries in SECTIONS for entry in entries
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the help."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command = getattr(importlib.import_module(f"{_ROOT}.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.place} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections of the help without loading any command."""
        for title, entries in SECTIONS:
            with formatter.section(title):
                formatter.write_dl([(entry.name, entry.help) for entry in entries])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete names of commands and of the group's own options."""
        names = [
            CompletionItem(entry.name, help=entry.help)
            for entry in self._entries.values()
            if entry.name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; the error for an unknown one names near ones."""
        name = args[0]
        if name not in self._entries and not name.startswith("-"):
            ctx.fail(f"No such command {name!r}.{_meant(name, list(self._entries))}")
        return super().resolve_command(ctx, args)


def _meant(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    near = get_close_matches(name, known, n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""
