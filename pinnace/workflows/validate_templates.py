"""Checks on templates: types, references, arguments and variables that can never resolve.

Walks from the entry point as execution would, with what each place may refer to. Mirrors
``validateTemplate`` and its kin in ``workflow/validate/validate.go``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pinnace.objects.meta import annotations_of, labels_of
from pinnace.objects.types import Object
from pinnace.workflows.problems import InvalidSpec
from pinnace.workflows.resolution import Library, NotDefined, Place
from pinnace.workflows.spec import (
    Reference,
    Template,
    artifacts,
    has_location,
    has_result,
    is_pod,
    parameters,
    template_type,
    types_of,
)
from pinnace.workflows.validate_flow import FlowChecks
from pinnace.workflows.validate_leaf import (
    check_mounts,
    check_output_parameter,
    check_resource,
)
from pinnace.workflows.validate_names import check_unique_names
from pinnace.workflows.validate_tags import check_tags

_CHOICES = (
    "choose one of: container, containerSet, steps, script, resource, dag, suspend, template, "
    "template ref"
)
_RETRY = ("retries", "lastRetry.exitCode", "lastRetry.status", "lastRetry.duration",
          "lastRetry.message")  # fmt: skip
_POLICIES = ("", "Always", "OnError", "OnFailure", "OnTransientError")


class TemplateChecks:
    """The checks of one workflow; each template is looked at once."""

    def __init__(self, library: Library, spec: Object, workflow: Object) -> None:
        self.library, self.spec = library, spec
        self.known = _workflow_names(spec, workflow)
        self._done: set[str] = set()
        self._flow = FlowChecks(self)

    def check_entry(self, name: str) -> None:
        """Check the template that an entry point or exit handler names."""
        arguments = self.spec.get("arguments") or {}
        self.check_reference(Reference(template=name), self.library.home, arguments)

    def check_named(self, name: str) -> None:
        """Check one of the workflow's own templates, whatever it would be given."""
        self.check_reference(Reference(template=name), self.library.home, None)

    def check_reference(
        self, reference: Reference, place: Place, arguments: Mapping[str, Any] | None
    ) -> Template | None:
        """Check what a step names; None when that is known only when it runs.

        Without arguments every input counts as supplied.
        """
        ref = reference.template_ref
        if ref is not None:
            if reference.template:
                raise InvalidSpec("template name cannot be specified with templateRef")
            if not ref.get("name"):
                raise InvalidSpec("resource name is required")
            if not ref.get("template"):
                raise InvalidSpec("template name is required")
            if "{{" in f"{ref['name']}{ref['template']}":
                return None
        elif "{{" in reference.template:
            return None
        try:
            inside, template = self.library.resolve(reference, place)
        except NotDefined:
            if ref is not None:
                raise InvalidSpec(
                    f"template reference {ref['name']}.{ref['template']} not found"
                ) from None
            raise InvalidSpec(f"template name '{reference.template}' undefined") from None
        self._check(template, inside, arguments)
        return template

    # -- one template -------------------------------------------------------------------------

    def _check(self, template: Template, place: Place, arguments: Mapping[str, Any] | None) -> None:
        name = template.get("name") or ""
        policy = (template.get("retryStrategy") or {}).get("retryPolicy") or ""
        if policy not in _POLICIES:
            raise InvalidSpec(f"{policy} is not a valid RetryPolicy")
        _check_type(template)
        if arguments is not None:
            _check_supplied(template, arguments)
        key = f"{place}/{name}"
        if name and key in self._done:
            return
        self._done.add(key)
        scope = self._scope(template)
        match template_type(template):
            case "steps":
                _check_not_leaf(template)
                self._flow.check_steps(template, place, scope)
            case "dag":
                _check_not_leaf(template)
                self._flow.check_dag(template, place, scope)
            case _:
                self._check_leaf(template, scope)
        self._check_outputs(template, scope)

    def _scope(self, template: Template) -> set[str]:
        """Return the names a template may use, its inputs first."""
        name, inputs = template.get("name") or "", template.get("inputs") or {}
        check_unique_names(parameters(inputs), f"templates.{name}.inputs.parameters", loose=True)
        check_unique_names(artifacts(inputs), f"templates.{name}.inputs.artifacts", loose=True)
        scope = set(self.known)
        scope |= {f"inputs.parameters.{each['name']}" for each in parameters(inputs)}
        scope.add("inputs.parameters")
        leaf = template_type(template) not in ("steps", "dag")
        for artifact in artifacts(inputs):
            where = f"inputs.artifacts.{artifact['name']}"
            scope |= {where, f"{where}.path"} if leaf else {where}
            if artifact.get("path") and not leaf:
                raise InvalidSpec(
                    f"templates.{name}.{where}.path only valid in container/script templates"
                )
            if artifact.get("from"):
                raise InvalidSpec(f"templates.{name}.{where}.from not valid in inputs")
        if is_pod(template):
            scope.add("pod.name")
        if template.get("retryStrategy") is not None or self.spec.get("retryStrategy") is not None:
            scope |= set(_RETRY)
        return scope

    def _check_leaf(self, template: Template, scope: set[str]) -> None:
        name, outputs = template.get("name") or "", template.get("outputs") or {}
        scope |= {f"outputs.artifacts.{each['name']}.path" for each in artifacts(outputs)}
        scope |= {f"outputs.parameters.{each['name']}.path" for each in parameters(outputs)}
        check_tags(template, scope, f"templates.{name}:")
        kind = template_type(template)
        if kind in ("container", "script"):
            self._check_image(template, kind)
            check_mounts(template, kind)
        if kind == "resource":
            check_resource(name, template["resource"])
        if template.get("parallelism") is not None:
            raise InvalidSpec(
                f"templates.{name}.parallelism is only valid for steps and dag templates"
            )

    def _check_image(self, template: Template, kind: str) -> None:
        default = ((self.spec.get("templateDefaults") or {}).get(kind) or {}).get("image")
        if not template[kind].get("image") and not default:
            raise InvalidSpec(f"templates.{template.get('name')}.{kind}.image may not be empty")

    def _check_outputs(self, template: Template, scope: set[str]) -> None:
        name, outputs = template.get("name") or "", template.get("outputs") or {}
        check_unique_names(parameters(outputs), f"templates.{name}.outputs.parameters ", loose=True)
        check_unique_names(artifacts(outputs), f"templates.{name}.outputs.artifacts ", loose=True)
        check_tags(outputs, scope, f"templates.{name}.outputs")
        kind = template_type(template)
        for artifact in artifacts(outputs):
            if kind in ("steps", "dag") and artifact.get("path"):
                raise InvalidSpec(
                    f"templates.{name}.outputs.artifacts.{artifact['name']}.path only valid in "
                    "container/script templates"
                )
        for parameter in parameters(outputs):
            where = f"templates.{name}.outputs.parameters.{parameter['name']}"
            check_output_parameter(parameter, kind, where)

    def outputs_of(self, template: Template | None, prefix: str) -> set[str]:
        """Return the names under which a step's outputs may be used."""
        facts = ("id", "startedAt", "finishedAt", "hostNodeName", "status", "ip")
        names = {f"{prefix}.{fact}" for fact in facts}
        if template is None:
            return names
        if has_result(template):
            names |= {f"{prefix}.outputs.result", f"{prefix}.exitCode"}
        names.add(f"{prefix}.outputs.parameters")
        for kind in ("parameters", "artifacts"):
            for each in (template.get("outputs") or {}).get(kind) or []:
                names.add(f"{prefix}.outputs.{kind}.{each['name']}")
                if each.get("globalName"):
                    self.known.add(f"workflow.outputs.{kind}.{each['globalName']}")
        return names | self.known


