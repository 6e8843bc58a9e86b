"""``filter.expression`` of an event source: expr over the top-level keys of the event's data. Pure.

Mirrors argo-events pkg/eventsources/eventing.go:filterEvent and pkg/shared/expr/eval.go.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from pinnace.languages import expr
from pinnace.languages.errors import LanguageError


class FilterError(Exception):
    """The expression can't be evaluated on this event, or gave no boolean."""


def passes(fields: Mapping[str, Any], data: bytes) -> bool:
    """Tell whether the event's data satisfies ``filter.expression``; raises FilterError."""
    expression = (fields.get("filter") or {}).get("expression")
    if not expression:
        return True
    document = orjson.loads(data)
    if not isinstance(document, dict):
        raise FilterError("the event's data is not a JSON object")
    try:
        # an unknown name is nil, as upstream evaluates it
        return expr.evaluate_bool(str(expression), environment(document), missing="nil")
    except LanguageError as error:
        raise FilterError(str(error)) from error


def environment(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names an expression sees: ``-`` in top-level keys is ``_``, dots are nested."""
    names = {key.replace("-", "_"): value for key, value in document.items()}
    nested: dict[str, Any] = {}
    for key in sorted(names, key=len):
        *parents, last = key.split(".")
        place = nested
        for part in parents:
            deeper = place.get(part)
            if not isinstance(deeper, dict):
                deeper = place[part] = {}  # the shorter of two conflicting keys is dropped
            place = deeper
        place[last] = names[key]
    return nested
