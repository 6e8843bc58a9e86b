"""Knetic/govaluate: the language of `when` and of a Sensor's `filters.exprs[].expr`.

`compile(text) -> Expression`, `Expression.evaluate(parameters)`, and `when(text)`, which is Argo
Workflows' own use of it: bare words are strings. Text becomes tokens (`tokens`), tokens a tree
(`planner`), and the tree a value (`evaluator`). Mirrors the commit that Argo Events pins
(2017-10-22), and Argo Workflows too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.govaluate.evaluator import Expression
from pinnace.languages.govaluate.planner import plan, with_patterns
from pinnace.languages.govaluate.tokens import LANGUAGE, Kind, Token, check_syntax, tokenize
from pinnace.languages.govalues import text as shown

__all__ = ["Expression", "compile", "evaluate", "when"]


def compile(text: str) -> Expression:
    """The expression, ready to be evaluated; a LanguageError for bad syntax."""
    return _from_tokens(text, tokenize(text))


def _from_tokens(text: str, tokens: list[Token]) -> Expression:
    check_syntax(text, tokens)
    return Expression(text=text, root=plan(text, with_patterns(tokens)))


def evaluate(text: str, parameters: Mapping[str, Any]) -> Any:
    """Compile and evaluate in one go."""
    return compile(text).evaluate(parameters)


_HINT = '(hint: try wrapping the affected expression in quotes ("))'


def when(text: str) -> bool:
    """Argo's `when`: variables become strings, and the answer must be a bool.

    The text has been through `tags`, so a bare word is a value that nobody quoted.
    """
    if not text:
        return True
    try:
        tokens = tokenize(text)
        compiled = _from_tokens(text, tokens)
    except LanguageError as problem:
        hint = f" {_HINT}" if "Invalid token" in problem.expected else ""
        raise _refused(text, problem, f"Invalid 'when' expression '{text}': ", hint) from problem
    words = [
        replace(token, kind=Kind.STRING) if token.kind is Kind.VARIABLE else token
        for token in with_patterns(tokens)  # upstream keeps them, and they may not stand before ?
    ]
    try:
        compiled = _from_tokens(text, words)
    except LanguageError as problem:
        raise _refused(text, problem, f"failed to parse 'when' expression '{text}': ") from problem
    try:
        answer = compiled.evaluate({})
    except LanguageError as problem:
        raise _refused(
            text, problem, f"failed to evaluate 'when' expresion '{text}': "
        ) from problem
    if not isinstance(answer, bool):
        message = f"expected boolean evaluation for '{text}'. Got {shown(answer)}"
        raise LanguageError(LANGUAGE, text, 0, message)
    return answer


def _refused(text: str, problem: LanguageError, before: str, after: str = "") -> LanguageError:
    return LanguageError(LANGUAGE, text, problem.position, before + problem.expected + after)
