"""expr-lang 1.17: `{{=…}}`, `depends`, hooks and retry expressions, with Argo's environment."""

import re
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import expr
from pinnace.languages.expr.environment import functions
from tests.oracle.languages.expr_grammar import ENV, Grammar
from tests.oracle.typed import typed, untyped

_TYPED = {name: typed(value) for name, value in ENV.items()}


def program_cases(*, old: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return programs, each with the variables that it mentions."""

    def case(seed: int) -> dict[str, Any]:
        text = Grammar(Random(seed), old=old).program()
        words = set(re.findall(r"\w+", text))
        named = [[name, form] for name, form in _TYPED.items() if words & {name, "env"}]
        return {"text": text, "env": {"map": named}}

    return st.integers(0, 2**64).map(case)  # st.randoms draws each choice: a hundred times slower


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return programs with what 1.17 has."""
    return program_cases(old=False)


def answer(case: dict[str, Any]) -> Any:
    """Return the program's value."""
    env = {**untyped(case["env"]), **functions()}
    return expr.evaluate(case["text"], env)
