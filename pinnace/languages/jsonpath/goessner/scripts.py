"""Filters and computed subscripts of Goessner paths (evilmonkeyinc/jsonpath, script/standard).

An expression is split at its operators, the loosest first; what is left is a path that begins with
`@` or `$`, or plain text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pinnace.languages.jsonpath.goessner.errors import Refused
from pinnace.languages.jsonpath.goessner.operands import (
    Apply,
    Operands,
    Operation,
    Selector,
    read_json,
)
from pinnace.languages.jsonpath.goessner.operators import OPERATORS

_LOOSEST_FIRST = (
    "||", "&&", "==", "!=", "<=", ">=", "<", ">", "=~", "!", "+", "-", "**", "*", "/", "%",
    "not in", "in", "@", "$",
)  # fmt: skip
_PREFIX = ("@", "$", "!")  # operators without a left side

Read = Callable[[str], tuple[Any, ...]]


@lru_cache(maxsize=512)
def compiled(source: str, read: Read) -> Operation | Selector | None:
    """The operations of an expression, None if it is plain text; raises Refused."""
    return _build(source, _LOOSEST_FIRST, read)


def _build(source: str, operators: tuple[str, ...], read: Read) -> Operation | Selector | None:
    while operators:
        operator, operators_left = operators[0], operators[1:]
        source = source.strip()
        if source.startswith("(") and source.endswith(")"):
            source = source[1:-1].strip()
            operators = ("", *_LOOSEST_FIRST)  # upstream's way of trying all of them again
            operators_left = _LOOSEST_FIRST
        found = _split(source, operator, operators, read) if source else None
        if found is not None:
            return found
        if not source:
            return None
        operators = operators_left
    return None


def _split(
    source: str, operator: str, operators: tuple[str, ...], read: Read
) -> Operation | Selector | None:
    """The operation at the first such operator, None if this isn't one."""
    at = _find(source, operator)
    if at < 0:
        return None
    right_text = source[at + len(operator) :].strip()
    if not right_text and operator not in ("@", "$"):
        return None
    right = _argument(right_text, operators, read)
    left_text = source[:at].strip()
    if not left_text and operator not in _PREFIX:
        return None
    left = _argument(left_text, operators, read)
    if operator in _PREFIX and left is not None:
        return None
    if operator in ("@", "$"):
        return Selector(read(source))
    if not operator:
        raise Refused("unsupported operator")
    return Operation(OPERATORS[operator], left, right)


def _find(source: str, operator: str) -> int:
    """Where the operator stands outside quotes and brackets, or -1."""
    quote, square, round_ = "", 0, 0
    for place, char in enumerate(source):
        if char in "()":
            if not (quote or square > 0):
                round_ += 1 if char == "(" else -1
        elif char in "[]":
            if not (quote or round_ > 0):
                square += 1 if char == "[" else -1
        elif char in "'\"" and not (square > 0 or round_ > 0) and quote in ("", char):
            quote = "" if quote else char
        start = place + 1 - len(operator)
        if quote or square > 0 or round_ > 0 or start < 0:
            continue
        if source.startswith(operator, start):
            return start
    return -1


def _argument(text: str, operators: tuple[str, ...], read: Read) -> Any:
    operation = _build(text, operators, read)
    if operation is not None:
        return operation
    text = text.strip()
    if text[:1] + text[-1:] in ("[]", "{}") and len(text) > 1:
        try:
            return read_json(text)
        except ValueError:
            return text
    return text or None


def evaluate(source: str, root: Any, current: Any, read: Read, apply: Apply) -> Any:
    """The value of an expression; raises Refused or Panicked."""
    if not source:
        raise Refused("invalid expression. is empty")
    operands = Operands(root, current, apply)
    operation = compiled(source, read)
    if operation is not None:
        return operands.value(operation)
    if source in operands.names:
        return operands.names[source]
    for kind in (operands.number, operands.boolean):
        try:
            return kind(source)
        except Refused:
            continue
    return source
