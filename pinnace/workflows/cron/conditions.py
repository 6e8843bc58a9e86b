"""``when`` and ``stopStrategy.expression`` over what has been so far. Pure.

Mirrors ``evalWhen``, ``checkStopingCondition`` and ``expressionEnv`` of ``workflow/cron``.
"""

import json
from datetime import datetime
from typing import Any

from pinnace.languages import expr, govaluate, tags
from pinnace.languages.ambient import Ambient
from pinnace.languages.errors import LanguageError
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.meta import annotations_of, labels_of, name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.workflows.problems import Problem


def _variables(cron: Object) -> dict[str, Any]:
    status = cron.get("status") or {}
    last = status.get("lastScheduledTime")
    labels, annotations = labels_of(cron), annotations_of(cron)
    return {
        "name": name_of(cron),
        "namespace": namespace_of(cron),
        "labels": labels,
        "annotations": annotations,
        "labels.json": json.dumps(labels, separators=(",", ":")),
        "annotations.json": json.dumps(annotations, separators=(",", ":")),
        "failed": int(status.get("failed") or 0),
        "succeeded": int(status.get("succeeded") or 0),
        "lastScheduledTime": parse_rfc3339(last) if last else None,
    }


def should_run(cron: Object, when: str, now: datetime) -> bool:
    """Evaluate ``when``: tags first, then govaluate; raises Problem."""
    if not when:
        return True
    lookup = {f"cronworkflow.{name}": value for name, value in _variables(cron).items()}
    try:
        text = tags.substitute(
            when, lookup, allow_unresolved=False, ambient=Ambient(now=lambda: now)
        )
        answer = govaluate.evaluate(text, {})
    except LanguageError as problem:
        raise Problem(problem.expected) from None
    if not isinstance(answer, bool):
        raise Problem(f"Expected boolean evaluation for '{text}'. Got {answer}")
    return answer


def should_stop(cron: Object, expression: str, now: datetime) -> bool:
    """Evaluate ``stopStrategy.expression``; none means no. Raises Problem."""
    if not expression:
        return False
    env = {"cronworkflow": _variables(cron)}
    try:
        return expr.evaluate_bool(expression, env, ambient=Ambient(now=lambda: now))
    except LanguageError as problem:
        raise Problem(f"failed to evaluate stop expression: {problem.expected}") from None
