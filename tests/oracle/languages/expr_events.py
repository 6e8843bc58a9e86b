"""antonmedv/expr 1.15, as argo-events evaluates an event source's `filter.expression`."""

from typing import Any

from hypothesis import strategies as st

from pinnace.languages import expr
from pinnace.languages.expr.environment import functions
from tests.oracle.languages.expr import program_cases
from tests.oracle.typed import untyped


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return programs with what 1.15 has."""
    return program_cases(old=True)


def answer(case: dict[str, Any]) -> Any:
    """Return the program's value."""
    env = {**untyped(case["env"]), **functions(version=expr.V1_15)}
    return expr.evaluate(case["text"], env, version=expr.V1_15)
