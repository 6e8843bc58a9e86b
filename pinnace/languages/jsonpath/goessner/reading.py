"""A path's text as steps (evilmonkeyinc/jsonpath, token/token.go)."""

from __future__ import annotations

from typing import Any

from pinnace.languages.jsonpath.goessner import scripts
from pinnace.languages.jsonpath.goessner.errors import Refused
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
from pinnace.languages.jsonpath.goessner.subscripts import Arguments, bad_token, is_key, is_script
from pinnace.languages.jsonpath.goessner.tokens import tokenize


def read(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises Refused."""
    return tuple(_step(token) for token in tokenize(path))


_PLAIN: dict[str, Step] = {
    "$": Root(), "@": Current(), "*": Wildcard(), "..": Recursive(), "length": Length(),
}  # fmt: skip


def _step(token: str) -> Step:
    token = token.strip()
    if not token:
        raise Refused("invalid token. token string is empty")
    if token in _PLAIN:
        return _PLAIN[token]
    if not token.startswith("["):
        return Key(token)
    inside = token[1:-1].strip()
    if not token.endswith("]") or not inside:
        raise bad_token(token)
    if inside == "*":
        return Wildcard()
    if inside.startswith("?"):
        if not inside.startswith("?(") or not inside.endswith(")"):
            raise bad_token(token)
        return Filter(_checked(inside[2:-1].strip()))
    return _subscript(token, Arguments(token, inside).read())


def _checked(source: str) -> str:
    scripts.compiled(source, read)
    return source


def _subscript(token: str, found: list[Any]) -> Step:
    if len(found) == 1:
        return _single(token, found[0])
    parts: list[Any] = []
    after_colon = False
    for one in found:
        if one == ":" and after_colon:
            parts.append(None)
        elif one not in (":", ","):
            parts.append(one)
        after_colon = one == ":"
    colons, commas = found.count(":"), found.count(",")
    if bool(colons) == bool(commas) or colons > 2 or (commas and commas >= len(parts)):
        raise bad_token(token)
    return _sliced(parts, colons) if colons else Union(tuple(_member(token, p) for p in parts))


def _single(token: str, only: Any) -> Step:
    if isinstance(only, int):
        return Index(only)
    if isinstance(only, str) and is_key(only):
        return Key(only[1:-1])
    if isinstance(only, str) and is_script(only):
        return Script(_checked(only[1:-1]))
    raise bad_token(token)


def _member(token: str, part: Any) -> str | int | Expression:
    if isinstance(part, int):
        return part
    if isinstance(part, str) and is_script(part):
        return Expression(_checked(part[1:-1]))
    if isinstance(part, str) and is_key(part):
        return part[1:-1]
    raise bad_token(token)


def _sliced(parts: list[Any], colons: int) -> Slice:
    if colons == 1 and len(parts) == 1:
        parts = [*parts, None]
    bounds = []
    for part in (*parts[:3], None, None)[:3]:
        if isinstance(part, str):
            if not is_script(part):
                raise Refused(f"invalid expression format: {part}")
            part = Expression(_checked(part[1:-1]))
        bounds.append(part)
    if len(parts) < 2:
        raise Refused("a slice needs two bounds")
    return Slice(*bounds)
