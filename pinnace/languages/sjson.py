"""sjson paths: where a Sensor's parameter is written (tidwall/sjson 1.2.5).

`set` puts a value, `set_raw` JSON text, at a path such as `spec.args.0`, creating what is missing.
`-1` appends to an array, `:1` makes a key of a number, a backslash keeps the next character. A path
with wildcards, queries or `#` writes where gjson finds something, and nowhere when it finds
nothing. The rest of the text stays as it is, also when it isn't quite JSON, as upstream.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from pinnace.languages import gjson, gonumbers, goquote, gounicode
from pinnace.languages.errors import LanguageError
from pinnace.languages.gjson import scan
from pinnace.languages.gjson.values import elements, members

LANGUAGE = "sjson"
LARGEST_INDEX = 100_000
"""Elements that a path may make before the one it names; upstream has no bound."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One part of a path: its name, and how gjson is asked for it.

    `forced` when a colon says it is a key, whatever it looks like.
    """

    name: str
    path: str
    forced: bool

    @property
    def appends(self) -> bool:
        """Whether it is `-1`."""
        return self.name == "-1" and not self.forced

    @property
    def index(self) -> int | None:
        """The array index that it is, if it looks like one; nothing at all is zero."""
        if self.forced or not (self.name.isascii() and self.name.isdigit() or not self.name):
            return None
        return int(self.name or "0") if len(self.name) < 20 else LARGEST_INDEX + 1


def set(json_text: str, path: str, value: Any) -> str:
    """The document with the value at the path."""
    match value:
        case str():
            raw = _quoted(value)
        case float():
            raw = gonumbers.format_fixed(value)
        case _:
            raw = goquote.json_text(value)
    return set_raw(json_text, path, raw)


def set_raw(json_text: str, path: str, raw: str) -> str:
    """The document with this JSON text at the path; the text is not looked at."""
    if not path:
        raise LanguageError(LANGUAGE, path, 0, "path cannot be empty")
    steps = _steps(path)
    if steps is None:
        return _set_where_found(json_text, path, raw)
    return "".join(_Writer(path, raw).write(json_text, steps))


def put(document: Any, path: str, value: Any) -> Any:
    """As set, for plain data: a new document, the given one is left as it is."""
    text = orjson.dumps(document).decode() if document is not None else ""
    changed = set(text, path, value)
    try:
        return orjson.loads(changed)
    except orjson.JSONDecodeError as problem:
        raise LanguageError(LANGUAGE, path, 0, f"the result is not JSON: {problem}") from problem


_SPECIAL = frozenset('"\\')


def _quoted(text: str) -> str:
    """A string as upstream quotes it: `<`, `>` and `&` are escaped only beside what must be."""
    if any(not " " <= char <= "\x7f" or char in _SPECIAL for char in text):
        return goquote.json_string(text)
    return f'"{text}"'


_PART = re.compile(r"((?:[^.|#@*?\\]|\\.)*+\\?)([.|#@*?]|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


def _steps(path: str) -> list[_Step] | None:
    """The parts of a simple path; None when it has what only gjson knows."""
    steps: list[_Step] = []
    place = 0
    while True:
        forced = path.startswith(":", place)
        found = _PART.match(path, place + forced)
        if found is None or found.group(2) not in (".", ""):
            return None
        part = found.group(1)
        steps.append(_Step(name=_ESCAPE.sub(r"\1", part), path=part, forced=forced))
        place = found.end()
        if not found.group(2):
            return steps


class _Writer:
    """Writes one value into one document (upstream's appendRawPaths and appendBuild)."""

    def __init__(self, path: str, raw: str) -> None:
        self._path = path
        self._raw = raw

    def write(self, text: str, steps: Sequence[_Step]) -> list[str]:
        """The parts of the new text."""
        found = gjson.get(text, steps[0].path)
        if found.index > 0:
            after = text[found.index + len(found.raw) :]
            inside = self.write(found.raw, steps[1:]) if len(steps) > 1 else [self._raw]
            return [text[: found.index], *inside, after]
        numeric = steps[0].index
        whole = gjson.parse(text)
        if whole.kind != "json":
            whole = gjson.parse("{}" if numeric is None else "[]")
        first = whole.raw[1:].lstrip(scan.CONTROLS)[:1]
        comma = "," if first and first not in "}]" else ""
        if whole.is_object:
            end = max(whole.raw.rfind("}"), 0)
            return [whole.raw[:end], comma, *self._made(steps, keyed=True), "}"]
        return self._in_array(whole.raw, steps, comma)

    def _in_array(self, raw: str, steps: Sequence[_Step], comma: str) -> list[str]:
        step = steps[0]
        if step.appends:
            kept = raw.strip(scan.CONTROLS).removesuffix("]")
            return [kept, comma, *self._made(steps, keyed=False), "]"]
        if step.index is None:
            raise self._refused(f"cannot set array element for non-numeric key '{step.name}'")
        items = [item.raw for item in elements(raw)]
        missing = self._nulls(step.index - len(items))
        kept = ",".join([*items, *["null"] * missing]) + comma if items else "null," * missing
        return ["[", kept, *self._made(steps, keyed=False), "]"]

    def _made(self, steps: Sequence[_Step], *, keyed: bool) -> list[str]:
        """What the rest of the path makes out of nothing."""
        before: list[str] = []
        after: list[str] = []
        for place, step in enumerate(steps):
            if keyed:
                before.append(_quoted(step.name) + ":")
            if place + 1 == len(steps):
                break
            following = steps[place + 1]
            keyed = following.index is None and not following.appends
            if keyed:
                before.append("{")
            else:
                before.append("[" + "null," * self._nulls(following.index or 0))
            after.append("}" if keyed else "]")
        return [*before, self._raw, *reversed(after)]

    def _nulls(self, count: int) -> int:
        if count > LARGEST_INDEX:
            raise self._refused(f"an index makes more than {LARGEST_INDEX} elements")
        return max(count, 0)

    def _refused(self, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._path, 0, message)


def _set_where_found(text: str, path: str, raw: str) -> str:
    """Upstream's setComplexPath: replace what gjson finds, every element of a list it gathers."""
    found = gjson.get(text, path)
    if not found.exists or not (found.index or found.indexes):
        return text
    changed = text
    if found.index:
        changed = _replaced(changed, found.index, found.raw, raw, path)
    if found.indexes:
        values = [value.raw for _, value in members(found)]
        if len(values) != len(found.indexes):
            return text
        places = sorted(zip(found.indexes, values, strict=True), key=lambda one: -one[0])
        for index, value in places:
            changed = _replaced(changed, index, value, raw, path)
    return changed


def _replaced(text: str, start: int, value: str, raw: str, path: str) -> str:
    """Replace a value, or as many bytes as one has that a modifier made of other text."""
    if text.startswith(value, start):
        return text[:start] + raw + text[start + len(value) :]
    rest = gounicode.as_bytes(text[start:])
    end = len(gounicode.as_bytes(value))
    if end > len(rest):  # upstream panics
        raise LanguageError(LANGUAGE, path, 0, "what the path finds is not in the document")
    while end < len(rest) and rest[end] & 0xC0 == 0x80:  # never half a character
        end += 1
    return text[:start] + raw + rest[end:].decode("utf-8", "surrogateescape")
