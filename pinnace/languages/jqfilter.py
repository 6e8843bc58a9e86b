"""jq: a Sensor's `transform.jq` and a resource output's `jqFilter`.

A thin bridge to the `jq` package (libjq); upstream runs gojq, which agrees with it on what
manifests do. Numbers pass through float64 there, so big integers lose digits here as well.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jq

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


def run(program: str, document: Any) -> list[Any]:
    """Every output of the program."""
    try:
        return list(_compile(program).input_value(document))
    except LanguageError:
        raise
    except ValueError as problem:
        raise LanguageError(LANGUAGE, program, 0, str(problem)) from problem


def first(program: str, document: Any) -> Any:
    """The first output; an error if there is none."""
    found = run(program, document)
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
