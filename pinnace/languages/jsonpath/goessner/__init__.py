"""Goessner's JSONPath: the `jsonpath(text, path)` function of Argo's expressions.

Mirrors evilmonkeyinc/jsonpath 0.8.1 (its `token` package): a path that names one place answers that
value and fails when it isn't there; one that may name many answers a list, without what failed.

`tokens` cuts a path, `reading` and `subscripts` make `steps` of it, and `walk` follows them.
Filters and computed subscripts are `scripts`: `operators` between `operands`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.jsonpath.goessner.errors import Panicked, Refused
from pinnace.languages.jsonpath.goessner.reading import read
from pinnace.languages.jsonpath.goessner.steps import Step
from pinnace.languages.jsonpath.goessner.walk import apply

_LANGUAGE = "jsonpath"


def query(path: str, document: Any) -> Any:
    """The value at the path, or the list of values when the path may name many."""
    try:
        return apply(_compiled(path), document, document)
    except (Panicked, Refused, RecursionError) as problem:
        message = str(problem) or "too deeply nested"
        raise LanguageError(_LANGUAGE, path, getattr(problem, "position", 0), message) from problem


@lru_cache(maxsize=256)
def _compiled(path: str) -> tuple[Step, ...]:
    return read(path)
