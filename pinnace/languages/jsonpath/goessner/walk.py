"""Where the steps of a path lead in a document."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages import gonumbers
from pinnace.languages.jsonpath.goessner import scripts
from pinnace.languages.jsonpath.goessner.errors import Refused
from pinnace.languages.jsonpath.goessner.reading import read
from pinnace.languages.jsonpath.goessner.steps import (
    Current,
    Expression,
    Filter,
    Index,
    Key,
    Length,
    Recursive,
    Root,
    Script,
    Slice,
    Step,
    Union,
    Wildcard,
)


def apply(steps: tuple[Step, ...], root: Any, current: Any) -> Any:
    """What the steps lead to from `current`; raises Refused."""
    if not steps:
        return current
    step, rest = steps[0], steps[1:]
    return _APPLY[type(step)](step, root, current, rest)


def _root(_step: Any, root: Any, _current: Any, rest: tuple[Step, ...]) -> Any:
    return apply(rest, root, root)


def _current(_step: Any, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    return apply(rest, root, current)


def _key(step: Key, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    if not isinstance(current, Mapping):
        raise Refused(f"key: invalid token target: expected a map, got {_kind(current)}")
    if step.name not in current:
        raise Refused(f"key: invalid token key not found: {step.name!r}")
    return apply(rest, root, current[step.name])


def _index(step: Index, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    items = _list(current, "index")
    place = step.index + (len(items) if step.index < 0 else 0)
    if not 0 <= place < len(items):
        raise Refused(f"index: invalid token out of range: {step.index} of {len(items)}")
    return apply(rest, root, items[place])


def _slice(step: Slice, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    items = _list(current, "range")
    start, stop, by = (_bound(part, root, current) for part in (step.start, step.stop, step.step))
    first = _clamped(start, len(items)) if start is not None else 0
    last = _clamped(stop, len(items)) if stop is not None else len(items)
    by = 1 if by is None else by
    if by == 0:
        raise Refused("range: invalid token out of range: the step is 0")
    places = range(first, last, by) if by > 0 else range(last - 1, first - 1, by)
    return _each([items[place] for place in places], root, rest)


def _clamped(index: int, length: int) -> int:
    return min(max(index + (length if index < 0 else 0), 0), length)


def _bound(part: int | Expression | None, root: Any, current: Any) -> int | None:
    if not isinstance(part, Expression):
        return part
    value = _whole(_evaluate(part.source, root, current))
    if value is None:
        raise Refused("range: unexpected expression result: expected an integer")
    return value


def _union(step: Union, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    names = [_member(part, root, current) for part in step.parts]
    if len({isinstance(name, str) for name in names}) > 1:
        raise Refused("union: invalid token argument: keys and indices are mixed")
    if isinstance(names[0], str):
        if not isinstance(current, Mapping):
            raise Refused(f"union: invalid token target: expected a map, got {_kind(current)}")
        return _each([current[name] for name in names if name in current], root, rest)
    items = _list(current, "union")
    places = [int(name) + (len(items) if int(name) < 0 else 0) for name in names]
    return _each([items[place] for place in places if 0 <= place < len(items)], root, rest)


def _member(part: str | int | Expression, root: Any, current: Any) -> str | int:
    if not isinstance(part, Expression):
        return part
    value = _evaluate(part.source, root, current)
    number = value if isinstance(value, str) else _whole(value)
    if number is None:
        raise Refused("union: invalid token argument: expected a string or an integer")
    return number


def _each(found: list[Any], root: Any, rest: tuple[Step, ...]) -> Any:
    """The other steps on each value; an index that comes next picks among them all."""
    if not rest or isinstance(rest[0], Index):
        return apply(rest, root, found)
    return _kept(found, root, rest)


def _kept(found: list[Any], root: Any, rest: tuple[Step, ...]) -> list[Any]:
    """The other steps on each value, without those that fail or give nil."""
    kept = []
    for value in found:
        try:
            result = apply(rest, root, value)
        except Refused:
            continue
        if result is not None:
            kept.append(result)
    return kept


def _wildcard(_step: Any, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    if not isinstance(current, Mapping | list):
        raise Refused(f"wildcard: invalid token target: got {_kind(current)}")
    return _kept(_values(current), root, rest) if rest else _values(current)


def _filter(step: Filter, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    if not step.source:
        raise Refused("invalid expression. is empty")
    if not isinstance(current, Mapping | list):
        raise Refused(f"filter: invalid token target: got {_kind(current)}")
    found = [value for value in _values(current) if _passes(step.source, root, value)]
    if rest and isinstance(rest[0], Index):
        return apply(rest, current, found)
    return _kept(found, root, rest) if rest else found


def _passes(source: str, root: Any, value: Any) -> bool:
    try:
        verdict = _evaluate(source, root, value)
    except Refused:
        return False
    if isinstance(verdict, str) and len(verdict) > 1 and verdict[0] == verdict[-1] in "'\"":
        verdict = verdict[1:-1]
    return bool(verdict)


def _recursive(_step: Any, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    found: list[Any] = []
    if current is None:
        return found
    try:
        result = apply(rest, root, current)
    except Refused:
        result = None
    if isinstance(result, list) and rest:
        found += result
    elif result is not None:
        found.append(result)
    if isinstance(current, Mapping | list):
        for value in _values(current):
            found += _recursive(_step, root, value, rest)
    return found


def _script(step: Script, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    value = _evaluate(step.source, root, current)
    if isinstance(value, str):
        return _key(Key(value), root, current, rest)
    number = _whole(value)
    if number is None:
        raise Refused("unexpected expression result: expected an integer or a string")
    return _index(Index(number), root, current, rest)


def _length(_step: Any, root: Any, current: Any, rest: tuple[Step, ...]) -> Any:
    if isinstance(current, str):
        return apply(rest, root, len(current.encode()))
    if not isinstance(current, Mapping | list):
        raise Refused(f"length: invalid token target: got {_kind(current)}")
    size = current["length"] if isinstance(current, Mapping) and "length" in current else None
    named = isinstance(current, Mapping) and "length" in current
    return apply(rest, root, size if named else len(current))


def _whole(value: Any) -> int | None:
    """The integer that a number is, if it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return value
    return gonumbers.truncate(value) if math.isinf(value) or value % 1 == 0 else None


def _evaluate(source: str, root: Any, current: Any) -> Any:
    return scripts.evaluate(source, root, current, read, apply)


def _list(current: Any, kind: str) -> list[Any]:
    if not isinstance(current, list):
        raise Refused(f"{kind}: invalid token target: expected an array, got {_kind(current)}")
    return current


def _values(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value, key=str.encode)]
    return list(value)


def _kind(value: Any) -> str:
    return "nil" if value is None else type(value).__name__


_APPLY: dict[type, Callable[[Any, Any, Any, tuple[Step, ...]], Any]] = {
    Root: _root, Current: _current, Key: _key, Index: _index, Slice: _slice, Union: _union,
    Wildcard: _wildcard, Filter: _filter, Recursive: _recursive, Script: _script, Length: _length,
}  # fmt: skip
