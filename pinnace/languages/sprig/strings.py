"""sprig's functions on strings; like Go's they cut between bytes, not between characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pinnace.languages import goquote, goregex, gounicode
from pinnace.languages.errors import LanguageError
from pinnace.languages.gotypes import Slice
from pinnace.languages.govalues import text as shown
from pinnace.languages.sprig import paths, snakecase, words
from pinnace.languages.sprig.casts import to_text, to_texts

LONGEST = 10_000_000


def _data(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _trunc(size: int, text: str) -> str:
    data = _data(text)
    if size < 0:
        return _text(data[size:]) if len(data) + size > 0 else text
    return _text(data[:size])


def _substr(start: int, end: int, text: str) -> str:
    data = _data(text)
    if start < 0:
        start = 0
    elif end < 0 or end > len(data):
        end = len(data)
    if not 0 <= start <= end <= len(data):
        raise ValueError(f"substr: bounds {start}:{end} are out of range of {len(data)} bytes")
    return _text(data[start:end])


def _abbrev(width: int, text: str) -> str:
    return text if width < 4 else _text(_abbreviated(_data(text), 0, width))


def _abbrev_both(left: int, right: int, text: str) -> str:
    if right < 4 or (left > 0 and right < 7):
        return text
    return _text(_abbreviated(_data(text), left, right))


def _abbreviated(data: bytes, offset: int, width: int) -> bytes:
    """goutils.AbbreviateFull."""
    if len(data) <= width:
        return data
    offset = min(offset, len(data))
    if len(data) - offset < width - 3:
        offset = len(data) - (width - 3)
    if offset <= 4:
        return data[: width - 3] + b"..."
    if width < 7:
        return b""
    if offset + width - 3 < len(data):
        inner = data[offset:]
        return b"..." + (_abbreviated(inner, 0, width - 3) if width - 3 >= 4 else b"")
    return b"..." + data[len(data) - (width - 3) :]


def _wrap(width: int, text: str, mark: str, *, long_words: bool) -> str:
    """goutils.WrapCustom."""
    size, data, place = max(1, width), _data(text), 0
    lines: list[bytes] = []
    while len(data) - place > size:
        if data[place : place + 1] == b" ":
            place += 1
            continue
        cut = data.rfind(b" ", place, place + size + 1)
        after = cut + 1
        if cut < 0 and long_words:
            cut = after = place + size
        elif cut < 0:
            cut = data.find(b" ", place + size)
            after = cut + 1
            if cut < 0:
                break
        lines.append(data[place:cut])
        place = after
    if sum(map(len, lines)) + len(lines) * len(mark) > LONGEST:
        raise ValueError(f"wrap: the text exceeds {LONGEST} characters")
    return _text(_data(mark or "\n").join([*lines, data[place:]]))


def _indent(spaces: int, text: str) -> str:
    pad = _repeat(spaces, " ")
    return pad + _replace("\n", "\n" + pad, text)


def _repeat(count: int, text: str) -> str:
    if count < 0 or count * len(text) > LONGEST:
        raise ValueError(f"repeat: a count of {count} is negative or makes too long a string")
    return text * count


def _replace(old: str, new: str, text: str) -> str:
    if (text.count(old) if old else len(text) + 1) * len(new) > LONGEST:
        raise ValueError(f"replace: the text exceeds {LONGEST} characters")
    return text.replace(old, new)


def _split(mark: str, text: str, limit: int = -1) -> list[str]:
    """strings.SplitN; without a separator each character is a part."""
    if limit == 0:
        return []
    if mark:
        return text.split(mark, limit - 1 if limit > 0 else -1)
    if 0 < limit < len(text):
        return [*text[: limit - 1], text[limit - 1 :]]
    return list(text)


def _join(mark: str, values: Any) -> str:
    texts = to_texts(values)
    if len(texts) * len(mark) + sum(map(len, texts)) > LONGEST:
        raise ValueError(f"join: the text exceeds {LONGEST} characters")
    return mark.join(texts)


def _numbered(parts: list[str]) -> dict[str, str]:
    return {f"_{index}": part for index, part in enumerate(parts)}


def _cat(*values: Any) -> str:
    return " ".join(shown(value) for value in values if value is not None)


def _regex_split(pattern: str, text: str, limit: int) -> list[str]:
    parts = goregex.split(pattern, text, limit)
    return parts if limit else _no_strings()


_REGEXES: dict[str, Callable[..., Any]] = {
    "regexFind": goregex.find,
    "regexFindAll": lambda p, s, n: goregex.find_all(p, s, n) or _no_strings(),
    "regexReplaceAll": goregex.replace_all,
    "regexReplaceAllLiteral": goregex.replace_all_literal,
    "regexSplit": _regex_split,
}


def _no_strings() -> Any:
    return Slice("[]string", nil=True)


def _matches(pattern: str, text: str) -> bool:
    """regexMatch says no to a pattern that is none; mustRegexMatch reports it."""
    try:
        return goregex.search(pattern, text)
    except LanguageError:
        return False


def _trim_all(cut: str, text: str) -> str:
    return text.strip(cut) if cut else text


TABLE: dict[str, Callable[..., Any]] = {
    "hello": lambda: "Hello!",
    "trim": lambda text: text.strip(gounicode.WHITE_SPACE),
    "upper": gounicode.upper,
    "lower": gounicode.lower,
    "title": words.title,
    "untitle": words.untitle,
    "repeat": _repeat,
    "substr": _substr,
    "trunc": _trunc,
    "abbrev": _abbrev,
    "abbrevboth": _abbrev_both,
    "trimAll": _trim_all,
    "trimall": _trim_all,
    "trimSuffix": lambda cut, text: text.removesuffix(cut),
    "trimPrefix": lambda cut, text: text.removeprefix(cut),
    "nospace": words.nospace,
    "initials": words.initials,
    "swapcase": words.swapcase,
    "snakecase": snakecase.snakecase,
    "kebabcase": snakecase.kebabcase,
    "camelcase": words.camelcase,
    "wrap": lambda width, text: _wrap(width, text, "", long_words=False),
    "wrapWith": lambda width, mark, text: _wrap(width, text, mark, long_words=True),
    "contains": lambda part, text: part in text,
    "hasPrefix": lambda part, text: text.startswith(part),
    "hasSuffix": lambda part, text: text.endswith(part),
    "quote": lambda *vs: " ".join(goquote.quote(to_text(v)) for v in vs if v is not None),
    "squote": lambda *vs: " ".join(f"'{shown(v)}'" for v in vs if v is not None),
    "cat": _cat,
    "indent": _indent,
    "nindent": lambda spaces, text: "\n" + _indent(spaces, text),
    "replace": _replace,
    "plural": lambda one, many, count: one if count == 1 else many,
    "toString": to_text,
    "toStrings": to_texts,
    "join": _join,
    "split": lambda mark, text: _numbered(_split(mark, text)),
    "splitn": lambda mark, count, text: _numbered(_split(mark, text, count)),
    "splitList": _split,
    "regexQuoteMeta": goregex.quote_meta,
    "regexMatch": _matches,
    "mustRegexMatch": goregex.search,
    **_REGEXES,
    **{f"must{name[0].upper()}{name[1:]}": apply for name, apply in _REGEXES.items()},
    **paths.TABLE,
}
