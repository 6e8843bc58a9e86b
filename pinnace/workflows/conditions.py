"""``when``: decides whether a step runs, after its variables are filled in.

Mirrors ``shouldExecute`` of ``workflow/controller/steps.go``.
"""

from pinnace.languages import govaluate
from pinnace.languages.errors import LanguageError
from pinnace.workflows.problems import Problem


def should_execute(when: str | None) -> bool:
    """Evaluate a filled-in ``when``; no condition means yes. Raises Problem when it is wrong."""
    try:
        return govaluate.when(when or "")
    except LanguageError as problem:
        raise Problem(problem.expected) from None
