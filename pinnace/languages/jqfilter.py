"""jq: a Sensor's `transform.jq` and a resource output's `jqFilter`, as gojq runs them.

Programs run in a child process with limits (`confined`): a program from a manifest may not end, and
one step of it (`"a" * 1e9`, a product of huge integers) may cost any time or memory.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

from pinnace.languages import jq
from pinnace.languages.confined import Confined, Refused
from pinnace.languages.errors import LanguageError
from pinnace.languages.goquote import json_text
from pinnace.languages.govalues import text as shown
from pinnace.languages.jq.tokens import SyntaxFault
from pinnace.languages.jq.values import Literal, parse_number

LANGUAGE = "jq"

_WHOLE = 1e18  # below it whole floats are written without a point or an exponent
_FAILURES = (SyntaxFault, jq.JqError, RecursionError, ArithmeticError, ValueError)

_CONFINED = Confined(__name__, "evaluate")


def evaluate(program: str, document: Any, limit: int | None) -> list[Any]:
    """The first `limit` outputs, or all of them. It has no bounds: the child's side of `run`."""
    found: list[Any] = []
    try:
        for value in islice(jq.execute(program, _as_floats(document)), limit):
            found.append(_plain(value))
    except jq.Halted as halt:
        if not halt.quiet:
            raise LanguageError(LANGUAGE, program, 0, str(halt)) from halt
    except _FAILURES as problem:
        raise _refused(program, problem) from problem
    return found


def _as_floats(document: Any) -> Any:
    """The input as encoding/json reads it: every number a float."""
    if isinstance(document, dict):
        return {key: _as_floats(item) for key, item in document.items()}
    if isinstance(document, list):
        return [_as_floats(item) for item in document]
    whole = isinstance(document, int) and not isinstance(document, bool)
    return float(document) if whole else document


def _plain(value: Any) -> Any:
    """An output as JSON data; raises ValueError for what JSON can't say."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Literal):
        value = parse_number(value)
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise ValueError(f"json: unsupported value: {value}")
    whole = value.is_integer() and abs(value) < _WHOLE
    return int(value) if whole and (value or math.copysign(1, value) > 0) else value  # -0 stays


def _refused(program: str, problem: Exception) -> LanguageError:
    deep = isinstance(problem, RecursionError)
    message = "the program recurses too deeply" if deep else str(problem)
    return LanguageError(LANGUAGE, program, getattr(problem, "position", 0), message)


def printed(program: str, document: Any, limit: int) -> tuple[list[str], str | None]:
    """Outputs as gojq prints them, and what ended them; raises LanguageError if there is none."""
    found: list[str] = []
    try:
        for value in islice(jq.execute(program, document), limit):
            found.append(jq.marshal(value))
    except jq.Halted as halt:
        if not halt.quiet and not found:
            raise LanguageError(LANGUAGE, program, 0, str(halt)) from halt
        return found, None if halt.quiet else str(halt)
    except _FAILURES as problem:
        if not found:
            raise _refused(program, problem) from problem
        return found, str(problem)
    return found, None


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
    """A resource output: strings as they are, the rest as JSON, one output per line, trimmed."""
    found = run(program, document)
    return "\n".join(one if isinstance(one, str) else json_text(one) for one in found).strip()