def _workflow_names(spec: Object, workflow: Object) -> set[str]:
    names = {
        "workflow.name", "workflow.namespace", "workflow.uid", "workflow.mainEntrypoint",
        "workflow.serviceAccountName", "workflow.status", "workflow.failures", "workflow.labels",
        "workflow.labels.json", "workflow.annotations", "workflow.annotations.json",
        "workflow.parameters", "workflow.parameters.json",
    }  # fmt: skip
    if spec.get("priority") is not None:
        names.add("workflow.priority")
    names |= {f"workflow.parameters.{each['name']}" for each in parameters(spec.get("arguments"))}
    declared = spec.get("workflowMetadata") or {}
    labels: Iterable[str] = [
        *labels_of(workflow), *(declared.get("labels") or {}), *(declared.get("labelsFrom") or {}),
    ]  # fmt: skip
    names |= {f"workflow.labels.{key}" for key in labels}
    own = [*annotations_of(workflow), *(declared.get("annotations") or {})]
    return names | {f"workflow.annotations.{key}" for key in own}


def _check_type(template: Template) -> None:
    name, types = template.get("name") or "", types_of(template)
    if not types:
        raise InvalidSpec(f"templates.{name} template type unspecified. {_CHOICES}")
    if len(types) > 1:
        raise InvalidSpec(f"templates.{name} multiple template types specified. {_CHOICES}")


def _check_supplied(template: Template, arguments: Mapping[str, Any]) -> None:
    name, inputs = template.get("name") or "", template.get("inputs") or {}
    given = {
        kind: {each.get("name") for each in arguments.get(kind) or []}
        for kind in ("parameters", "artifacts")
    }
    for parameter in parameters(inputs):
        has_own = any(parameter.get(key) is not None for key in ("value", "default", "valueFrom"))
        if not has_own and parameter["name"] not in given["parameters"]:
            missing = f"inputs.parameters.{parameter['name']} was not supplied"
            raise InvalidSpec(f"templates.{name} {missing}")
    for artifact in artifacts(inputs):
        optional = artifact.get("optional") or has_location(artifact)
        if not optional and artifact["name"] not in given["artifacts"]:
            missing = f"inputs.artifacts.{artifact['name']} was not supplied"
            raise InvalidSpec(f"templates.{name} {missing}")


def _check_not_leaf(template: Template) -> None:
    if template.get("activeDeadlineSeconds") is not None:
        raise InvalidSpec(
            f"templates.{template.get('name')}.activeDeadlineSeconds is only valid for leaf "
            "templates"
        )
    if template.get("timeout"):
        kind = {"steps": "Steps", "dag": "DAG"}[template_type(template)]
        raise InvalidSpec(f"{kind} template doesn't support timeout field")
