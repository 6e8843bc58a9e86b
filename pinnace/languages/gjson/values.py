"""What a gjson path finds: a JSON value with gjson's coercions to text, numbers and bools."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from pinnace.languages import gonumbers

SAFE_INTEGER = 2**53 - 1


@dataclass(frozen=True, kw_only=True)
class Result:
    """A value as it stands in the text; `raw` is empty when nothing was found."""

    kind: str  # null, false, true, number, string, json
    raw: str
    text: str = ""  # of a string, without quotes and escapes
    number: float = 0.0
    members: list[tuple[Result | None, Result]] = field(
        default_factory=list, repr=False, compare=False
    )
    """(key, value) pairs of a container once it has been read; `scan.members` fills it."""

    @property
    def exists(self) -> bool:
        """Whether the path found something, null included."""
        return self.kind != "null" or bool(self.raw)

    @property
    def is_object(self) -> bool:
        """Whether it is a JSON object."""
        return self.kind == "json" and self.raw.startswith("{")

    @property
    def is_array(self) -> bool:
        """Whether it is a JSON array."""
        return self.kind == "json" and self.raw.startswith("[")

    def string(self) -> str:
        """Text: null is empty, containers are their raw text, integers keep their digits."""
        match self.kind:
            case "string":
                return self.text
            case "json":
                return self.raw
            case "true" | "false":
                return self.kind
            case "number":
                digits = self.raw.removeprefix("-")
                plain = digits.isascii() and digits.isdigit()
                return self.raw if plain else gonumbers.format_fixed(self.number)
        return ""

    def bool(self) -> bool:
        """Truth: strings by Go's ParseBool (without regard to case), numbers unless zero."""
        match self.kind:
            case "true":
                return True
            case "string":
                return gonumbers.parse_bool(self.text.lower()) or False
            case "number":
                return self.number != 0
        return False

    def float(self) -> float:
        """A float64: text that is no number is zero."""
        match self.kind:
            case "true":
                return 1.0
            case "string":
                return gonumbers.parse_float(self.text) or 0.0
            case "number":
                return self.number
        return 0.0

    def int(self) -> int:
        """An int64: fractions are cut off, big integers keep their digits."""
        match self.kind:
            case "true":
                return 1
            case "string":
                return _integer(self.text) or 0
            case "number" if -SAFE_INTEGER <= self.number <= SAFE_INTEGER:
                return int(self.number)
            case "number":
                whole = _integer(self.raw)
                return gonumbers.truncate(self.number) if whole is None else whole
        return 0

    def value(self) -> Any:
        """Plain data: numbers are floats; of equal keys the first counts."""
        match self.kind:
            case "string":
                return self.text
            case "number":
                return self.number
            case "true" | "false":
                return self.kind == "true"
            case "json":
                return _data(self)
        return None


MISSING = Result(kind="null", raw="")
"""What a path finds when it finds nothing."""


def _integer(text: str) -> int | None:
    digits = text.removeprefix("-")
    return gonumbers.wrap(int(text)) if digits.isascii() and digits.isdigit() else None


def _data(container: Result) -> Any:
    try:
        return json.loads(
            container.raw, strict=False, parse_int=float, object_pairs_hook=_first_wins
        )
    except (json.JSONDecodeError, RecursionError):
        return None


def _first_wins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs)) if len(pairs) > len(dict(pairs)) else dict(pairs)
