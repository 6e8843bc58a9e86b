"""What makes a workflow's spec invalid, with upstream's messages.

Called once, before anything runs; also what ``lint`` uses. Mirrors ``workflow/validate``; the
templates themselves are looked at in ``validate_templates``.
"""

from typing import Any

from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.problems import InvalidSpec, Problem
from pinnace.workflows.resolution import Library
from pinnace.workflows.spec import artifacts, has_location, parameters
from pinnace.workflows.validate_names import check_unique_names, require_names
from pinnace.workflows.validate_templates import TemplateChecks

_MAX_NAME = 63
_POD_GC = ("", "OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess")


def validate(workflow: Object, spec: Object, library: Library) -> None:
    """Raise InvalidSpec with upstream's message when the workflow cannot run as it is written."""
    try:
        _validate(workflow, spec, library)
    except InvalidSpec:
        raise
    except Problem as problem:
        raise InvalidSpec(str(problem)) from None


def _validate(workflow: Object, spec: Object, library: Library) -> None:
    name = name_of(workflow)
    if len(name) > _MAX_NAME:
        raise InvalidSpec(
            f'workflow name "{name}" must not be more than 63 characters long '
            f"(currently {len(name)})"
        )
    written = workflow.get("spec") or {}
    if written.get("workflowTemplateRef") and written.get("templates"):
        raise InvalidSpec(
            "Templates is invalid field in spec if workflow referred WorkflowTemplate reference"
        )
    require_names(spec, "spec")
    check_unique_names(spec.get("templates"), "spec.templates")
    check_arguments(spec.get("arguments"), "spec.arguments.")
    if not spec.get("entrypoint"):
        raise InvalidSpec("spec.entrypoint is required")
    checks = TemplateChecks(library, spec, workflow)
    checks.check_entry(str(spec["entrypoint"]))
    if spec.get("onExit"):
        checks.check_entry(str(spec["onExit"]))
    check_hooks(spec.get("hooks"), "hooks")
    strategy = (spec.get("podGC") or {}).get("strategy") or ""
    if strategy not in _POD_GC:
        raise InvalidSpec(f"podGC.strategy unknown strategy '{strategy}'")
    for template in spec.get("templates") or []:
        try:
            checks.check_named(template["name"])
        except Problem as problem:
            raise InvalidSpec(f"templates.{template['name']} {problem}") from None


def check_hooks(hooks: dict[str, Any] | None, where: str) -> None:
    """Every hook but ``exit`` needs an expression."""
    for name, hook in (hooks or {}).items():
        if name != "exit" and not (hook or {}).get("expression"):
            raise InvalidSpec(f"{where}.{name} Expression required")


def check_arguments(arguments: dict[str, Any] | None, prefix: str) -> None:
    """Arguments have unique names and a value (or a place) each."""
    check_unique_names(parameters(arguments), f"{prefix}parameters", loose=True)
    check_unique_names(artifacts(arguments), f"{prefix}artifacts", loose=True)
    for parameter in parameters(arguments):
        _check_parameter(parameter, prefix + parameter["name"])
    for artifact in artifacts(arguments):
        where = prefix + artifact["name"]
        referred = artifact.get("from") or artifact.get("fromExpression")
        if not referred and not has_location(artifact):
            raise InvalidSpec(f"{where}.from, artifact location, or key is required")
        if artifact.get("from") and artifact.get("fromExpression"):
            raise InvalidSpec(
                f"{where} shouldn't have both `from` and `fromExpression` in Artifact"
            )


def _check_parameter(parameter: dict[str, Any], where: str) -> None:
    value, source = parameter.get("value"), parameter.get("valueFrom")
    if value is None and source is None:
        raise InvalidSpec(f"{where}.value or {where}.valueFrom is required")
    if source is not None:
        allowed = any(key in source for key in ("configMapKeyRef", "event", "supplied"))
        refused = any(source.get(key) for key in ("path", "jsonPath", "parameter", "expression"))
        if not allowed or refused:
            raise InvalidSpec(
                f"{where}.valueFrom only allows: default, configMapKeyRef and supplied"
            )
    choices = parameter.get("enum")
    if choices is None:
        return
    if not choices:
        raise InvalidSpec(f"{where}.enum should contain at least one value")
    if value is None:
        raise InvalidSpec(f"{where}.value is required")
    if value not in choices:
        raise InvalidSpec(f"{where}.value should be present in {where}.enum list")
