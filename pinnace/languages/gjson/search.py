"""What a gjson path finds: modifiers, literals, multipaths, pipes (mirrors Get of gjson.go).

One Search bounds all parts of a path; `walk` goes through the texts.
"""

from __future__ import annotations

from dataclasses import replace

from pinnace.languages import goquote
from pinnace.languages.errors import LanguageError
from pinnace.languages.gjson import modifiers, paths, scan
from pinnace.languages.gjson.scan import LANGUAGE
from pinnace.languages.gjson.text import Text
from pinnace.languages.gjson.values import Result, parse, placed
from pinnace.languages.gjson.walk import Walk

MAX_STEPS = 400_000
"""What one path may cost beside four for each character of the document.

A value that is passed costs one, a path inside the path (of a query or a modifier) eight.
"""
MAX_SIZE = 64 * 1024 * 1024
"""Characters of the JSON that one path may make."""
_NESTED = 8


def get(text: Text, path: str) -> Result:
    """What the path finds; raises LanguageError when it takes too many steps or too much room."""
    try:
        return Search(path, len(text.string)).get(text, path)
    except RecursionError as problem:
        raise LanguageError(LANGUAGE, path, 0, "nested too deeply") from problem


class Search:
    """One evaluation of a path, with the bounds that hold for all its parts together."""

    def __init__(self, path: str, length: int) -> None:
        self._path = path
        self._limit = MAX_STEPS + 4 * length
        self._steps = 0
        self._size = 0

    def spend(self, steps: int) -> None:
        """Count values that were looked at."""
        self._steps += steps
        if self._steps > self._limit:
            raise LanguageError(LANGUAGE, self._path, 0, f"takes more than {self._limit} steps")

    def made(self, string: str) -> str:
        """Count JSON that was made."""
        self._size += len(string)
        if self._size > MAX_SIZE:
            raise LanguageError(LANGUAGE, self._path, 0, f"makes more than {MAX_SIZE} characters")
        return string

    def get(self, text: Text, path: str) -> Result:
        """What the path finds in the text."""
        self.spend(_NESTED)
        if len(path) > 1 and path[0] in "@!":
            found = self._modified(text, path)
            if found is not None:
                return found
        if len(path) > 1 and path[0] in "[{":
            split = paths.multipath(path)
            if split is None:
                path = ""  # upstream forgets the path of a multipath that isn't closed
            elif not split[1] or split[1][0] in "|.":
                return self._multipath(text, path[0], *split)
            else:
                path = split[1]
        walk = Walk(self, text)
        walk.root(path)
        if walk.pipe is not None:
            return replace(self.below(walk.value, walk.pipe), index=0)
        return placed(text, walk.value)

    def below(self, value: Result, path: str) -> Result:
        """What the path finds in a value that was found (upstream's Result.Get)."""
        found = self.get(value.as_text(), path)
        if found.indexes is not None:
            return replace(found, indexes=tuple(one + value.index for one in found.indexes))
        return replace(found, index=found.index + value.index)

    def _modified(self, text: Text, path: str) -> Result | None:
        """A modifier's or a literal's value, and the path below it; None when it is neither."""
        made = modifiers.apply(self, text, path) if path[0] == "@" else _literal(path)
        if made is None:
            return None
        changed, rest = made
        if rest[:1] in ("|", ".") and rest:
            return replace(self.get(changed, rest[1:]), index=0, indexes=None)
        return parse(changed)

    def _multipath(
        self, text: Text, opening: str, selectors: list[paths.Selector], rest: str
    ) -> Result:
        """`[a,b]` makes an array, `{a,"n":b}` an object, of what each selector finds."""
        parts: list[str] = []
        for selector in selectors:
            found = self.get(text, selector.path)
            if found.exists:
                raw = found.raw or found.string() or "null"
                parts.append(self.made(raw if opening == "[" else f"{_key(selector)}:{raw}"))
        closing = "]" if opening == "[" else "}"
        whole = Result("json", opening + ",".join(parts) + closing)
        return replace(self.below(whole, rest[1:]), index=0) if rest else whole


_STATIC_STARTS = frozenset('{["+-0123456789')
_STATIC_NAMES = frozenset({"true", "false", "null", "nan", "inf"})


def _literal(path: str) -> tuple[Text, str] | None:
    """`!"text"`, `!5`, `!true`: a literal, and what follows it.

    One that begins like JSON goes on to the next closing bracket, as upstream's does.
    """
    name = path[1:]
    if name[0] in _STATIC_STARTS:
        end = scan.brackets("{" + name[1:], 0, {})
        return Text(name[:end]), name[end:]
    word = name.split("|")[0].split(".")[0]
    return (Text(word), name[len(word) :]) if word.lower() in _STATIC_NAMES else None


def _key(selector: paths.Selector) -> str:
    if not selector.name:
        return goquote.json_string(paths.last_name(selector.path))
    quoted = selector.name.startswith('"') and scan.valid(selector.name)
    return selector.name if quoted else goquote.json_string(selector.name)
