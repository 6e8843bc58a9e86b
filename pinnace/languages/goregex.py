"""Go's regexp syntax, which is RE2: matching in linear time, whatever the pattern.

Comes from filters, `=~`, `matches` and sprig's `regex*`; backed by the `google-re2` package.
Patterns are unanchored searches, as `regexp.MatchString` is. Texts are matched as bytes, so that
positions cost nothing; a byte that is no UTF-8 matches as U+FFFD does, as in Go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import re2

from pinnace.languages.errors import LanguageError
from pinnace.languages.goclasses import LONGEST, translated

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # the error is raised; RE2 need not print it as well


@lru_cache(maxsize=512)
def compile(pattern: str) -> Any:
    """The compiled pattern; a LanguageError names what RE2 dislikes."""
    if len(pattern) > LONGEST:
        raise LanguageError("regex", pattern, 0, f"a pattern is at most {LONGEST} characters long")
    try:
        return re2.compile(translated(pattern), _OPTIONS)
    except re2.error as problem:
        raise LanguageError("regex", pattern, 0, _reason(problem)) from problem
    except UnicodeEncodeError as problem:
        message = "error parsing regexp: invalid UTF-8"
        raise LanguageError("regex", pattern, problem.start, message) from problem


def _reason(problem: Exception) -> str:
    detail = problem.args[0] if problem.args else ""
    text = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    return f"error parsing regexp: {text}"


class _Subject:
    """A text as the bytes that are matched, and how to cut it by their positions."""

    def __init__(self, text: str) -> None:
        self._own = text.encode("utf-8", "surrogateescape")
        self.data = self._own
        self._places: list[int] | None = None
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self._broken(text)

    def _broken(self, text: str) -> None:
        """Put U+FFFD for each stray byte, and remember where each byte comes from."""
        places: list[int] = []
        data, own = bytearray(), 0
        for char in text:
            size = 1 if "\udc80" <= char <= "\udcff" else len(char.encode("utf-8", "replace"))
            shown = "\ufffd".encode() if size == 1 and char > "\x7f" else char.encode()
            places += [own] * len(shown)
            data += shown
            own += size
        self.data, self._places = bytes(data), [*places, own]

    def search(self, pattern: Any, place: int) -> Any:
        """The leftmost match from a place on; RE2's `\\B` also matches within a character."""
        while place <= len(self.data):
            found = pattern.search(self.data, place)
            if found is None:
                return None
            start = found.start()
            if start == len(self.data) or self.data[start] & 0xC0 != 0x80:
                return found
            place = self.step(start)
        return None

    def cut(self, start: int, end: int) -> str:
        """The text between two positions in `data`."""
        if self._places is not None:
            start, end = self._places[start], self._places[end]
        return self._own[start:end].decode("utf-8", "surrogateescape")

    def step(self, place: int) -> int:
        """The position after the character at a place; beyond the end at the end."""
        place += 1
        while place < len(self.data) and self.data[place] & 0xC0 == 0x80:
            place += 1
        return place


def _matches(pattern: Any, subject: _Subject, limit: int) -> Iterator[tuple[int, int]]:
    """Regexp.allMatches: an empty match right after another match does not count."""
    place, before, count = 0, -1, 0
    while place <= len(subject.data) and (limit < 0 or count < limit):
        found = subject.search(pattern, place)
        if found is None:
            return
        start, end = found.span()
        skipped = end == place and start == before
        place = subject.step(place) if end == place else end
        before = end
        if not skipped:
            count += 1
            yield start, end


def search(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return _Subject(text).search(compile(pattern), 0) is not None


def find(pattern: str, text: str) -> str:
    """The leftmost match, or the empty string."""
    subject = _Subject(text)
    found = subject.search(compile(pattern), 0)
    return subject.cut(*found.span()) if found else ""


def find_all(pattern: str, text: str, limit: int = -1) -> list[str]:
    """Every match in order, at most `limit` of them unless it is negative."""
    subject = _Subject(text)
    return [subject.cut(*span) for span in _matches(compile(pattern), subject, limit)]


def replace_all(pattern: str, text: str, template: str) -> str:
    """Every match replaced; `$1` and `${name}` in the template stand for groups."""
    compiled = compile(pattern)
    return _replaced(compiled, text, lambda found, cut: _expand(compiled, found, cut, template))


def replace_all_literal(pattern: str, text: str, replacement: str) -> str:
    """Every match replaced by exactly that text."""
    return _replaced(compile(pattern), text, lambda _found, _cut: replacement)


LONGEST_RESULT = 10_000_000


def _replaced(pattern: Any, text: str, put: Callable[[Any, Callable[..., str]], str]) -> str:
    """Regexp.replaceAll."""
    subject = _Subject(text)
    parts: list[str] = []
    place = last = size = 0
    while place <= len(subject.data):
        found = subject.search(pattern, place)
        if found is None:
            break
        start, end = found.span()
        parts.append(subject.cut(last, start))
        if end > last or start == 0:
            parts.append(put(found, subject.cut))
        size += len(parts[-1])
        if size > LONGEST_RESULT:
            raise LanguageError("regex", "", 0, f"the result exceeds {LONGEST_RESULT} characters")
        last = end
        place = max(end, subject.step(place))
    return "".join([*parts, subject.cut(min(last, len(subject.data)), len(subject.data))])


def split(pattern: str, text: str, limit: int = -1) -> list[str]:
    """The text between matches: at most `limit` parts, all of them when it is negative."""
    compiled = compile(pattern)
    if limit == 0:
        return []
    if pattern and not text:
        return [""]
    subject = _Subject(text)
    parts: list[str] = []
    begin = end = 0
    for start, stop in _matches(compiled, subject, limit):
        if 0 < limit == len(parts) + 1:
            break
        end = start
        if stop != 0:
            parts.append(subject.cut(begin, end))
        begin = stop
    if end != len(subject.data):
        parts.append(subject.cut(begin, len(subject.data)))
    return parts


def quote_meta(text: str) -> str:
    """The text with every character that RE2 would read as syntax escaped."""
    return re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text)


_GROUP = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


def _expand(pattern: Any, found: Any, cut: Callable[..., str], template: str) -> str:
    """Go's Regexp.Expand: an unknown group is empty, `$$` a dollar, `$1x` the group "1x"."""

    def one(reference: re.Match[str]) -> str:
        name = reference.group(1) or reference.group(2)
        if name is None:
            return "$"
        number = pattern.groupindex.get(name, -1)
        if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
            number = int(name) if len(name) < 9 else -1
        if not 0 <= number <= pattern.groups or found.start(number) < 0:
            return ""
        return cut(*found.span(number))

    return _GROUP.sub(one, template)


def find_groups(pattern: str, text: str, limit: int = -1) -> list[list[tuple[int, int] | None]]:
    """FindAllStringSubmatchIndex in characters: of each match the whole and its groups."""
    compiled, subject = compile(pattern), _Subject(text)

    def places(span: tuple[int, int]) -> tuple[int, int] | None:
        if span[0] < 0:
            return None
        start = len(subject.cut(0, span[0]))
        return start, start + len(subject.cut(*span))

    made = []
    for start, _ in _matches(compiled, subject, limit):
        found = subject.search(compiled, start)
        made.append([places(found.span(group)) for group in range(compiled.groups + 1)])
    return made
