"""expr: the language of `{{=…}}`, `depends`, hooks, retry expressions and event filters.

`compile(text) -> Program`, `run(program, env) -> value`, `evaluate_bool(text, env)`. The text goes
through `tokens`, `parser` (+ `primary`), `checker` (+ `checker_*`, `natures`, `signatures`),
`optimizer` (+ `rewriter`, `folding`, `rewrites_sums`) and `machine` (+ `calls`, `access`, `guard`,
`budget`). `operators` (`comparing`, `arithmetic`) and `builtins` (`texts`, `arrays`, `numbers`,
`conversions`, `sorting`, `decoding`, `dates`, `closures`) are tables of what programs call,
`environment` what Argo adds (`asInt`, `toJson`, `sprig.*`). `versions` says where the two versions
that Argo uses part; `required` tells what a template's expression needs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import checker_closures, checker_members, nodes, parser
from pinnace.languages.expr.budget import Limits
from pinnace.languages.expr.checker import Checker
from pinnace.languages.expr.machine import Machine
from pinnace.languages.expr.natures import Nature, of_value
from pinnace.languages.expr.optimizer import optimized
from pinnace.languages.expr.rewriter import Rewriter
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.expr.versions import V1_15, V1_17, Version
from pinnace.languages.govalues import type_name

__all__ = [
    "V1_15", "V1_17", "Limits", "Program", "compile", "evaluate", "evaluate_bool", "names", "run",
]  # fmt: skip

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, kw_only=True, eq=False)
class Program:
    """A parsed expression, ready to run many times."""

    text: str
    root: nodes.Node
    version: Version = V1_17

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(nodes.identifiers(self.root))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Every name that may be one of the environment's."""
        return frozenset(nodes.mentioned(self.root))

    def names(self) -> frozenset[str]:
        """The variables it reads, also as dotted paths."""
        return self._names


def compile(text: str, shadowed: Collection[str] = (), version: Version = V1_17) -> Program:
    """Parse; `shadowed` are the names of the environment, which win over builtin functions."""
    return _compile(text, version.names.intersection(shadowed), version)


@lru_cache(maxsize=2048)
def _compile(text: str, shadowed: frozenset[str], version: Version) -> Program:
    try:
        root = parser.parse(text, shadowed, version)
    except RecursionError as problem:
        raise _too_deep(text) from problem
    return Program(text=text, root=root, version=version)


def _too_deep(text: str) -> LanguageError:
    return LanguageError(LANGUAGE, text, 0, "expression is nested too deeply")


@lru_cache(maxsize=2048)
def _checked(program: Program, types: tuple[tuple[str, Nature], ...]) -> nodes.Node:
    """The tree that is run, once the types of the variables are known."""
    checker = Checker(program.text, dict(types), program.version)
    checker.visit(program.root)
    rewriter = Rewriter(program.text, checker.natures, program.version)
    return optimized(rewriter, program.root)


def run(
    program: Program,
    env: Mapping[str, Any],
    *,
    ambient: Ambient = STILL,
    limits: Limits = _DEFAULT_LIMITS,
) -> Any:
    """The program's value."""
    types: tuple[tuple[str, Nature], ...] = ()
    if program.version.strict:
        types = tuple(
            (name, of_value(env[name])) for name in sorted(program.mentioned) if name in env
        )
    try:
        root = _checked(program, types)
        return Machine(program.text, env, ambient, limits, program.version).evaluate(root)
    except RecursionError as problem:
        raise _too_deep(program.text) from problem


def evaluate(
    text: str, env: Mapping[str, Any], *, ambient: Ambient = STILL, version: Version = V1_17
) -> Any:
    """Compile and run in one go; the environment's names shadow builtins."""
    return run(compile(text, env.keys(), version), env, ambient=ambient)


def evaluate_bool(
    text: str, env: Mapping[str, Any], *, ambient: Ambient = STILL, version: Version = V1_17
) -> bool:
    """As evaluate, for conditions: anything but a bool is an error (argo's EvalBool)."""
    value = evaluate(text, env, ambient=ambient, version=version)
    if not isinstance(value, bool):
        raise LanguageError(
            LANGUAGE, text, 0, f"unable to cast expression result {type_name(value)} to bool"
        )
    return value


def names(text: str, shadowed: Collection[str] = ()) -> frozenset[str]:
    """The variables a text reads, also as dotted paths."""
    return compile(text, shadowed).names()


_REGISTERED = (checker_closures, checker_members)  # they add their nodes to the checker's table
