"""Finding the template that a step means, and keeping a copy of it in the workflow's status.

A template that comes from another object is stored in ``status.storedTemplates`` when it is first
used, so editing the WorkflowTemplate does not change a running workflow. Inside a referenced
template, plain names mean templates of *that* object. Mirrors ``workflow/templateresolution``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import Reference, Template, find_template, template_type
from pinnace.workflows.validate_names import require_names

LOCAL, NAMESPACED, CLUSTER = "local", "namespaced", "cluster"


@dataclass(frozen=True)
class Place:
    """Where plain template names are looked up: ``local/<wf>``, ``namespaced/<wftmpl>``, …."""

    scope: str
    name: str

    def __str__(self) -> str:
        return f"{self.scope}/{self.name}"


class NotDefined(Problem):
    """The reference names a template that is not there."""


class Library:
    """The templates that one workflow can reach."""

    def __init__(
        self, workflow: str, spec: Object, stored: dict[str, Template], others: Iterable[Object]
    ) -> None:
        self.home = Place(LOCAL, workflow)
        self.spec = spec
        self.stored = dict(stored)
        scopes = {"ClusterWorkflowTemplate": CLUSTER, "WorkflowTemplate": NAMESPACED}
        self._others = {Place(scopes[each["kind"]], name_of(each)): each for each in others}

    def resolve(self, reference: Reference, place: Place) -> tuple[Place, Template]:
        """Return the template, and the place where its own steps look up their templates."""
        inside = _place_of(reference.template_ref) or place
        key = _storage_key(reference, place)
        template = self.stored.get(key) if key else None
        if template is None:
            template = self._find(reference, place)
            if key:
                self.stored[key] = template
        if not template_type(template):
            raise Problem(f"template '{template.get('name', '')}' type is unknown")
        return inside, template

    def _find(self, reference: Reference, place: Place) -> Template:
        if reference.inline is not None:
            return {"name": "", **reference.inline}
        if reference.template_ref:
            other = _place_of(reference.template_ref)
            name = str(reference.template_ref.get("template") or "")
            holder = self._others.get(other) if other else None
            if holder is None:
                raise NotDefined(f"workflow template {reference.template_ref['name']} not found")
            found = find_template(holder["spec"], name)
            if found is None:
                raise NotDefined(
                    f"template {name} not found in workflow template {name_of(holder)}"
                )
            return _from_elsewhere(found, holder["spec"])
        if not reference.template:
            raise Problem("failed to get a template")
        spec = self.spec if place == self.home else self._spec_at(place)
        found = find_template(spec, reference.template)
        if found is None:
            raise NotDefined(f"template {reference.template} not found")
        return found if place == self.home else _from_elsewhere(found, spec)

    def _spec_at(self, place: Place) -> Object:
        holder = self._others.get(place)
        if holder is None:
            raise NotDefined(f"workflow template {place.name} not found")
        spec: Object = holder["spec"]
        return spec


def _place_of(ref: dict[str, Any] | None) -> Place | None:
    if not ref:
        return None
    return Place(CLUSTER if ref.get("clusterScope") else NAMESPACED, str(ref.get("name") or ""))


def _storage_key(reference: Reference, place: Place) -> str:
    """Return the key in ``status.storedTemplates``, or "" when it needs no copy."""
    if reference.template_ref:
        return f"{_place_of(reference.template_ref)}/{reference.template_ref.get('template')}"
    if place.scope == LOCAL:
        return ""
    return (
        f"{place}/inline/{reference.name}" if reference.inline else f"{place}/{reference.template}"
    )


def _from_elsewhere(template: Template, spec: Object) -> Template:
    """Return a referenced template with its object's ``podMetadata`` under its own metadata.

    It is checked here as far as the workflow's own templates are checked at the start.
    """
    require_names(template, f"templates.{template.get('name')}")
    common = spec.get("podMetadata") or {}
    if not common:
        return template
    own = template.get("metadata") or {}
    merged = {
        part: {**(common.get(part) or {}), **(own.get(part) or {})}
        for part in ("labels", "annotations")
    }
    return {**template, "metadata": {key: value for key, value in merged.items() if value}}
