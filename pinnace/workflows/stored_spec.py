"""The spec that runs: the workflow's own, or its template's with its own laid over it.

What is merged is kept in ``status.storedWorkflowTemplateSpec``, so that a later change of the
WorkflowTemplate does not touch a running workflow. Mirrors ``setStoredWfSpec``.
"""

from collections.abc import Sequence
from typing import Any

from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.defaults import merge_specs
from pinnace.workflows.problems import Problem
from pinnace.workflows.validate_names import require_names

#: What may be changed on a running workflow and then counts at once.
_LIVE = ("suspend", "shutdown", "activeDeadlineSeconds", "parallelism")


def executed_spec(workflow: Object, templates: Sequence[Object]) -> Object:
    """Return the spec to run; records it in the status when it comes from a template."""
    spec: Object = workflow.get("spec") or {}
    ref = spec.get("workflowTemplateRef")
    if not ref:
        return spec
    status = workflow["status"]
    stored = status.get("storedWorkflowTemplateSpec")
    if stored is None:
        source = _find(ref, templates)["spec"]
        for each in (spec, source):
            require_names(each, "spec")
        own = {key: value for key, value in spec.items() if key != "templates"}
        stored = _with_arguments(merge_specs(own, source, {}), own, source)
        stored["workflowTemplateRef"] = ref
    live = {key: spec.get(key) for key in _LIVE}
    if any(stored.get(key) != value for key, value in live.items() if value is not None) or any(
        key in stored and key in ("suspend", "shutdown") and live[key] is None for key in _LIVE
    ):
        stored = {key: value for key, value in stored.items() if key not in ("suspend", "shutdown")}
        stored |= {key: value for key, value in live.items() if value is not None}
    status["storedWorkflowTemplateSpec"] = stored
    return dict(stored)


def _find(ref: dict[str, Any], templates: Sequence[Object]) -> Object:
    kind = "ClusterWorkflowTemplate" if ref.get("clusterScope") else "WorkflowTemplate"
    for each in templates:
        if each["kind"] == kind and name_of(each) == ref.get("name"):
            return each
    plural = f"{kind.lower()}s"
    raise Problem(f'{plural}.argoproj.io "{ref.get("name")}" not found')


def _with_arguments(merged: Object, own: Object, source: Object) -> Object:
    """Keep the template's order of arguments; the workflow's values win, its extra ones follow."""
    arguments = dict(merged.get("arguments") or {})
    for part in ("parameters", "artifacts"):
        below = (source.get("arguments") or {}).get(part) or []
        above = {each["name"]: each for each in (own.get("arguments") or {}).get(part) or []}
        items = [_over(each, above.pop(each["name"], None)) for each in below]
        if items or above:
            arguments[part] = [*items, *above.values()]
    return {**merged, "arguments": arguments} if arguments else dict(merged)


def _over(below: dict[str, Any], above: dict[str, Any] | None) -> dict[str, Any]:
    """Lay one argument on another: a value given replaces where the value would come from."""
    if above is None:
        return below
    merged = {**below, **above}
    if "value" in above:
        merged.pop("valueFrom", None)
    return merged
