"""sjson paths: where a Sensor's parameter is written (tidwall/sjson 1.2.5).

`set` puts a value, `set_raw` JSON text, at a path such as `spec.args.0`, creating what is missing.
`-1` appends to an array, `:1` makes a key of a number, a backslash keeps the next character.
The rest of the document keeps its order, and comes back as compact JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages.errors import LanguageError

LANGUAGE = "sjson"
LARGEST_INDEX = 10_000


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One part of a path; `forced` when a colon says it is a key, whatever it looks like."""

    name: str
    forced: bool

    @property
    def appends(self) -> bool:
        """Whether it is `-1`."""
        return self.name == "-1" and not self.forced

    @property
    def index(self) -> int | None:
        """The array index that it is, if it looks like one."""
        numeric = self.name.isascii() and self.name.isdigit() and not self.forced
        return int(self.name) if numeric else None


def set(json_text: str, path: str, value: Any) -> str:
    """The document with the value at the path."""
    steps = _steps(path)
    document = _load(json_text) if json_text.strip() else None
    return json.dumps(_put(document, steps, value, path), ensure_ascii=False, separators=(",", ":"))


def set_raw(json_text: str, path: str, raw: str) -> str:
    """The document with this JSON text at the path."""
    return set(json_text, path, _load(raw))


def put(document: Any, path: str, value: Any) -> Any:
    """As set, for plain data: a new document, the given one is left as it is."""
    return _put(document, _steps(path), value, path)


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise LanguageError(LANGUAGE, text, problem.pos, f"not JSON: {problem.msg}") from problem


_PART = re.compile(r"(?:\\.|[^.\\])*\\?", re.DOTALL)


def _steps(path: str) -> list[_Step]:
    if not path:
        raise LanguageError(LANGUAGE, path, 0, "path cannot be empty")
    steps: list[_Step] = []
    place = 0
    while place <= len(path):
        found = _PART.match(path, place)
        part = found.group() if found else ""
        _refuse_queries(path, place, part)
        forced = part.startswith(":") and len(part) > 1
        name = re.sub(r"\\(.)", r"\1", part[1:] if forced else part, flags=re.DOTALL)
        steps.append(_Step(name=name, forced=forced))
        place += len(part) + 1
    return steps


def _refuse_queries(path: str, place: int, part: str) -> None:
    plain = re.sub(r"\\.", "", part, flags=re.DOTALL)
    if any(char in plain for char in "*?|#@") and plain[:1] != ":":
        found = next(char for char in "*?|#@" if char in plain)
        if found == "@" and not plain.startswith("@"):
            return
        raise LanguageError(
            LANGUAGE, path, place, f"{found!r} is not allowed in a destination: name one place"
        )


def _put(base: Any, steps: list[_Step], value: Any, path: str) -> Any:
    step, rest = steps[0], steps[1:]
    if isinstance(base, list):
        return _in_list(base, step, rest, value, path)
    if isinstance(base, Mapping):
        inner = _put(base.get(step.name), rest, value, path) if rest else value
        return {**base, step.name: inner}
    # nothing here yet, or a scalar that gives way: the path decides between array and object
    if step.appends or step.index is not None:
        return _in_list([], step, rest, value, path)
    return {step.name: _put(None, rest, value, path) if rest else value}


def _in_list(base: list[Any], step: _Step, rest: list[_Step], value: Any, path: str) -> list[Any]:
    numeric = int(step.name) if step.name.isascii() and step.name.isdigit() else None
    index = len(base) if step.appends else numeric
    if index is None or index > LARGEST_INDEX:
        raise LanguageError(
            LANGUAGE, path, 0, f"cannot set array element for non-numeric key {step.name!r}"
        )
    items = [*base, *[None] * (index + 1 - len(base))]
    items[index] = _put(items[index], rest, value, path) if rest else value
    return items
