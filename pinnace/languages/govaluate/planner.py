"""govaluate's grammar: tokens to a tree of stages (mirrors stagePlanner.go).

Upstream reads every level of operators right to left and then mirrors chains of equal precedence,
by a table of precedences that is not quite the grammar's; the mirroring is done here as there, so
that odd expressions come out equal too. What follows a complete expression is ignored, as upstream
does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError
from pinnace.languages.govaluate.tokens import LANGUAGE, Date, Kind, Token

MAX_DEPTH = 100
"""Parentheses within parentheses; upstream has no bound."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A constant right side of `=~` or `!~`: no string any more, though it prints as one."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True, eq=False)
class Stage:
    """One operation: `symbol` is an operator, or one of the words below.

    `literal` and `variable` have their `value`; `access` the name of a parameter with a field of a
    Go struct, which data hasn't; `group` stands for parentheses and has only a right side.
    """

    symbol: str
    at: int
    value: Any = None
    left: Stage | None = None
    right: Stage | None = None

    def swap(self, other: Stage) -> None:
        """Exchange what two stages do, but not where they stand in the tree."""
        mine = self.symbol, self.at, self.value
        self.symbol, self.at, self.value = other.symbol, other.at, other.value
        other.symbol, other.at, other.value = mine


PREFIXES = {"-": "negate", "!": "invert", "~": "complement"}
"""What a prefix is as a stage, since `-` is an operator between two values as well."""

_COMPARATORS = ("==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in")
_LEVELS: tuple[tuple[str, ...], ...] = (
    (",",), ("?", ":", "??"), ("||",), ("&&",), _COMPARATORS, ("^", "&", "|"), (">>", "<<"),
    ("+", "-"), ("*", "/", "%"), ("**",),
)  # fmt: skip
_LEVEL = {symbol: number for number, symbols in enumerate(_LEVELS) for symbol in symbols}
_BINARY = frozenset({Kind.SEPARATOR, Kind.TERNARY, Kind.LOGICALOP, Kind.COMPARATOR, Kind.MODIFIER})
_PRECEDENCE = {
    **_LEVEL,
    **dict.fromkeys(PREFIXES.values(), 10),
    "literal": 11, "variable": 11, "access": 12, "group": 13,
}  # fmt: skip
"""Which stages upstream takes for equals when it mirrors; only sameness counts."""


def plan(text: str, tokens: list[Token]) -> Stage | None:
    """The tree of the tokens; None for an empty expression."""
    if not tokens:
        return None
    root = _Planner(text, tokens).expression()
    if root is not None:
        _reorder(root)
    return root


def with_patterns(tokens: list[Token]) -> list[Token]:
    """Constant patterns are compiled once, and refused here when they are none."""
    planned = list(tokens)
    for place, token in enumerate(tokens[:-1]):
        following = tokens[place + 1]
        matches = token.kind is Kind.COMPARATOR and token.value in ("=~", "!~")
        if matches and following.kind is Kind.STRING:
            goregex.compile(following.value)
            planned[place + 1] = Token(Kind.PATTERN, Pattern(following.value), following.at)
    return planned


class _Planner:
    """Reads operands and operators in turn, then makes a tree of them level by level."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def _current(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def expression(self) -> Stage | None:
        """An expression; None when there is nothing at all, as in `()`."""
        operands = [self._operand()]
        operators: list[Token] = []
        while (token := self._current()) and token.kind in _BINARY:
            self._place += 1
            operators.append(token)
            operands.append(self._operand())
        return _tree(operands, operators)

    def _operand(self) -> Stage | None:
        token = self._current()
        if token is None or token.kind is Kind.CLAUSE_CLOSE:
            return None
        self._place += 1
        match token.kind:
            case Kind.CLAUSE:
                return Stage("group", token.at, right=self._clause(token))
            case Kind.VARIABLE:
                return Stage("variable", token.at, token.value)
            case Kind.ACCESSOR:
                return Stage("access", token.at, token.value, right=self._arguments())
            case Kind.PREFIX:
                return Stage(PREFIXES[token.value], token.at, right=self._operand())
            case Kind.TIME if isinstance(token.value, Date):
                return Stage("literal", token.at, token.value.seconds)
            case Kind.NUMERIC | Kind.STRING | Kind.BOOLEAN | Kind.PATTERN:
                return Stage("literal", token.at, token.value)
        message = f"Unable to plan token kind: '{token.kind.value}', value: '{token.value}'"
        raise LanguageError(LANGUAGE, self._text, token.at, message)

    def _arguments(self) -> Stage | None:
        """What follows an accessor with parentheses is all taken for its arguments."""
        token = self._current()
        return self.expression() if token and token.kind is Kind.CLAUSE else None

    def _clause(self, token: Token) -> Stage | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise LanguageError(LANGUAGE, self._text, token.at, "expression is nested too deeply")
        inside = self.expression()
        self._place += 1
        self._depth -= 1
        return inside


def _tree(operands: list[Stage | None], operators: list[Token]) -> Stage | None:
    """Split at the loosest level there is; chains lean to the right until they are mirrored."""
    if not operators:
        return operands[0]
    loosest = min(_LEVEL[token.value] for token in operators)
    parts: list[Stage | None] = []
    between: list[Token] = []
    start = 0
    for place, token in enumerate(operators):
        if _LEVEL[token.value] == loosest:
            parts.append(_tree(operands[start : place + 1], operators[start:place]))
            between.append(token)
            start = place + 1
    right = _tree(operands[start:], operators[start:])
    for left, token in zip(reversed(parts), reversed(between), strict=True):
        right = Stage(token.value, token.at, left=left, right=right)
    return right


def _reorder(root: Stage) -> None:
    """Mirror every chain of equal precedence down the right side (upstream's reorderStages)."""
    precedence = _PRECEDENCE[root.symbol]
    chain: list[Stage] = []
    following: Stage | None = root
    while following is not None:
        current, following = following, following.right
        if current.left is not None:
            _reorder(current.left)
        if _PRECEDENCE[current.symbol] == precedence:
            chain.append(current)
            continue
        _mirror(chain)
        chain, precedence = [current], _PRECEDENCE[current.symbol]
    _mirror(chain)


def _mirror(stages: list[Stage]) -> None:
    """Turn a chain that leans to the right into one that leans to the left."""
    count = len(stages)
    if count < 2:
        return
    for stage in stages:
        stage.left, stage.right = stage.right, stage.left
    root, last = stages[0], stages[-1]
    last.left, root.right = root.right, last.left
    for place in range((count - 2) // 2 + 1):
        one, other = stages[place + 1], stages[count - place - 1]
        one.right, other.right = other.right, one.right
    for place in range(count // 2):
        stages[place].swap(stages[count - place - 1])
