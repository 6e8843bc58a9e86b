"""tidwall/match: `*` is any text, `?` any character, a backslash makes either itself.

It gives up, and finds nothing, when a pattern with many stars would take too many attempts; that is
upstream's guard, counted as upstream does.
"""

from __future__ import annotations

from pinnace.languages.errors import LanguageError

_ATTEMPTS = 10_000  # for each byte of the text
_ATTEMPTS_HERE = 500_000  # upstream's limit is none for a large text


class _GivesUp(Exception):
    """Too many attempts."""


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern describes the whole text."""
    if pattern == "*":
        return True
    try:
        return _Match(text, pattern).match(0, len(text), 0, len(pattern))
    except _GivesUp:
        return False


class _Match:
    """One comparison; places are in the whole text and the whole pattern."""

    def __init__(self, text: str, pattern: str) -> None:
        self._text = text
        self._pattern = pattern
        self._limit = len(text.encode("utf-8", "surrogatepass")) * _ATTEMPTS
        self._attempts = 0

    def match(self, at: int, end: int, want: int, stop: int) -> bool:
        """Whether the text between two places is what the pattern between two places describes."""
        if self._attempts > self._limit:
            raise _GivesUp
        self._attempts += 1
        if self._attempts > _ATTEMPTS_HERE:
            raise LanguageError("gjson", self._pattern, 0, "the wildcards take too many attempts")
        text, pattern = self._text, self._pattern
        while want < stop:
            char = pattern[want]
            if char == "*":
                return self._star(at, end, want, stop)
            if at == end:
                return False
            if char == "\\":
                want += 1
            if char != "?" and (want == stop or pattern[want] != text[at]):
                return False
            at, want = at + 1, want + 1
        return at == end

    def _star(self, at: int, end: int, want: int, stop: int) -> bool:
        while True:
            while want + 1 < stop and self._pattern[want + 1] == "*":
                want += 1
            if want + 1 == stop:
                return True
            trimmed = self._trim_suffix(at, end, want, stop)
            if trimmed is None:
                return False
            end, stop = trimmed
            if want + 1 == stop or self.match(at, end, want + 1, stop):
                return True
            if at == end:
                return False
            at += 1

    def _trim_suffix(self, at: int, end: int, want: int, stop: int) -> tuple[int, int] | None:
        """Where text and pattern end before what follows the last star; None: it doesn't fit."""
        text, pattern = self._text, self._pattern
        while at < end and stop - want > 1:
            char = pattern[stop - 1]
            slashes = 0
            while pattern[stop - 2 - slashes] == "\\":
                slashes += 1
            escaped = slashes % 2 == 1
            if char == "*" and not escaped:
                break
            if not ((char == "?" and not escaped) or char == text[end - 1]):
                return None
            end, stop = end - 1, stop - (2 if escaped else 1)
        return end, stop
