"""jq: a Sensor's `transform.jq` and a resource output's `jqFilter`.

A thin bridge to the `jq` package (libjq); upstream runs gojq, which agrees with it on what
manifests do. Numbers pass through float64 there, so big integers lose digits here as well.
Programs run in a child process with limits (`confined`), because nothing stops libjq from within.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any

import jq

from pinnace.languages.confined import Confined, Refused
from pinnace.languages.errors import LanguageError
from pinnace.languages.goquote import json_text
from pinnace.languages.govalues import text as shown

LANGUAGE = "jq"


@lru_cache(maxsize=256)
def _compile(program: str) -> Any:
    try:
        return jq.compile(program)
    except ValueError as problem:
        message = str(problem).splitlines()[0]
        raise LanguageError(LANGUAGE, program, 0, message) from problem


_CONFINED = Confined(__name__, "evaluate")


def evaluate(program: str, document: Any, limit: int | None) -> list[Any]:
    """The first `limit` outputs, or all of them. It has no bounds: the child's side of `run`."""
    try:
        return list(islice(_compile(program).input_value(document), limit))
    except LanguageError:
        raise
    except ValueError as problem:
        raise LanguageError(LANGUAGE, program, 0, str(problem)) from problem


def run(program: str, document: Any, limit: int | None = None) -> list[Any]:
    """Every output of the program, or only the first `limit`."""
    try:
        found: list[Any] = _CONFINED.call(program, document, limit)
    except Refused as problem:
        raise LanguageError(LANGUAGE, program, 0, str(problem)) from problem
    return found


def first(program: str, document: Any) -> Any:
    """The first output; an error if there is none. Later ones, and their errors, don't count."""
    found = run(program, document, 1)
    if not found:
        raise LanguageError(LANGUAGE, program, 0, "the filter produced no output")
    return found[0]


def transform(program: str, document: Any) -> dict[str, Any]:
    """A Sensor's transform: the input and the first output must be objects."""
    if not isinstance(document, dict):
        raise LanguageError(LANGUAGE, program, 0, "the event data must be a JSON object")
    result = first(program, document)
    if not isinstance(result, dict):
        message = f"the transform must give an object, but gave {shown(result)}"
        raise LanguageError(LANGUAGE, program, 0, message)
    return result


def text(program: str, document: Any) -> str:
    """A resource output: strings as they are, the rest as JSON, one output per line."""
    found = run(program, document)
    return "\n".join(one if isinstance(one, str) else json_text(one) for one in found)
