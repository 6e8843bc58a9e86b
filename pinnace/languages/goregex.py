"""Go's regexp syntax, which is RE2: matching in linear time, whatever the pattern.

Comes from filters, `=~`, `matches` and sprig's `regex*`; backed by the `google-re2` package.
Patterns are unanchored searches, as `regexp.MatchString` is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from pinnace.languages.errors import LanguageError

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # the error is raised; RE2 need not print it as well


@lru_cache(maxsize=512)
def compile(pattern: str) -> Any:
    """The compiled pattern; a LanguageError names what RE2 dislikes."""
    try:
        return re2.compile(pattern, _OPTIONS)
    except re2.error as problem:
        raise LanguageError("regex", pattern, 0, _reason(problem)) from problem


def _reason(problem: Exception) -> str:
    detail = problem.args[0] if problem.args else ""
    text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    return f"error parsing regexp: {text}"


def search(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return compile(pattern).search(text) is not None


def find(pattern: str, text: str) -> str:
    """The leftmost match, or the empty string."""
    found = compile(pattern).search(text)
    return str(found.group(0)) if found else ""


def find_all(pattern: str, text: str, limit: int = -1) -> list[str]:
    """Every match in order, at most `limit` of them unless it is negative."""
    matches = [str(m.group(0)) for m in compile(pattern).finditer(text)]
    return matches if limit < 0 else matches[:limit]


def replace_all(pattern: str, text: str, template: str) -> str:
    """Every match replaced; `$1` and `${name}` in the template stand for groups."""
    return str(compile(pattern).sub(lambda m: _expand(m, template), text))


def replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """Every match replaced by exactly that text."""
    return str(compile(pattern).sub(lambda _m: replacement, text))


def split(pattern: str, text: str, limit: int = -1) -> list[str]:
    """The text between matches: at most `limit` parts, all of them when it is negative."""
    if limit == 0:
        return []
    parts: list[str] = []
    start = 0
    for match in compile(pattern).finditer(text):
        if 0 < limit <= len(parts) + 1:
            break
        if match.end() == 0 or (match.start() == match.end() == len(text)):
            continue  # Go never splits off an empty match at either edge
        parts.append(text[start : match.start()])
        start = match.end()
    return [*parts, text[start:]]


def quote_meta(text: str) -> str:
    """The text with every character that RE2 would read as syntax escaped."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


_GROUP = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


def _expand(match: Any, template: str) -> str:
    """Go's Regexp.Expand: an unknown group is empty, `$$` a dollar, `$1x` the group "1x"."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name is None:
            return "$"
        if name.isdigit():
            number = int(name)
            return (match.group(number) or "") if number <= match.re.groups else ""
        return (match.group(name) or "") if name in match.re.groupindex else ""

    return _GROUP.sub(one, template)
