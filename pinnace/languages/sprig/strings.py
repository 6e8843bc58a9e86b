"""sprig's functions on strings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any

from pinnace.languages import goquote, goregex
from pinnace.languages.govalues import text as shown
from pinnace.languages.sprig.casts import to_text, want_int, want_list, want_text


def _trunc(count: Any, value: Any) -> str:
    size, data = want_int(count), want_text(value).encode()
    if size < 0:
        return (data[size:] if len(data) + size > 0 else data).decode("utf-8", "replace")
    return data[:size].decode("utf-8", "replace")


def _substr(start: Any, end: Any, value: Any) -> str:
    first, last, data = want_int(start), want_int(end), want_text(value).encode()
    if first < 0:
        return data[:last].decode("utf-8", "replace")
    stop = len(data) if last < 0 or last > len(data) else last
    return data[first:stop].decode("utf-8", "replace")


def _abbrev(width: Any, value: Any) -> str:
    size, whole = want_int(width), want_text(value)
    return whole if size < 4 or len(whole) <= size else whole[: size - 3] + "..."


def _abbrev_both(left: Any, right: Any, value: Any) -> str:
    start, size, whole = want_int(left), want_int(right), want_text(value)
    if size < 4 or (start > 0 and size < 7) or len(whole) <= size:
        return whole
    if start <= 4:
        return whole[: size - 3] + "..."
    if start + size - 3 >= len(whole):
        return "..." + whole[len(whole) - (size - 3) :]
    return "..." + whole[start : start + size - 6] + "..."


def _title(value: Any) -> str:
    valid = re.sub("[\ud800-\udfff]", "\ufffd", want_text(value))
    return re.sub(r"(?<![\w’])\w", lambda m: m.group().upper(), valid)


def _untitle(value: Any) -> str:
    return re.sub(r"(^|\s)(\S)", lambda m: m.group(1) + m.group(2).lower(), want_text(value))


def _words(value: Any) -> list[str]:
    """Where snake and kebab case break: at separators and at the humps of camel case."""
    spaced = re.sub(r"([a-z\d])([A-Z])", r"\1 \2", want_text(value))
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return [word for word in re.split(r"[\s_\-]+", spaced) if word]


def _camelcase(value: Any) -> str:
    parts = [part for part in re.split(r"[\s_\-]+", want_text(value)) if part]
    return "".join(part[0].upper() + part[1:] for part in parts)


def _wrap(width: Any, separator: Any, value: Any) -> str:
    size, mark = max(1, want_int(width)), want_text(separator) or "\n"
    rest, lines = want_text(value), []
    while len(rest) > size:
        if rest[0] == " ":
            rest = rest[1:]
            continue
        cut = rest.rfind(" ", 0, size + 1)
        lines.append(rest[: cut if cut >= 0 else size])
        rest = rest[cut + 1 if cut >= 0 else size :]
    return mark.join([*lines, rest])


def _indent(spaces: Any, value: Any) -> str:
    pad = " " * want_int(spaces)
    return pad + want_text(value).replace("\n", "\n" + pad)


def _joined(separator: Any, values: Any) -> str:
    items = values if isinstance(values, list | tuple) else [values]
    return want_text(separator).join(to_text(item) for item in items if item is not None)


def _numbered(parts: list[str]) -> dict[str, str]:
    return {f"_{index}": part for index, part in enumerate(parts)}


def _split(separator: str, value: str, limit: int = -1) -> list[str]:
    if limit == 0:
        return []
    if not separator:
        return list(value) if limit < 0 else [*value[: limit - 1], value[limit - 1 :]]
    return value.split(separator, limit - 1 if limit > 0 else -1)


def _strings(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose arguments are all strings."""

    def function(*values: Any) -> Any:
        return apply(*(want_text(value) for value in values))

    function.__name__ = name
    return function


def _regex(apply: Callable[..., Any]) -> Callable[..., Any]:
    return lambda pattern, value, *rest: apply(want_text(pattern), want_text(value), *rest)


def _repeat(count: Any, value: Any) -> str:
    times, whole = want_int(count), want_text(value)
    if times < 0 or times * len(whole) > 10_000_000:
        raise ValueError(f"repeat: a count of {times} is negative or makes too long a string")
    return whole * times


