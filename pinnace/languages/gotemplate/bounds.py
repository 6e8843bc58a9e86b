"""What one run of a template may cost: characters made, and how large lists and maps grow.

Steps alone bound nothing: `print $x $x` doubles a text with each step, and a list that holds
another one twice is small until it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_TEXT = 10_000_000
"""Characters of one value."""
MAX_WORK = 200_000_000
"""Characters that all calls of a run may read and make."""
_ITEM_WORK = 100  # what one value of a list costs to make, count or walk, in characters
MAX_ITEMS = 1_000_000
"""Values that a list or map holds, at all depths."""

_SLOW = frozenset(
    {"bcrypt", "htpasswd", "derivePassword", "genPrivateKey", "genCA", "genSelfSignedCert",
     "genSignedCert"}
)  # fmt: skip
_SLOW_WORK = MAX_WORK // 8  # these may be called eight times
_BUILDING = frozenset(
    {"append", "chunk", "concat", "deepCopy", "dict", "list", "merge", "mergeOverwrite",
     "mustAppend", "mustChunk", "mustDeepCopy", "mustMerge", "mustMergeOverwrite", "mustPrepend",
     "mustPush", "prepend", "push", "set", "tuple"}
)  # fmt: skip


class Budget:
    """What is left of a run's work."""

    def __init__(self) -> None:
        self._left = MAX_WORK

    def spend(self, name: str, arguments: tuple[Any, ...], result: Any) -> None:
        """Account for a call; ValueError when a bound is passed."""
        if isinstance(result, str) and len(result) > MAX_TEXT:
            raise ValueError(f"the text is longer than {MAX_TEXT} characters")
        self._left -= sum(len(value) for value in (*arguments, result) if isinstance(value, str))
        self._left -= _SLOW_WORK if name in _SLOW else 0
        held = _items(result, MAX_ITEMS) if name in _BUILDING else 0
        listed = len(result) if isinstance(result, list | tuple | Mapping) else 0
        self._left -= _ITEM_WORK * max(held, listed)
        if self._left < 0:
            raise ValueError("the template does too much work")
        if held > MAX_ITEMS:
            raise ValueError(f"the value holds more than {MAX_ITEMS} others, or itself")


def _items(value: Any, most: int) -> int:
    """How many values there are in it, counted until there are too many."""
    count, waiting = 0, [value]
    while waiting and count <= most:
        one = waiting.pop()
        count += 1
        if isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
    return count
