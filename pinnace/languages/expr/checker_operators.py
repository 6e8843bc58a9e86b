"""Which operands each operator takes, and what it gives, as tables (checker.go's binaryNode)."""

from __future__ import annotations

from pinnace.languages import goregex
from pinnace.languages.expr import natures, nodes
from pinnace.languages.expr.natures import (
    BOOL,
    DURATION,
    FLOAT,
    INT,
    NIL,
    STRING,
    TIME,
    UNKNOWN,
    Nature,
)
from pinnace.languages.expr.versions import Version

_INTEGER_KINDS = frozenset({"int", "int64", "uint8"})


def _sort(nature: Nature, version: Version) -> str:
    """The word that the tables below use for a type."""
    if nature.unknown:
        return "any"
    if nature.type in ("time.Time", "time.Duration"):
        return "time" if nature.type == "time.Time" else "duration"
    if version.kinds_are_types:
        return "integer" if nature.kind in _INTEGER_KINDS else _plain(nature)
    return "integer" if nature.integer else _plain(nature)


def _plain(nature: Nature) -> str:
    return "float" if nature.type == "float64" else nature.kind


_NUMBERS = ("integer", "float")


def _pairs(*pairs: tuple[str, str, Nature]) -> dict[tuple[str, str], Nature]:
    return {(left, right): gives for left, right, gives in pairs}


def _numeric(whole: Nature, mixed: Nature) -> dict[tuple[str, str], Nature]:
    return {
        (a, b): whole if (a, b) == ("integer", "integer") else mixed
        for a in _NUMBERS
        for b in _NUMBERS
    }


_ORDER = {
    **_numeric(BOOL, BOOL), ("string", "string"): BOOL, ("time", "time"): BOOL,
    ("duration", "duration"): BOOL,
}  # fmt: skip
_TEXTS = _pairs(("string", "string", BOOL))
_LOGIC = _pairs(("bool", "bool", BOOL))

_TABLES: dict[str, dict[tuple[str, str], Nature]] = {
    **dict.fromkeys(("<", ">", "<=", ">="), _ORDER),
    **dict.fromkeys(("&&", "and", "||", "or"), _LOGIC),
    **dict.fromkeys(("contains", "startsWith", "endsWith"), _TEXTS),
    "matches": {**_TEXTS, ("bytes", "string"): BOOL},
    "-": {
        **_numeric(INT, FLOAT), ("time", "time"): DURATION, ("time", "duration"): TIME,
        ("duration", "duration"): DURATION,
    },
    "+": {
        **_numeric(INT, FLOAT), ("string", "string"): STRING, ("time", "duration"): TIME,
        ("duration", "time"): TIME, ("duration", "duration"): DURATION,
    },
    "*": {
        **_numeric(INT, FLOAT), ("duration", "duration"): DURATION,
        **{pair: DURATION for n in _NUMBERS for pair in ((n, "duration"), ("duration", n))},
    },
    **dict.fromkeys(("/", "**", "^"), _numeric(FLOAT, FLOAT)),
    "%": _pairs(("integer", "integer", INT)),
    "..": _pairs(("integer", "integer", natures.array_of(INT))),
}  # fmt: skip
_WITH_ANY: dict[str, tuple[frozenset[str], Nature]] = {
    **dict.fromkeys(
        ("<", ">", "<=", ">="), (frozenset({*_NUMBERS, "string", "time", "duration"}), BOOL)
    ),
    **dict.fromkeys(("&&", "and", "||", "or"), (frozenset({"bool"}), BOOL)),
    **dict.fromkeys(
        ("contains", "startsWith", "endsWith", "matches"), (frozenset({"string"}), BOOL)
    ),
    "-": (frozenset({*_NUMBERS, "time", "duration"}), UNKNOWN),
    "+": (frozenset({*_NUMBERS, "string", "time", "duration"}), UNKNOWN),
    "*": (frozenset({*_NUMBERS, "duration"}), UNKNOWN),
    **dict.fromkeys(("/", "**", "^"), (frozenset(_NUMBERS), FLOAT)),
    "%": (frozenset({"integer"}), INT),
    "..": (frozenset({"integer"}), natures.array_of(INT)),
}
"""What may stand beside an operand of unknown type, and what that gives."""


