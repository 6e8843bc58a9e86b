"""sprig's functions on maps, and on data of any shape."""

from __future__ import annotations

import copy
import urllib.parse
from collections.abc import Callable
from typing import Any

from pinnace.languages.govalues import kind_name, type_name
from pinnace.languages.sprig.casts import to_text, want_map, want_text
from pinnace.languages.sprig.lists import same


def _dict(*pairs: Any) -> dict[str, Any]:
    keys = pairs[::2]
    values = [*pairs[1::2], *([""] if len(pairs) % 2 else [])]
    return {to_text(key): value for key, value in zip(keys, values, strict=True)}


def _set(target: Any, key: Any, value: Any) -> dict[str, Any]:
    found = want_map(target)
    found[want_text(key)] = value
    return found


def _unset(target: Any, key: Any) -> dict[str, Any]:
    found = want_map(target)
    found.pop(want_text(key), None)
    return found


def _pluck(key: Any, *maps: Any) -> list[Any]:
    return [want_map(one)[key] for one in maps if key in want_map(one)]


def _pick(target: Any, *keys: Any) -> dict[str, Any]:
    return {key: value for key, value in want_map(target).items() if key in keys}


def _omit(target: Any, *keys: Any) -> dict[str, Any]:
    return {key: value for key, value in want_map(target).items() if key not in keys}


def _merging(overwrite: bool) -> Callable[..., dict[str, Any]]:
    """mergo: maps are merged deeply; which side wins is the only difference."""

    def merge(target: Any, *sources: Any) -> dict[str, Any]:
        into = want_map(target)
        for source in sources:
            for key, value in want_map(source).items():
                mine = into.get(key)
                if isinstance(mine, dict) and isinstance(value, dict):
                    merge(mine, value)
                elif key not in into or (value not in _EMPTY if overwrite else mine in _EMPTY):
                    into[key] = copy.deepcopy(value)
        return into

    return merge


_EMPTY: tuple[Any, ...] = (None, "", 0, False, [], {})


def _dig(*arguments: Any) -> Any:
    """`dig "a" "b" default map`: the value at the keys, or the default."""
    if len(arguments) < 3:
        raise ValueError("dig needs at least three arguments: keys, a default and a map")
    *keys, default, level = arguments
    level = want_map(level)
    for key in keys:
        if not isinstance(level, dict) or key not in level:
            return default
        level = level[key]
    return level


_URL_PLAIN = "/$&+,:;=@~"  # net/url leaves these as they are when it escapes a path
_URL_PARTS = ("scheme", "host", "hostname", "path", "query", "opaque", "fragment", "userinfo")


def _url_parse(url: Any) -> dict[str, str]:
    parts = urllib.parse.urlsplit(want_text(url))
    user, _, host = parts.netloc.rpartition("@")
    # as net/url: path and fragment are decoded, the query is raw
    path, fragment = urllib.parse.unquote(parts.path), urllib.parse.unquote(parts.fragment)
    values = (parts.scheme, host, parts.hostname or "", path, parts.query, "", fragment)
    return dict(zip(_URL_PARTS, (*values, user), strict=True))


def _url_join(parts: Any) -> str:
    found = want_map(parts)
    host = to_text(found.get("host", ""))
    user = to_text(found.get("userinfo", ""))
    netloc = f"{user}@{host}" if user else host
    scheme, path, query, fragment = (
        to_text(found.get(name, "")) for name in ("scheme", "path", "query", "fragment")
    )
    quoted = (urllib.parse.quote(path, safe=_URL_PLAIN), query)
    return urllib.parse.urlunsplit(
        (scheme, netloc, *quoted, urllib.parse.quote(fragment, safe=_URL_PLAIN + "?"))
    )


_TYPES: dict[str, Callable[..., Any]] = {
    "typeOf": type_name,
    "typeIs": lambda name, value: type_name(value) == name,
    "typeIsLike": lambda name, value: type_name(value) in (name, f"*{name}"),
    "kindOf": kind_name,
    "kindIs": lambda name, value: kind_name(value) == name,
    "deepEqual": same,
}

TABLE: dict[str, Callable[..., Any]] = {
    "dict": _dict,
    "get": lambda target, key: want_map(target).get(want_text(key), ""),
    "set": _set,
    "unset": _unset,
    "hasKey": lambda target, key: want_text(key) in want_map(target),
    "pluck": _pluck,
    "keys": lambda *maps: [key for one in maps for key in want_map(one)],
    "values": lambda target: list(want_map(target).values()),
    "pick": _pick,
    "omit": _omit,
    "merge": _merging(False),
    "mustMerge": _merging(False),
    "mergeOverwrite": _merging(True),
    "mustMergeOverwrite": _merging(True),
    "deepCopy": copy.deepcopy,
    "mustDeepCopy": copy.deepcopy,
    "dig": _dig,
    "urlParse": _url_parse,
    "urlJoin": _url_join,
    **_TYPES,
}
