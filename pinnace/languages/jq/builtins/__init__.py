"""jq's functions whose arguments are programs, by subject: each table is (name, arity) -> function.

A function gets (environment, input, track, a `Run` for each argument) and yields outputs. What it
hands its own track to can stand in a path; what is only looked at runs without one.
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
from pinnace.languages.jq.core import Output

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

__all__ = ["BUILTINS"]