def unary(operator: str, operand: Nature, version: Version) -> Nature | None:
    """What it gives; None if the operator doesn't take it."""
    sort = _sort(operand, version)
    if operator in ("!", "not"):
        return BOOL if sort in ("bool", "any") else None
    if sort == "any":
        return UNKNOWN
    counts = sort in _NUMBERS or (version.kinds_are_types and sort == "duration")
    return operand if counts else None


def binary(node: nodes.Binary, left: Nature, right: Nature, version: Version) -> Nature | None:
    """What it gives; None if the operator doesn't take them; ValueError says why not."""
    match node.operator:
        case "==" | "!=":
            return BOOL if _comparable(left, right, version) else None
        case "in":
            return _within(left, right, version)
        case "??":
            return _coalesced(left, right)
        case "matches" if isinstance(node.right, nodes.Literal):
            if isinstance(node.right.value, str):
                goregex.compile(node.right.value)
    found = _operated(node.operator, left, right, version)
    if node.operator == ".." and found and version.kinds_are_types:
        return Nature("[]int")
    return found


def _operated(operator: str, left: Nature, right: Nature, version: Version) -> Nature | None:
    one, other = _sort(left, version), _sort(right, version)
    if operator == "matches" and left.type == "[]uint8" and version.modern:
        one = "bytes"
    found = None
    if version.kinds_are_types:
        found = _as_numbers(operator, left, right, (one, other))
    found = found or _TABLES[operator].get((one, other))
    if found is not None:
        return found
    beside, gives = _WITH_ANY[operator]
    if version.kinds_are_types and "integer" in beside:
        beside, gives = beside | {"duration"}, (UNKNOWN if operator == "%" else gives)
    if (one == "any" and other in beside | {"any"}) or (other == "any" and one in beside):
        return gives
    return None


def _as_numbers(
    operator: str, left: Nature, right: Nature, sorts: tuple[str, str]
) -> Nature | None:
    """A duration is an int64, and an operation on two numbers of one kind keeps their type."""
    one, other = ("integer" if sort == "duration" else sort for sort in sorts)
    found = _TABLES[operator].get((one, other)) if {one, other} <= set(_NUMBERS) else None
    return left if found is INT and left.kind == right.kind else found


def _comparable(left: Nature, right: Nature, version: Version) -> bool:
    if not version.kinds_are_types:
        return natures.comparable(left, right)
    one, other = _sort(left, version), _sort(right, version)
    counting = {*_NUMBERS, "duration"}
    return (
        left.nil or right.nil or left.kind == right.kind or "any" in (one, other)
        or (one in counting and other in counting)
    )  # fmt: skip


def _within(left: Nature, right: Nature, version: Version) -> Nature | None:
    if right.kind == "struct" and (left.kind == "string" or left.unknown):
        return BOOL
    if right.kind == "map" and right.type:
        key = natures.of_type(natures.key_type(right.type))
        if not left.unknown and not left.assignable(key) and (version.strict or not left.nil):
            raise ValueError(f"cannot use {left} as type {key} in map key")
        return BOOL
    if right.array:
        if not _comparable(left, right.elem(), version):
            raise ValueError(f"cannot use {left} as type {right.elem()} in array")
        return BOOL
    return BOOL if right.unknown or (left.unknown and right.kind == "string") else None


def _coalesced(left: Nature, right: Nature) -> Nature:
    if left.nil or right.nil:
        return NIL if left.nil and right.nil else right if left.nil else left
    return left if right.assignable(left) else UNKNOWN
