"""The parts of a parsed script. Names are resolved already: to a slot, an upvalue or a global."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Local:
    """A local variable; one that an inner function uses lives in a box (a list of one)."""

    name: str
    slot: int
    captured: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """What has a value; its line is that of its first token, as upstream counts."""

    line: int


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """nil, true, false, a number or a text."""

    value: None | bool | float | str


@dataclass(frozen=True, slots=True)
class Varargs(Expression):
    """`...`."""


@dataclass(frozen=True, slots=True)
class LocalName(Expression):
    """A local variable."""

    local: Local


@dataclass(frozen=True, slots=True)
class UpvalueName(Expression):
    """A local of an outer function."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class GlobalName(Expression):
    """A field of the globals."""

    name: str


@dataclass(frozen=True, slots=True)
class Index(Expression):
    """`base[key]`, and `base.key`."""

    base: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """A call of a function or a method."""

    function: Expression
    arguments: tuple[Expression, ...]
    method: str | None  # the function is then what the method is called on
    name: str  # what messages call the function


@dataclass(frozen=True, slots=True)
class Parenthesized(Expression):
    """One value, also of what has many."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """`-`, `not` or `#`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """An operator between two."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Concatenation(Expression):
    """`a .. b .. c`, which is one operation."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class TableFields(Expression):
    """A table constructor."""

    fields: tuple[tuple[Expression | None, Expression], ...]
    """Pairs of key and value; no key for the next place of the array."""


@dataclass(frozen=True, slots=True)
class FunctionBody(Expression):
    """A function, or the whole script."""

    parameters: tuple[Local, ...]
    varargs: bool
    argument_table: Local | None  # `arg`, when the body has no `...` itself
    captures: tuple[Local | int, ...]  # locals of the outer function, or its upvalues
    slots: int
    block: Block


@dataclass(frozen=True, slots=True)
class Statement:
    """What has no value."""

    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Statements, and before which of them the labels stand."""

    statements: tuple[Statement, ...]
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assign(Statement):
    """`a, b = …`."""

    targets: tuple[Expression, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Declare(Statement):
    """`local a, b = …`."""

    locals: tuple[Local, ...]
    values: tuple[Expression, ...]
    function: bool = False  # `local function f`: f is known inside


@dataclass(frozen=True, slots=True)
class CallStatement(Statement):
    """A call whose values nobody wants."""

    call: Expression


@dataclass(frozen=True, slots=True)
class Do(Statement):
    """`do … end`."""

    block: Block


@dataclass(frozen=True, slots=True)
class While(Statement):
    """`while … do … end`."""

    condition: Expression
    block: Block


@dataclass(frozen=True, slots=True)
class Repeat(Statement):
    """`repeat … until …`."""

    block: Block
    condition: Expression


@dataclass(frozen=True, slots=True)
class If(Statement):
    """`if`, each `elseif`, and `else`."""

    branches: tuple[tuple[Expression, Block], ...]
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class NumericFor(Statement):
    """`for i = start, limit, step`."""

    variable: Local
    start: Expression
    limit: Expression
    step: Expression
    block: Block


@dataclass(frozen=True, slots=True)
class GenericFor(Statement):
    """`for k, v in …`."""

    variables: tuple[Local, ...]
    values: tuple[Expression, ...]
    block: Block


@dataclass(frozen=True, slots=True)
class Return(Statement):
    """`return …`."""

    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Break(Statement):
    """`break`."""


@dataclass(frozen=True, slots=True)
class Goto(Statement):
    """`goto name`."""

    name: str
