"""Values of Go types that Python has no type of its own for, and the questions asked of them.

`1..3` is an []int, `split` gives a []string, `toPairs` a [][2]interface {}, `groupBy` a
map[interface {}][]interface {}. What compares equal, what may be a map's key and what `type`
answers depends on it. Slices and plain numbers are those of `gotypes`; here is what only expr has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from pinnace.languages import gonumbers
from pinnace.languages.gotypes import Named, Slice, Uint8
from pinnace.languages.govalues import is_number, type_name


def ints(items: Iterable[int]) -> Slice:
    """A range."""
    return Slice("[]int", items)


class Pair(list[Any]):
    """A key and its value."""

    go_type: ClassVar[str] = "[2]interface {}"


class Pairs(list[Pair]):
    """What `toPairs` gives."""

    go_type: ClassVar[str] = "[][2]interface {}"


class AnyMap(Mapping[Any, Any]):
    """What `fromPairs` gives: a map whose keys 1, 1.0 and true are three different ones."""

    go_type: ClassVar[str] = "map[interface {}]interface {}"

    def __init__(self, pairs: Iterable[tuple[Any, Any]] = ()) -> None:
        self.nil = False
        self._pairs: dict[tuple[str, Any], tuple[Any, Any]] = {}
        for key, value in pairs:
            self.put(key, value)

    def put(self, key: Any, value: Any) -> None:
        """Set one key; ValueError if Go can't hash it."""
        self._pairs[self._hashed(key)] = (key, value)

    @staticmethod
    def _hashed(key: Any) -> tuple[str, Any]:
        if isinstance(key, list | tuple | Mapping | bytes) and not isinstance(key, Pair):
            raise ValueError(f"hash of unhashable type {type_name(key)}")
        if isinstance(key, datetime):  # the same moment in another zone is another key
            return type_name(key), (key, key.tzinfo)
        whole = tuple(map(AnyMap._hashed, key)) if isinstance(key, Pair) else key
        return type_name(key), whole

    def __getitem__(self, key: Any) -> Any:
        return self._pairs[self._hashed(key)][1]

    def __contains__(self, key: object) -> bool:
        return self._hashed(key) in self._pairs

    def __iter__(self) -> Iterator[Any]:
        return (key for key, _ in self._pairs.values())

    def __len__(self) -> int:
        return len(self._pairs)

    def as_json(self) -> None:
        """encoding/json has no way to write it."""
        raise ValueError(f"json: unsupported type: {self.go_type}")


class Groups(AnyMap):
    """What `groupBy` gives."""

    go_type: ClassVar[str] = "map[interface {}][]interface {}"


def is_array(value: Any) -> bool:
    """A Go slice or array."""
    return isinstance(value, list | tuple | bytes)


def items(value: Any) -> list[Any]:
    """The elements of a slice or array."""
    return [Uint8(item) for item in value] if isinstance(value, bytes) else list(value)


def is_basic(value: Any) -> bool:
    """Whether it is one of Go's own numeric types: a month and a duration are not."""
    return is_number(value) and not isinstance(value, Named)


def is_integer(value: Any) -> bool:
    """Whether it is one of Go's own integers."""
    return is_basic(value) and isinstance(value, int)


def whole(value: Any) -> int:
    """runtime.ToInt: indexes and bounds, with floats cut towards zero."""
    if not is_basic(value):
        raise ValueError(f"invalid operation: int({type_name(value)})")
    return int(value) if isinstance(value, int) else gonumbers.truncate(value)


def mismatch(operator: str, left: Any, right: Any) -> ValueError:
    """The error of operands that don't go together."""
    return ValueError(
        f"invalid operation: {operator} (mismatched types {type_name(left)} and {type_name(right)})"
    )
