"""What expr's functions take and give, as far as the checker can tell before the program runs.

Mirrors the `Types` and `Validate` of builtin/builtin.go: a function has either a few overloads or
a rule that looks at the kinds of its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from pinnace.languages.expr.natures import ANY, Signature, element_type, kind_of

Rule = Callable[[Sequence[str | None]], str]
"""The types of the arguments (None for nil) to the type of the result; raises ValueError."""

_ARRAY, _MAP, _S, _I = "[]interface {}", "map[interface {}]interface {}", "string", "int"
_NUMBERS = frozenset({"int", "int64", "uint8", "float64", "interface"})
_ARRAYS = frozenset({"interface", "slice", "array"})
_MAPS = frozenset({"interface", "map"})


def _overloads(gives: str, *takes: tuple[str, ...]) -> tuple[Signature, ...]:
    return tuple(Signature(one, gives) for one in takes)


_TEXT_TO_TEXT = _overloads(_S, (_S,))
_TWO_TEXTS = ((_S, _S),)
_BITS = _overloads(_I, (_I, _I))
_SORTED = ("[]interface {}", "[]int", "[]float64", "[]string")

OVERLOADS: dict[str, tuple[Signature, ...]] = {
    "type": _overloads(_S, (ANY,)),
    "string": _overloads(_S, (ANY,)),
    "trim": _overloads(_S, (_S,), (_S, _S)),
    "trimPrefix": _overloads(_S, (_S, _S), (_S,)),
    "trimSuffix": _overloads(_S, (_S, _S), (_S,)),
    "upper": _TEXT_TO_TEXT,
    "lower": _TEXT_TO_TEXT,
    "split": _overloads("[]string", (_S, _S), (_S, _S, _I)),
    "splitAfter": _overloads("[]string", (_S, _S), (_S, _S, _I)),
    "replace": _overloads(_S, (_S, _S, _S, _I), (_S, _S, _S)),
    "repeat": _overloads(_S, (_S, _I)),
    "join": _overloads(_S, ("[]string", _S), (_ARRAY, _S), (_ARRAY,), ("[]string",)),
    "indexOf": _overloads(_I, *_TWO_TEXTS),
    "lastIndexOf": _overloads(_I, *_TWO_TEXTS),
    "hasPrefix": _overloads("bool", *_TWO_TEXTS),
    "hasSuffix": _overloads("bool", *_TWO_TEXTS),
    "toJSON": _overloads(_S, (ANY,)),
    "fromJSON": _overloads(ANY, (_S,)),
    "toBase64": _TEXT_TO_TEXT,
    "fromBase64": _TEXT_TO_TEXT,
    "duration": _overloads("time.Duration", (_S,)),
    "timezone": _overloads("*time.Location", (_S,)),
    "sort": _overloads(_ARRAY, *((one, _S) for one in _SORTED), *((one,) for one in _SORTED)),
    **dict.fromkeys(("bitand", "bitor", "bitxor", "bitnand", "bitshl", "bitshr", "bitushr"), _BITS),
    "bitnot": _overloads(_I, (_I,)),
}

OLD_OVERLOADS: dict[str, tuple[Signature, ...]] = {
    **{name: takes for name, takes in OVERLOADS.items() if name != "sort"},
    "now": _overloads("time.Time", ()),
    "date": _overloads("time.Time", (_S,), (_S, _S), (_S, _S, _S)),
}
"""Those of 1.15, where `sort` has a rule and the dates have none."""


def kind(type: str | None) -> str:
    """The kind behind a pointer."""
    return "struct" if type == "*time.Location" else kind_of(type)


def _counted(name: str, args: Sequence[str | None], *counts: int) -> None:
    if len(args) not in counts:
        wanted = " or ".join(map(str, counts))
        raise ValueError(
            f"invalid number of arguments for {name} (expected {wanted}, got {len(args)})"
        )


def _takes(
    name: str, kinds: Collection[str], gives: str | None, verb: str = "invalid argument for {}"
) -> Rule:
    """A function of one argument of these kinds; without `gives` it gives what it takes."""

    def rule(args: Sequence[str | None]) -> str:
        _counted(name, args, 1)
        if kind(args[0]) not in kinds:
            raise ValueError(f"{verb.format(name)} (type {args[0]})")
        return gives or args[0] or ANY

    return rule


def _edge(name: str) -> Rule:
    def rule(args: Sequence[str | None]) -> str:
        _counted(name, args, 1)
        if kind(args[0]) not in _ARRAYS:
            raise ValueError(f"cannot get {name} element from {args[0]}")
        return element_type(args[0]) or ANY

    return rule


def _aggregate(name: str, through: Collection[str]) -> Rule:
    """Numbers, or something whose numbers are seen only when it runs."""

    def rule(args: Sequence[str | None]) -> str:
        if not args:
            raise ValueError(f"not enough arguments to call {name}")
        for arg in args:
            if kind(arg) in through:
                return ANY
            if kind(arg) not in _NUMBERS:
                raise ValueError(f"invalid argument for {name} (type {arg})")
        return args[0] or ANY

    return rule


def _take(args: Sequence[str | None]) -> str:
    _counted("take", args, 2)
    if kind(args[0]) not in _ARRAYS:
        raise ValueError(f"cannot take from {args[0]}")
    if kind(args[1]) not in ("interface", "int", "int64"):
        raise ValueError(f"cannot take {args[1]} elements")
    return args[0] or ANY


def _concat(args: Sequence[str | None]) -> str:
    if not args:
        raise ValueError("invalid number of arguments (expected at least 1, got 0)")
    for arg in args:
        if kind(arg) not in _ARRAYS:
            raise ValueError(f"cannot concat {arg}")
    return _ARRAY


def _now(args: Sequence[str | None]) -> str:
    if args and list(args) != ["*time.Location"]:
        raise ValueError(f"invalid number of arguments (expected 0, got {len(args)})")
    return "time.Time"


def _date(args: Sequence[str | None]) -> str:
    rest = args[1:] if args and args[0] == "*time.Location" else args
    if not args or len(rest) > 3:
        raise ValueError(f"invalid number of arguments for date (got {len(args)})")
    return "time.Time"


def _sort(args: Sequence[str | None]) -> str:
    _counted("sort", args, 1, 2)
    return _sorted(args, 1)


def _sort_by(args: Sequence[str | None]) -> str:
    _counted("sortBy", args, 2, 3)
    return _sorted(args, 1)


def _sorted(args: Sequence[str | None], texts: int) -> str:
    if kind(args[0]) not in _ARRAYS:
        raise ValueError(f"cannot sort {args[0]}")
    for arg in args[texts:]:
        if kind(arg) not in ("string", "interface"):
            raise ValueError(f"invalid argument for sort (expected string, got {arg})")
    return _ARRAY


_ROUND: dict[str, Rule] = {
    name: _takes(name, _NUMBERS, "float64") for name in ("ceil", "floor", "round")
}
_SHARED: dict[str, Rule] = {
    **_ROUND,
    "len": _takes("len", _ARRAYS | _MAPS | {"string"}, "int"),
    "abs": _takes("abs", _NUMBERS, None),
    "int": _takes("int", _NUMBERS | {"string"}, "int"),
    "float": _takes("float", _NUMBERS | {"string"}, "float64"),
    "first": _edge("first"),
    "last": _edge("last"),
    "take": _take,
    "keys": _takes("keys", _MAPS, _ARRAY, "cannot get {} from"),
    "values": _takes("values", _MAPS, _ARRAY, "cannot get {} from"),
    "toPairs": _takes("pairs", _MAPS, _ARRAY, "cannot transform to {}"),
    "fromPairs": _takes("pairs", _ARRAYS, _MAP, "cannot transform from {}"),
}
RULES: dict[str, Rule] = {
    **_SHARED,
    "now": _now,
    "date": _date,
    "concat": _concat,
    **{name: _takes(name, _ARRAYS, _ARRAY, "cannot {}") for name in ("reverse", "uniq", "flatten")},
    **{name: _aggregate(name, _ARRAYS) for name in ("max", "min", "mean", "median")},
}
OLD_RULES: dict[str, Rule] = {
    **_SHARED,
    **{name: _aggregate(name, ("interface",)) for name in ("max", "min")},
    "sum": _takes("sum", _ARRAYS, ANY, "cannot {}"),
    **{name: _takes(name, _ARRAYS, "float64", "cannot {}") for name in ("mean", "median")},
    "sort": _sort,
    "sortBy": _sort_by,
}