def _plural(one: Any, many: Any, count: Any) -> str:
    return want_text(one) if want_int(count) == 1 else want_text(many)


def _clean(path: str) -> str:
    return posixpath.normpath(path).replace("//", "/") if path else "."


def _base(path: str) -> str:
    return (posixpath.basename(path.rstrip("/")) or "/") if path else "."


_REGEXES: dict[str, Callable[..., Any]] = {
    "regexMatch": _regex(goregex.search),
    "regexFind": _regex(goregex.find),
    "regexFindAll": _regex(lambda p, s, n: goregex.find_all(p, s, want_int(n))),
    "regexReplaceAll": _regex(lambda p, s, t: goregex.replace_all(p, s, want_text(t))),
    "regexReplaceAllLiteral": _regex(
        lambda p, s, t: goregex.replace_all_literal(p, s, want_text(t))
    ),
    "regexSplit": _regex(lambda p, s, n: goregex.split(p, s, want_int(n))),
}
_PATHS: dict[str, Callable[..., Any]] = {
    "base": _strings("base", _base),
    "dir": _strings("dir", lambda path: _clean(posixpath.dirname(path))),
    "clean": _strings("clean", _clean),
    "ext": _strings("ext", lambda path: re.sub(r"^.*?(\.[^./]*)?$", r"\1", path, flags=re.S)),
    "isAbs": _strings("isAbs", lambda path: path.startswith("/")),
}

TABLE: dict[str, Callable[..., Any]] = {
    "hello": lambda: "Hello!",
    "trim": _strings("trim", str.strip),
    "upper": _strings("upper", str.upper),
    "lower": _strings("lower", str.lower),
    "title": _title,
    "untitle": _untitle,
    "repeat": _repeat,
    "substr": _substr,
    "trunc": _trunc,
    "abbrev": _abbrev,
    "abbrevboth": _abbrev_both,
    "trimAll": _strings("trimAll", lambda cut, value: value.strip(cut) if cut else value),
    "trimall": _strings("trimall", lambda cut, value: value.strip(cut) if cut else value),
    "trimSuffix": _strings("trimSuffix", lambda cut, value: value.removesuffix(cut)),
    "trimPrefix": _strings("trimPrefix", lambda cut, value: value.removeprefix(cut)),
    "nospace": _strings("nospace", lambda value: re.sub(r"\s", "", value)),
    "initials": _strings("initials", lambda value: "".join(w[0] for w in value.split())),
    "swapcase": _strings("swapcase", str.swapcase),
    "snakecase": lambda value: "_".join(_words(value)).lower(),
    "kebabcase": lambda value: "-".join(_words(value)).lower(),
    "camelcase": _camelcase,
    "wrap": lambda width, value: _wrap(width, "\n", value),
    "wrapWith": _wrap,
    "contains": _strings("contains", lambda part, value: part in value),
    "hasPrefix": _strings("hasPrefix", lambda part, value: value.startswith(part)),
    "hasSuffix": _strings("hasSuffix", lambda part, value: value.endswith(part)),
    "quote": lambda *vs: " ".join(goquote.quote(to_text(v)) for v in vs if v is not None),
    "squote": lambda *vs: " ".join(f"'{shown(v)}'" for v in vs if v is not None),
    "cat": lambda *vs: " ".join(shown(v) for v in vs if v is not None),
    "indent": _indent,
    "nindent": lambda spaces, value: "\n" + _indent(spaces, value),
    "replace": _strings("replace", lambda old, new, value: value.replace(old, new)),
    "plural": _plural,
    "toString": to_text,
    "toStrings": lambda values: [to_text(v) for v in want_list(values, "toStrings")],
    "join": _joined,
    "split": _strings("split", lambda mark, value: _numbered(_split(mark, value))),
    "splitn": lambda mark, n, value: _numbered(
        _split(want_text(mark), want_text(value), want_int(n))
    ),
    "splitList": _strings("splitList", _split),
    "regexQuoteMeta": _strings("regexQuoteMeta", goregex.quote_meta),
    **_REGEXES,
    **{f"must{name[0].upper()}{name[1:]}": apply for name, apply in _REGEXES.items()},
    **_PATHS,
    **{f"os{name[0].upper()}{name[1:]}": apply for name, apply in _PATHS.items()},
}
