"""Slices that are known again: upstream's slice is a view, and the same one each time it is taken.

Only a path asks for that (`paths.is_intact`). The last few of small arrays are kept, so that what
is remembered takes no memory worth speaking of.
"""

from __future__ import annotations

from typing import Any

_LONGEST = 64
_MOST = 32

_parts: dict[tuple[int, int, int], tuple[list[Any], list[Any]]] = {}
"""By the array that a slice is of, and where: that array, which stays alive, and the slice."""

_origins: dict[int, tuple[int, int, int]] = {}
"""Where in `_parts` a slice is, by its identity."""


def part(items: list[Any], first: int, last: int) -> list[Any]:
    """The items from `first` up to `last`; a slice of a slice is one of the whole array."""
    if last - first == len(items):
        return items
    if len(items) > _LONGEST:
        return items[first:last]
    whole, start = items, 0
    if (origin := _origins.get(id(items))) is not None:
        whole, start = _parts[origin][0], origin[1]
    key = (id(whole), start + first, start + last)
    if key not in _parts:
        _forget_all_but(_MOST)
        made = items[first:last]
        _parts[key] = (whole, made)
        _origins[id(made)] = key
    return _parts[key][1]


def is_part(items: list[Any]) -> bool:
    """Whether an array is a slice of another."""
    return id(items) in _origins


def _forget_all_but(count: int) -> None:
    while len(_parts) > count:
        _, made = _parts.pop(next(iter(_parts)))
        del _origins[id(made)]


def forget() -> None:
    """Begin anew, with another program."""
    _forget_all_but(0)
