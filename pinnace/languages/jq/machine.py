"""Runs jq programs: every node becomes a function that yields the outputs for an input.

Where a path is wanted (`path(f)`, assignments) a track goes along: the path so far and the value
that is there. As in gojq an output is a path only if it is still that value.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pinnace.languages.jq import parts
from pinnace.languages.jq.calls import call_term, definition, format_term
from pinnace.languages.jq.control import (
    bind,
    break_term,
    fold_term,
    if_term,
    label,
    try_term,
    variable,
)
from pinnace.languages.jq.core import COMPILERS, RETRIES, Break, Run, compile_node, constant_of
from pinnace.languages.jq.parser import parse
from pinnace.languages.jq.terms import (
    array,
    binary,
    comma,
    identity,
    index_term,
    iterate,
    object_term,
    pipe,
    slice_term,
    unary,
)
from pinnace.languages.jq.values import JqError, parse_number


def execute(program: str, document: Any) -> Iterator[Any]:
    """The outputs of a program; raises SyntaxFault, JqError, Halted or RecursionError."""
    run = _compiled(program)
    parts.forget()
    try:
        for value, _ in run({}, document, None):
            yield value
    except Break as problem:  # a label is always around its break
        raise JqError(str(problem)) from problem


@lru_cache(maxsize=256)
def _compiled(program: str) -> Run:
    return compile_node(parse(program), frozenset({RETRIES} if RETRIES in program else ()))


COMPILERS.update(
    {
        "identity": identity,
        "pipe": pipe,
        "comma": comma,
        "binary": binary,
        "index": index_term,
        "slice": slice_term,
        "iterate": iterate,
        "array": array,
        "object": object_term,
        "unary": unary,
        "if": if_term,
        "try": try_term,
        "label": label,
        "break": break_term,
        "variable": variable,
        "bind": bind,
        "reduce": fold_term,
        "foreach": fold_term,
        "def": definition,
        "call": call_term,
        "format": format_term,
        "constant": lambda node, _: constant_of(node[1]),
        "text": lambda node, _: constant_of(node[1]),
        "number": lambda node, _: constant_of(parse_number(node[1])),
        "group": lambda node, scope: compile_node(node[1], scope),
    }
)
