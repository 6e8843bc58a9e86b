"""Reading a workflow's spec: template types, parameters, ints that may be strings.

Nothing here resolves or substitutes; it only knows how Argo's YAML may be written.
Mirrors accessors of ``pkg/apis/workflow/v1alpha1/workflow_types.go``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.workflows.problems import Problem

Template = dict[str, Any]

#: In upstream's order of precedence; exactly one may be present.
TEMPLATE_TYPES = (
    "container", "containerSet", "steps", "script", "resource", "dag", "suspend", "data", "http",
    "plugin",
)  # fmt: skip
POD_TYPES = frozenset({"container", "script", "resource", "data", "containerSet"})
_HAS_RESULT = frozenset({"container", "script", "data", "http"})

#: Where an artifact may be kept; a ``key`` without one of these is in the default repository.
ARTIFACT_LOCATIONS = (
    "s3", "raw", "http", "git", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Reference:
    """How a step, task, hook or entry point names its template."""

    template: str = ""
    template_ref: dict[str, Any] | None = None
    inline: Template | None = None
    name: str = ""
    origin: str = "steps"  # or "tasks": which `<origin>.name` the template may read

    @classmethod
    def of(cls, holder: Mapping[str, Any], origin: str = "steps") -> "Reference":
        """Read the reference that a step, task or hook holds; a hook counts as a nameless step."""
        return cls(
            template=holder.get("template") or "",
            template_ref=holder.get("templateRef") or None,
            inline=holder.get("inline") or None,
            name=holder.get("name") or "",
            origin=origin,
        )


def template_type(template: Mapping[str, Any]) -> str:
    """Return the template's type, or "" when it has none."""
    return next((kind for kind in TEMPLATE_TYPES if template.get(kind) is not None), "")


def types_of(template: Mapping[str, Any]) -> list[str]:
    """Return every type the template declares (one, unless it is wrong)."""
    return [kind for kind in TEMPLATE_TYPES if template.get(kind) is not None]


def is_pod(template: Mapping[str, Any]) -> bool:
    """Tell whether the template runs as a pod of its own."""
    return template_type(template) in POD_TYPES


def has_result(template: Mapping[str, Any]) -> bool:
    """Tell whether the template can have ``outputs.result`` and an exit code."""
    if template_type(template) == "containerSet":
        return any(
            each.get("name") == "main" for each in template["containerSet"].get("containers") or []
        )
    return template_type(template) in _HAS_RESULT


def has_outputs(outputs: Mapping[str, Any] | None) -> bool:
    """Tell whether outputs declare or hold anything."""
    outputs = outputs or {}
    return bool(
        outputs.get("parameters")
        or outputs.get("artifacts")
        or outputs.get("result") is not None
        or outputs.get("exitCode") is not None
    )


def parameters(section: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the parameters of inputs, outputs or arguments."""
    return list((section or {}).get("parameters") or [])


def artifacts(section: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the artifacts of inputs, outputs or arguments."""
    return list((section or {}).get("artifacts") or [])


def named(items: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Return the item of that name."""
    return next((item for item in items if item.get("name") == name), None)


def text(value: Any) -> str:
    """Return a parameter's value as text: numbers and booleans are what they look like in YAML."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case None:
            return ""
        case dict() | list():
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case _:
            return str(value)


def whole(value: Any, field: str) -> int | None:
    """Read an int-or-string; None when unset. Raises Problem when it is not a whole number."""
    if value is None or value == "":
        return None
    try:
        return int(str(value).strip())
    except ValueError:
        raise Problem(f"{field} must be a whole number, found {value!r}") from None


def has_location(artifact: Mapping[str, Any]) -> bool:
    """Tell whether the artifact says where it is kept (a bare key in the repository counts)."""
    if artifact.get("key"):
        return True
    return any(artifact.get(kind) is not None for kind in ARTIFACT_LOCATIONS)


def retry_strategy(template: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the template's retry strategy, or the workflow's; an empty one counts."""
    own = template.get("retryStrategy")
    return own if own is not None else spec.get("retryStrategy")


def expands(step: Mapping[str, Any]) -> bool:
    """Tell whether a step or task is a loop."""
    return bool(step.get("withItems") or step.get("withParam")) or (
        step.get("withSequence") is not None
    )


def continues_on(step: Mapping[str, Any], phase: str) -> bool:
    """Tell whether ``continueOn`` lets the workflow go on after this phase."""
    allowed = step.get("continueOn") or {}
    return bool({"Failed": allowed.get("failed"), "Error": allowed.get("error")}.get(phase))


def exit_hook(holder: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ``exit`` hook of a workflow, step or task; ``onExit`` is its old spelling."""
    if holder.get("onExit"):
        return {"template": holder["onExit"], "arguments": arguments}
    hook = (holder.get("hooks") or {}).get("exit")
    if hook is None:
        return None
    own = hook.get("arguments") or {}
    return dict(hook) if own.get("parameters") or own.get("artifacts") else {
        **hook, "arguments": arguments,
    }  # fmt: skip


def find_template(spec: Mapping[str, Any], name: str) -> Template | None:
    """Return the template of that name in a spec."""
    return named(spec.get("templates") or [], name)
