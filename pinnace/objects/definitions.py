"""CustomResourceDefinitions: the kinds that they define, and what is wrong with them. Pure.

Mirrors k8s.io/apiextensions-apiserver (pkg/apis/apiextensions/validation, pkg/controller/status).
Comes from the store; goes to :mod:`pinnace.objects.registry` and to the API server.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS, Column, Kind, ScalePaths
from pinnace.objects.meta import condition, name_of, set_condition
from pinnace.objects.names import is_subdomain
from pinnace.objects.schema import check, type_named, unsound
from pinnace.objects.types import Object

#: Holds a definition back while objects of its kind have finalizers of their own.
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"


def defined_kinds(definition: Object) -> list[Kind]:
    """Return a kind for each served version, that which is stored first."""
    spec = definition["spec"]
    served = [version for version in spec["versions"] if version.get("served")]
    ordered = sorted(served, key=lambda version: not version.get("storage"))
    return [_kind(spec, version) for version in ordered]


def stored_kind(definition: Object) -> Kind:
    """Return the kind as its objects are stored, served or not."""
    spec = definition["spec"]
    return _kind(spec, next(version for version in spec["versions"] if version.get("storage")))


def _kind(spec: Mapping[str, Any], version: Mapping[str, Any]) -> Kind:
    names, subresources = spec["names"], version.get("subresources") or {}
    return Kind(
        spec["group"],
        names["plural"],
        version["name"],
        names["kind"],
        tuple(names.get("shortNames") or ()),
        namespaced=spec["scope"] == "Namespaced",
        columns=tuple(_columns(version)),
        status_subresource="status" in subresources,
        categories=tuple(names.get("categories") or ()),
        scale=_scale(subresources.get("scale")),
        schema=(version.get("schema") or {}).get("openAPIV3Schema") or {},
        given_singular=str(names.get("singular") or ""),
        given_list=str(names.get("listKind") or ""),
    )


def _columns(version: Mapping[str, Any]) -> Iterable[Column]:
    for column in version.get("additionalPrinterColumns") or ():
        wide = int(column.get("priority") or 0) > 0
        yield Column(column["name"], column["jsonPath"], column.get("type") or "string", wide)


def _scale(given: Mapping[str, Any] | None) -> ScalePaths | None:
    if given is None:
        return None
    return ScalePaths(
        replicas=given["specReplicasPath"],
        status=given["statusReplicasPath"],
        selector=str(given.get("labelSelectorPath") or ""),
    )


def settled(definition: Object, now: str) -> Object:
    """Return a definition as it is stored, with its status; raises Invalid.

    So whatever is stored can be served, whoever wrote it.
    """
    findings = check(definition, type_named("k8s.CustomResourceDefinition"))
    found = [Invalid(f"Invalid value: {finding.problem}", field=finding.path)
             for finding in findings if finding.problem != "unknown"]  # fmt: skip
    for problem in found or problems(definition):
        problem.kind, problem.name = CUSTOM_RESOURCE_DEFINITIONS.kind, name_of(definition)
        raise problem
    return _accepted(definition, now)


def _accepted(definition: Object, now: str) -> Object:
    """Return a definition with the status that says it is served."""
    spec, status = definition["spec"], definition.get("status") or {}
    names = {"singular": spec["names"]["kind"].lower(),
             "listKind": f"{spec['names']['kind']}List", **spec["names"]}  # fmt: skip
    conditions = list(status.get("conditions") or [])
    for type_, reason, message in (
        ("NamesAccepted", "NoConflicts", "no conflicts found"),
        ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ):
        new = {"type": type_, "status": "True", "reason": reason, "message": message}
        if condition({"status": {"conditions": conditions}}, type_) is None:
            conditions = set_condition(conditions, new, now)
    stored = list(status.get("storedVersions") or [])
    if (version := stored_kind(definition).version) not in stored:
        stored.append(version)
    filled = {"conversion": {"strategy": "None"}, **spec, "names": names}
    done = {"conditions": conditions, "acceptedNames": names, "storedVersions": stored}
    return {**definition, "spec": filled, "status": {**status, **done}}


def problems(definition: Object) -> Iterable[Invalid]:
    """Yield what keeps a definition from being served, worded as Kubernetes words it."""
    spec = definition.get("spec") or {}
    names = spec.get("names") or {}
    wanted = f"{names.get('plural')}.{spec.get('group')}"
    name = name_of(definition)
    if name != wanted:
        yield Invalid(
            f'Invalid value: "{name}": must be spec.names.plural+"."+spec.group',
            field="metadata.name",
        )
    if not is_subdomain(str(spec.get("group"))) or "." not in str(spec.get("group")):
        yield Invalid(
            f'Invalid value: "{spec.get("group")}": should be a domain with at least one dot',
            field="spec.group",
        )
    if spec.get("scope") not in ("Cluster", "Namespaced"):
        yield Invalid(
            f'Unsupported value: "{spec.get("scope")}": supported values: "Cluster", "Namespaced"',
            field="spec.scope",
        )
    strategy = (spec.get("conversion") or {}).get("strategy", "None")
    if strategy != "None":
        yield Invalid(
            f'Unsupported value: "{strategy}": supported values: "None" (Pinnace calls no '
            "conversion webhooks)",
            field="spec.conversion.strategy",
        )
    yield from _version_problems(spec.get("versions") or [])


def _version_problems(versions: list[Mapping[str, Any]]) -> Iterable[Invalid]:
    if sum(1 for version in versions if version.get("storage")) != 1:
        yield Invalid(
            "Invalid value: must have exactly one version marked as storage version",
            field="spec.versions",
        )
    seen: set[str] = set()
    for number, version in enumerate(versions):
        at, name = f"spec.versions[{number}]", str(version.get("name"))
        if name in seen:
            yield Invalid(f'Duplicate value: "{name}"', field=f"{at}.name")
        seen.add(name)
        schema = (version.get("schema") or {}).get("openAPIV3Schema")
        if not isinstance(schema, dict):
            yield Invalid("Required value: schemas are required", field=f"{at}.schema")
        elif schema.get("type") != "object":
            yield Invalid(
                f'Invalid value: "{schema.get("type") or ""}": must be object at the root',
                field=f"{at}.schema.openAPIV3Schema.type",
            )
        else:
            yield from unsound(schema, f"{at}.schema.openAPIV3Schema")


def warnings(definition: Object) -> Iterable[str]:
    """Yield what of a definition has no effect here."""
    for version in definition["spec"]["versions"]:
        if _uses_rules(version.get("schema") or {}):
            yield (
                f"version {version['name']}: x-kubernetes-validations (CEL) are stored but not "
                "evaluated by Pinnace"
            )


def _uses_rules(schema: Any) -> bool:
    if isinstance(schema, dict):
        return "x-kubernetes-validations" in schema or any(map(_uses_rules, schema.values()))
    return isinstance(schema, list) and any(map(_uses_rules, schema))
