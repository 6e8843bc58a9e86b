"""jq's functions whose arguments are programs, by subject, in tables by (name, arity).

A function of BUILDERS gets a `Run` for each argument and makes one of them. A function of BUILTINS
gets (environment, input, track, a `Run` for each argument) and yields outputs: what `definitions`
has too is asked only where there is no path, and no `?//` in the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pinnace.languages.jq.builtins import (
    bounded,
    joins,
    loops,
    ordering,
    places,
    regexes,
    selection,
    streams,
)
from pinnace.languages.jq.core import Output, Run

BUILDERS: dict[tuple[str, int], Callable[..., Run]] = {
    **selection.BUILDERS,
    **bounded.BUILDERS,
    **loops.BUILDERS,
    **places.BUILDERS,
}
BUILTINS: dict[tuple[str, int], Callable[..., Iterator[Output]]] = {
    **selection.BUILTINS,
    **ordering.BUILTINS,
    **bounded.BUILTINS,
    **loops.BUILTINS,
    **places.BUILTINS,
    **streams.BUILTINS,
    **regexes.BUILTINS,
    **joins.BUILTINS,
}

__all__ = ["BUILDERS", "BUILTINS"]
