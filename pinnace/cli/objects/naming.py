"""What a person names on the command line: ``pods``, ``pod a b``, ``wf/a tfjob/b``. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import click


@dataclass(frozen=True)
class Named:
    """Kinds as they were called, and names of objects (none: all of them)."""

    kinds: str
    names: tuple[str, ...] = ()


def read_names(words: Sequence[str]) -> list[Named]:
    """Read ``TYPE[,TYPE…] [NAME…]`` or ``TYPE/NAME…``; raises UsageError."""
    if not words:
        raise click.UsageError(
            "name what you mean: TYPE [NAME…] or TYPE/NAME, as in: pods, wf/hello"
        )
    slashes = ["/" in word for word in words]
    if not any(slashes):
        return [Named(words[0], tuple(words[1:]))]
    if not all(slashes):
        raise click.UsageError(
            "there is no need to name a type beside TYPE/NAME; write either "
            f"{words[0].partition('/')[0]} NAME… or TYPE/NAME for each"
        )
    found = []
    for word in words:
        kind, _, name = word.partition("/")
        if not kind or not name or "/" in name:
            raise click.UsageError(f"expected TYPE/NAME, found {word!r}")
        found.append(Named(kind, (name,)))
    return found
