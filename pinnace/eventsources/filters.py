"""``filter.expression`` of an event source: expr over the top-level keys of the event's data. Pure.

Mirrors argo-events pkg/eventsources/eventing.go:filterEvent and pkg/shared/expr/eval.go.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from pinnace.languages import expr
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError
from pinnace.languages.expr.environment import environment


class FilterError(Exception):
    """The expression can't be evaluated on this event, or gave no boolean."""


def passes(fields: Mapping[str, Any], data: bytes, now: datetime) -> bool:
    """Tell whether the event's data satisfies ``filter.expression``; raises FilterError."""
    expression = (fields.get("filter") or {}).get("expression")
    if not expression:
        return True
    document = orjson.loads(data)
    if not isinstance(document, dict):
        raise FilterError("the event's data is not a JSON object")
    ambient = Ambient(now=lambda: now)
    try:
        # an unknown name is nil, as upstream evaluates it
        return expr.evaluate_bool(
            str(expression), _names(document, ambient), ambient=ambient, version=expr.V1_15
        )
    except LanguageError as error:
        raise FilterError(str(error)) from error


def _names(document: Mapping[str, Any], ambient: Ambient) -> dict[str, Any]:
    """Return what an expression sees: Argo's functions and the top-level keys, ``-`` as ``_``."""
    names = {key.replace("-", "_"): value for key, value in document.items()}
    return environment(names, ambient, expr.V1_15)
