"""Checks manifests before they are used: what makes a Workflow or a template invalid.

The same checks that a workflow meets when it starts, but templates need no entry point and no
values for their arguments. Mirrors ``validate.WorkflowTemplate``.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.cron.spec import read_spec
from pinnace.workflows.problems import Problem
from pinnace.workflows.resolution import Library
from pinnace.workflows.stored_spec import executed_spec
from pinnace.workflows.submission import from_cron
from pinnace.workflows.validate_names import check_unique_names, require_names
from pinnace.workflows.validate_tags import ANY_ARGUMENT
from pinnace.workflows.validate_templates import TemplateChecks
from pinnace.workflows.validation import validate

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # of a cron workflow's child that is only looked at
_TEMPLATE = re.compile(r"templates\.([-\w]+)")
_UNDEFINED = re.compile(r"template name '([^']*)' undefined")
_FIELD = re.compile(r"(?:spec\.)?(?:templates|arguments|entrypoint|hooks|podGC)[^\s:]*")


def lint(obj: Object, templates: Iterable[Object] = ()) -> Invalid | None:
    """Return what is wrong with a Workflow, template or CronWorkflow, if anything is.

    ``templates`` are those it may refer to.
    """
    others = list(templates)
    spec = obj.get("spec") or {}
    try:
        if obj["kind"] == "Workflow":
            workflow = {**obj, "status": dict(obj.get("status") or {})}
            spec = executed_spec(workflow, others)
            validate(workflow, spec, Library(name_of(obj), spec, {}, others))
        elif obj["kind"] == "CronWorkflow":
            read_spec(obj)
            wrong = lint(from_cron(obj, _NO_TIME), others)
            if wrong is not None:
                raise Problem(f"cannot validate Workflow: {wrong.message}")
        else:
            _check_template(obj, spec, others)
    except Problem as problem:
        return Invalid(
            str(problem), kind=obj["kind"], name=name_of(obj), field=_field(str(problem), spec)
        )
    return None


def _check_template(obj: Object, spec: Object, others: list[Object]) -> None:
    require_names(spec, "spec")
    check_unique_names(spec.get("templates"), "spec.templates")
    checks = TemplateChecks(Library(name_of(obj), spec, {}, others), spec, obj)
    checks.known.add(ANY_ARGUMENT)
    for template in spec.get("templates") or []:
        checks.check_named(template["name"])
    for entry in (spec.get("entrypoint"), spec.get("onExit")):
        if entry:
            checks.check_named(str(entry))


def _field(message: str, spec: Object) -> str:
    """Return the path that a message is about, as far as it tells."""
    found = _TEMPLATE.search(message)
    names = [each.get("name") for each in spec.get("templates") or []]
    if found is not None and found.group(1) in names:
        return f"spec.templates[{names.index(found.group(1))}]"
    undefined = _UNDEFINED.fullmatch(message)
    if undefined is not None and undefined.group(1) == spec.get("entrypoint"):
        return "spec.entrypoint"
    field = _FIELD.match(message)
    path = field.group(0) if field is not None else ""
    return path if not path or path.startswith("spec.") else f"spec.{path}"
