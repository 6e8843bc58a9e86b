"""What a machine does through a guard: calls that may fail, and things made that take memory.

Every failure becomes a LanguageError at the node where it was met.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from pinnace.languages.errors import LanguageError
from pinnace.languages.expr import nodes
from pinnace.languages.expr.budget import Budget
from pinnace.languages.expr.tokens import LANGUAGE
from pinnace.languages.govalues import type_name


class Guard:
    """Holds one evaluation to its budget, and says where in the text it failed."""

    def __init__(self, text: str, budget: Budget) -> None:
        self._text = text
        self._budget = budget

    def fail(self, node: nodes.Node, message: str) -> NoReturn:
        """Raise the LanguageError at a node."""
        raise self._error(node, message)

    def _error(self, node: nodes.Node, message: str) -> LanguageError:
        return LanguageError(LANGUAGE, self._text, node.at, message)

    def apply(self, node: nodes.Node, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function that reports trouble as ValueError, and say where it was called."""
        try:
            value = function(*arguments)
        except LanguageError as problem:
            if problem.language == LANGUAGE and problem.text == self._text:
                raise
            raise self._error(node, problem.expected) from problem
        except (TypeError, AttributeError, OverflowError) as problem:
            raise self._error(node, f"invalid arguments: {problem}") from problem
        except ValueError as problem:
            raise self._error(node, str(problem)) from problem
        return value

    def grow(self, node: nodes.Node, size: int) -> None:
        """An array or a map of so many items is made."""
        if not self._budget.items(size):
            self.fail(node, "memory budget exceeded")

    def written(self, node: nodes.Node, value: Any) -> Any:
        """A value made by a function or an operator: a string counts against the bound."""
        if isinstance(value, str) and not self._budget.text(len(value)):
            self.fail(node, "memory budget exceeded")
        return value

    def truth(self, node: nodes.Node, value: Any) -> bool:
        """The value where only a bool may stand."""
        if not isinstance(value, bool):
            self.fail(node, f"expected bool, but got {type_name(value)}")
        return value
