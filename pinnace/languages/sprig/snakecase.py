"""xstrings.ToSnakeCase and ToKebabCase, which tell words, numbers and punctuation apart."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from pinnace.languages import gounicode


class _Kind(Enum):
    INVALID = 0
    NUMBER = 1
    UPPER = 2
    ALPHABET = 3
    CONNECTOR = 4
    PUNCTUATION = 5
    OTHER = 6


_Word = tuple[_Kind, str, str]
"""What the word is, the word, and the rest of the text."""


def _connects(char: str) -> bool:
    return char in "-_" or gounicode.space(char)


_CJK = (("\u3400", "\u4d85"), ("\u4e00", "\u9fcc"), ("\U00020000", "\U0002b81d"))


def _alphabet(char: str) -> bool:
    """Letters but for CJK characters."""
    return gounicode.letter(char) and not any(first <= char <= last for first, last in _CJK)


def _lower_alphabet(char: str) -> bool:
    return _alphabet(char) and not gounicode.is_upper(char)


def _other(char: str) -> bool:
    return not (
        _connects(char) or _alphabet(char) or gounicode.number(char) or gounicode.punctuation(char)
    )


def _run(text: str, belongs: Callable[[str], bool], start: int = 1) -> int:
    while start < len(text) and belongs(text[start]):
        start += 1
    return start


def _next(text: str) -> _Word:
    if not text:
        return _Kind.INVALID, "", ""
    char = text[0]
    for kind, belongs in _CLASSES:
        if belongs(char):
            size = _capitals(text) if kind is _Kind.UPPER else _run(text, _FOLLOWS[kind])
            return kind, text[:size], text[size:]
    size = _run(text, _other)
    return _Kind.OTHER, text[:size], text[size:]


def _capitals(text: str) -> int:
    """`HTTP` of `HTTPStatus`, `Status` of `StatusCode`."""
    if len(text) == 1:
        return 1
    if gounicode.is_upper(text[1]):
        size = _run(text, gounicode.is_upper, 2)
        return size - 1 if size < len(text) and _alphabet(text[size]) else size
    return _run(text, _lower_alphabet)


_CLASSES: tuple[tuple[_Kind, Callable[[str], bool]], ...] = (
    (_Kind.CONNECTOR, _connects),
    (_Kind.PUNCTUATION, gounicode.punctuation),
    (_Kind.UPPER, gounicode.is_upper),
    (_Kind.ALPHABET, _alphabet),
    (_Kind.NUMBER, gounicode.number),
)
_FOLLOWS: dict[_Kind, Callable[[str], bool]] = {
    _Kind.CONNECTOR: _connects,
    _Kind.PUNCTUATION: gounicode.punctuation,
    _Kind.ALPHABET: _lower_alphabet,
    _Kind.NUMBER: gounicode.number,
}
_WORDS = (_Kind.ALPHABET, _Kind.NUMBER)
_NO_CONNECTOR = (_Kind.INVALID, _Kind.CONNECTOR, _Kind.PUNCTUATION)


def _apart(text: str) -> tuple[str, dict[int, str]]:
    """The text without what is no character, and what stood before which place."""
    kept: list[str] = []
    strays: dict[int, str] = {}
    for char in text:
        if "\ud800" <= char <= "\udfff" or char == "\ufffd":
            strays[len(kept)] = strays.get(len(kept), "") + char
        else:
            kept.append(char)
    return "".join(kept), strays


class _Case:
    """One text on its way to snake or kebab case."""

    def __init__(self, connector: str) -> None:
        self._connector = connector
        self._out: list[str] = []
        self._strays: dict[int, str] = {}
        self._size = 0

    def convert(self, text: str) -> str:
        kept, self._strays = _apart(text)
        self._size = len(kept)
        word = _next(kept)
        while word[2]:
            if word[0] is not _Kind.CONNECTOR:
                self._put(word)
            before, word = word, _next(word[2])
            word = self._join(before, word)
        self._put(word)
        return "".join(self._out)

    def _put(self, word: _Word) -> None:
        kind, text, rest = word
        changes = kind in (_Kind.UPPER, _Kind.CONNECTOR)
        for place, char in enumerate(text, self._size - len(rest) - len(text)):
            self._put_strays(place, changes)
            self._out.append(self._changed(char) if changes else char)
        if not rest:
            self._put_strays(self._size, changes)

    def _put_strays(self, place: int, changes: bool) -> None:
        strays = self._strays.pop(place, "")
        self._out.append(gounicode.valid(strays) if changes else strays)

    def _changed(self, char: str) -> str:
        if _connects(char):
            return self._connector
        return gounicode.to_lower(char) if gounicode.is_upper(char) else char

    def _join(self, before: _Word, word: _Word) -> _Word:
        """Write what stands between two words; the word that comes next."""
        match before[0]:
            case _Kind.NUMBER:
                word = self._words(word)
                if word[0] not in _NO_CONNECTOR:
                    self._out.append(self._connector)
            case _Kind.CONNECTOR:
                self._put(before)
            case _Kind.PUNCTUATION:
                pass
            case _ if word[0] is not _Kind.NUMBER:
                if word[0] not in (_Kind.CONNECTOR, _Kind.PUNCTUATION):
                    self._out.append(self._connector)
            case _ if word[2]:
                return self._number(word)
        return word

    def _words(self, word: _Word) -> _Word:
        while word[0] in _WORDS:
            self._put(word)
            word = _next(word[2])
        return word

    def _number(self, number: _Word) -> _Word:
        """A number after a word belongs to it, unless lower case follows: http_2xx, bld4_floor."""
        word = _next(number[2])
        if word[0] is not _Kind.ALPHABET:
            self._put(number)
            if word[0] not in (_Kind.CONNECTOR, _Kind.PUNCTUATION):
                self._out.append(self._connector)
            return word
        self._out.append(self._connector)
        self._put(number)
        word = self._words(word)
        if word[0] not in _NO_CONNECTOR:
            self._out.append(self._connector)
        return word


def snakecase(text: str) -> str:
    """`HTTP20xOK` → `http_20x_ok`."""
    return _Case("_").convert(text)


def kebabcase(text: str) -> str:
    """`HTTP20xOK` → `http-20x-ok`."""
    return _Case("-").convert(text)
