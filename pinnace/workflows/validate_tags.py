"""Variables that can never resolve: found before anything runs.

Mirrors ``resolveAllVariables`` of ``workflow/validate/validate.go``.
"""

import json
from collections.abc import Collection
from typing import Any

from pinnace.languages.errors import LanguageError
from pinnace.languages.tags import find_tags
from pinnace.workflows.problems import InvalidSpec

#: Only names below these are the workflow's; others may be for somebody else.
_OURS = ("item.", "steps.", "inputs.", "outputs.", "pod.", "workflow.", "tasks.")
#: Known only when the workflow runs.
_LATER = (
    "outputs.", "workflow.creationTimestamp", "workflow.scheduledTime", "workflow.duration",
    "tasks.name", "steps.name", "node.name",
)  # fmt: skip
ANY_ITEM = "item.*"
ANY_OUTPUT = "workflow.outputs.*"
#: In a template by itself any argument may come from the workflow that uses it.
ANY_ARGUMENT = "workflow.parameters.*"


def check_tags(value: Any, scope: Collection[str], where: str) -> None:
    """Raise InvalidSpec for the first variable that nothing in scope can fill in."""
    written = json.dumps(value, ensure_ascii=False)
    try:
        found = find_tags(written)
    except LanguageError as problem:
        raise InvalidSpec(f"{where} {problem.expected}") from None
    for tag in found:
        if not tag.expression and not _may_resolve(tag.name, scope):
            raise InvalidSpec(f"{where} failed to resolve {{{{{tag.content}}}}}")


def _may_resolve(name: str, scope: Collection[str]) -> bool:
    if "{{" in name or not name.startswith(_OURS) or name in scope or name.startswith(_LATER):
        return True
    if name.startswith("item.") and ANY_ITEM in scope:
        return True
    if name.startswith("workflow.parameters") and ANY_ARGUMENT in scope:
        return True
    return name.startswith("workflow.outputs.") and ANY_OUTPUT in scope
