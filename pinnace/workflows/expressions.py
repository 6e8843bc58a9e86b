"""expr-lang expressions over a scope, with Argo's functions; every failure a Problem."""

from collections.abc import Mapping
from typing import Any

from pinnace.languages import expr
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.environment import environment
from pinnace.languages.gotypes import Map
from pinnace.workflows.problems import Problem


def evaluate(expression: str, values: Mapping[str, Any], ambient: Ambient = STILL) -> Any:
    """Evaluate over dotted names and Argo's functions."""
    try:
        return expr.evaluate(expression, environment(values, ambient), ambient=ambient)
    except LanguageError as problem:
        raise Problem(f'failed to evaluate expression "{expression}": {problem.expected}') from None


def is_true(expression: str, values: Mapping[str, Any], ambient: Ambient = STILL) -> bool:
    """Evaluate a condition (hooks, retries, exit handlers): anything but a bool is a Problem."""
    try:
        return expr.evaluate_bool(expression, environment(values, ambient), ambient=ambient)
    except LanguageError as problem:
        raise Problem(f"unable to evaluate expression '{expression}': {problem.expected}") from None


def is_satisfied(logic: str, results: Mapping[str, Mapping[str, bool]]) -> bool:
    """Evaluate a ``depends`` condition: task results only, no functions."""
    typed = {name: Map("map[string]bool", result) for name, result in results.items()}
    try:  # that all are bools is checked before any is evaluated, as upstream
        return expr.evaluate_bool(logic, typed)
    except LanguageError as problem:
        raise Problem(f"unable to evaluate expression '{logic}': {problem.expected}") from None
