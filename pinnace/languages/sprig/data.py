"""sprig's functions on maps, and on data of any shape."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages.gotypes import is_nil
from pinnace.languages.govalues import kind_name, truth, type_name
from pinnace.languages.sprig import urls
from pinnace.languages.sprig.casts import to_text
from pinnace.languages.sprig.lists import same


def _dict(*pairs: Any) -> dict[str, Any]:
    keys = pairs[::2]
    values = [*pairs[1::2], *([""] if len(pairs) % 2 else [])]
    return {to_text(key): value for key, value in zip(keys, values, strict=True)}


def _set(target: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    target[key] = value
    return target


def _unset(target: dict[str, Any], key: str) -> dict[str, Any]:
    target.pop(key, None)
    return target


def _pluck(key: str, *maps: dict[str, Any]) -> list[Any]:
    return [one[key] for one in maps if key in one]


def _pick(target: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: target[key] for key in keys if key in target}


def _omit(target: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in target.items() if key not in keys}


def _merging(overwrite: bool) -> Callable[..., dict[str, Any]]:
    """mergo: maps are merged deeply; which side wins is the only difference."""

    def merge(target: dict[str, Any], *sources: dict[str, Any]) -> dict[str, Any]:
        for source in sources:
            if is_nil(target) and not is_nil(source):
                target = {}
            _merge(target, source, overwrite)
        return target

    return merge


def _merge(into: dict[str, Any], source: Mapping[str, Any], overwrite: bool) -> None:
    for key, value in list(source.items()):
        mine = into.get(key)
        if value is None:
            if overwrite:
                into[key] = None
        elif isinstance(mine, dict) and isinstance(value, Mapping):
            _merge(mine, value, overwrite)
            if not mine:  # an empty map gives way to the other itself
                into[key] = value
        elif key not in into or overwrite or not truth(mine):
            into[key] = value


def _dig(*arguments: Any) -> Any:
    """`dig "a" "b" default map`: the value at the keys, or the default."""
    if len(arguments) < 3:
        raise ValueError("dig needs at least three arguments: keys, a default and a map")
    *keys, default, level = arguments
    if not all(isinstance(key, str) for key in keys):
        raise ValueError("dig: a key is no string")
    for key in keys:
        if type_name(level) != "map[string]interface {}":
            raise ValueError(f"dig: {type_name(level)} is not map[string]interface {{}}")
        if key not in level:
            return default
        level = level[key]
    return level


def _deep_copy(value: Any) -> Any:
    """copystructure.Copy."""
    if value is None:
        raise ValueError("deepCopy of nil")
    return copy.deepcopy(value)


TABLE: dict[str, Callable[..., Any]] = {
    "dict": _dict,
    "get": lambda target, key: target.get(key, ""),
    "set": _set,
    "unset": _unset,
    "hasKey": lambda target, key: key in target,
    "pluck": _pluck,
    "keys": lambda *maps: [key for one in maps for key in one],
    "values": lambda target: list(target.values()),
    "pick": _pick,
    "omit": _omit,
    "merge": _merging(False),
    "mustMerge": _merging(False),
    "mergeOverwrite": _merging(True),
    "mustMergeOverwrite": _merging(True),
    "deepCopy": _deep_copy,
    "mustDeepCopy": _deep_copy,
    "dig": _dig,
    "typeOf": type_name,
    "typeIs": lambda name, value: type_name(value) == name,
    "typeIsLike": lambda name, value: type_name(value) in (name, f"*{name}"),
    "kindOf": kind_name,
    "kindIs": lambda name, value: kind_name(value) == name,
    "deepEqual": same,
    **urls.TABLE,
}
