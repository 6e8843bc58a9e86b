"""expr-lang 1.17: the language of `{{=…}}`, `depends`, hooks, retry expressions and event filters.

`compile(text) -> Program`, `run(program, env) -> value`, `evaluate_bool(text, env)`. The text goes
through `tokens`, `parser` (+ `primary`), `checks` and `machine`; `builtins`, `numbers`, `closures`
and `dates` are the language's own functions, `environment` what Argo adds (`asInt`, `toJson`,
`sprig.*`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import checks, nodes, parser
from pinnace.languages.expr.catalogue import NAMES, PREDICATES
from pinnace.languages.expr.machine import Limits, Machine
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.govalues import type_name

__all__ = ["Limits", "Program", "compile", "evaluate", "evaluate_bool", "names", "run"]

_BUILTIN_NAMES = NAMES | PREDICATES.keys()
_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Program:
    """A parsed expression, ready to run many times."""

    text: str
    root: nodes.Node

    @cached_property
    def every_node(self) -> tuple[nodes.Node, ...]:
        """Every node of the tree."""
        return tuple(nodes.walk(self.root))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(nodes.identifiers(self.root))

    def names(self) -> frozenset[str]:
        """The variables it reads, also as dotted paths."""
        return self._names


def compile(text: str, shadowed: Collection[str] = ()) -> Program:
    """Parse; `shadowed` are the names of the environment, which win over builtin functions."""
    return _compile(text, frozenset(_BUILTIN_NAMES.intersection(shadowed)))


@lru_cache(maxsize=2048)
def _compile(text: str, shadowed: frozenset[str]) -> Program:
    return Program(text=text, root=parser.parse(text, shadowed))


def run(
    program: Program,
    env: Mapping[str, Any],
    *,
    ambient: Ambient = STILL,
    limits: Limits = _DEFAULT_LIMITS,
    missing: str = "error",
) -> Any:
    """The program's value. `missing="nil"` makes unknown variables nil instead of an error."""
    if missing != "nil":
        checks.check(program.text, program.every_node, env)
    seen = _Lenient(env) if missing == "nil" else env
    try:
        return Machine(program.text, seen, ambient, limits).evaluate(program.root)
    except RecursionError as problem:
        raise LanguageError(
            LANGUAGE, program.text, 0, "expression is nested too deeply"
        ) from problem


class _Lenient(dict[str, Any]):
    """An environment in which every unknown name is nil."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> None:
        return None


def evaluate(text: str, env: Mapping[str, Any], *, ambient: Ambient = STILL) -> Any:
    """Compile and run in one go; the environment's names shadow builtins."""
    return run(compile(text, env.keys()), env, ambient=ambient)


def evaluate_bool(
    text: str, env: Mapping[str, Any], *, ambient: Ambient = STILL, missing: str = "error"
) -> bool:
    """As evaluate, for conditions: anything but a bool is an error (argo's EvalBool)."""
    value = run(compile(text, env.keys()), env, ambient=ambient, missing=missing)
    if not isinstance(value, bool):
        raise LanguageError(
            LANGUAGE, text, 0, f"unable to cast expression result {type_name(value)} to bool"
        )
    return value


def names(text: str, shadowed: Collection[str] = ()) -> frozenset[str]:
    """The variables a text reads, also as dotted paths."""
    return compile(text, shadowed).names()
