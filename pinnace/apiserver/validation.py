"""Whether an object that a client sends fits its kind, worded as Kubernetes words it. Pure.

Unknown fields are refused, warned of or let pass as ``fieldValidation`` says; wrong types are
always refused. Argo Events' own CRDs keep unknown fields, so for those kinds they are only warned
of, lest a manifest that a cluster takes is refused here.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pinnace.objects import definitions
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.kinds import (
    CUSTOM_RESOURCE_DEFINITIONS,
    EVENT_BUSES,
    EVENT_SOURCES,
    NAMESPACES,
    RESOURCE_QUOTAS,
    SENSORS,
    TFJOBS,
    Kind,
)
from pinnace.objects.quota import SCOPES
from pinnace.objects.schema import (
    Finding,
    Structural,
    Type,
    check,
    defaulted,
    json_name,
    prune,
    pruned,
    type_of,
    unknown_fields,
    violations,
)
from pinnace.objects.schema.types import SCALARS, Field
from pinnace.objects.types import Object

#: Kinds whose CRDs keep fields that their schema does not know.
KEEP_UNKNOWN = frozenset({EVENT_BUSES, EVENT_SOURCES, SENSORS})
_GO_NAMES = {"integer": "number", "boolean": "bool"}
_GO_TYPES = {"int": "int64", "number": "float64", "time": "time.Time", "bytes": "[]uint8",
             "quantity": "resource.Quantity", "int-or-string": "intstr.IntOrString"}  # fmt: skip
_BODY_TYPES = {"int": "integer", "bool": "boolean", "time": "string", "bytes": "string"}
_LABEL_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_ANNOTATIONS_LIMIT = 256 * 1024


class InvalidFields(Invalid):
    """Several fields are wrong at once; stands for the first and carries them all."""

    def __init__(self, kind: Kind, name: str, causes: Sequence[Invalid]) -> None:
        self.causes = tuple(causes)
        super().__init__(causes[0].message, kind=kind.kind, name=name, field=causes[0].field)


def shape_of(kind: Kind) -> Type | Structural:
    """Return how a kind's objects are built, for patches and for who owns which field."""
    return schema_of(kind) if kind.schema is None else Structural(kind.schema, root=True)


def schema_of(kind: Kind) -> Type:
    """Return the type of a kind's objects; a kind without one has metadata and anything else."""
    found = type_of(kind) if kind.schema is None else None
    if found is not None:
        return found
    meta = Field(name="metadata", expression="k8s.ObjectMeta", required=False)
    rest = Field(name="*", expression="any", required=False)
    return Type(name=f"k8s.{kind.kind}", fields={"metadata": meta, "*": rest})


@dataclass(frozen=True, kw_only=True)
class Examined:
    """An object that fits its kind, and what is to be warned of."""

    object: Object
    warnings: Sequence[str] = ()


def examine(
    kind: Kind,
    obj: Object,
    *,
    mode: str = "Warn",
    duplicates: Iterable[str] = (),
    partial: bool = False,
) -> Examined:
    """Return the object without the fields that its kind doesn't have, with its defaults.

    Kinds of argoproj.io and kubeflow.org keep what they don't know. ``partial``: it is only what
    one applier cares for, so nothing is missing. Raises BadRequest or Invalid as ``mode`` (Strict,
    Warn, Ignore) says.
    """
    if mode not in ("", "Strict", "Warn", "Ignore"):
        raise BadRequest(
            f'fieldValidation: Unsupported value: "{mode}": supported values: "Ignore", "Strict", '
            '"Warn"'
        )
    of = schema_of(kind)
    findings = check(obj, of)
    _refuse_types(kind, obj, [f for f in findings if f.problem == "type"])
    unknown = list(_unknown(kind, obj, findings))
    unknown += [f'duplicate field "{name}"' for name in duplicates]
    if mode == "Strict" and unknown and kind not in KEEP_UNKNOWN:
        raise BadRequest(f"{_cannot(kind)}: strict decoding error: {', '.join(unknown)}")
    if partial:
        _refuse(kind, obj, list(_metadata(kind, obj)))
        return Examined(object=obj)
    if kind.schema is not None:
        structural = Structural(kind.schema, root=True)
        obj = defaulted(pruned(obj, structural), structural)
    elif unknown and kind.built_in:
        obj = prune(obj, of)
    _refuse(kind, obj, [*_missing(kind, findings), *_metadata(kind, obj), *_values(kind, obj)])
    warnings: Sequence[str] = () if mode == "Ignore" else unknown
    if kind == CUSTOM_RESOURCE_DEFINITIONS:
        warnings = [*warnings, *definitions.warnings(obj)]
    return Examined(object=obj, warnings=warnings)


def _unknown(kind: Kind, obj: Object, findings: Iterable[Finding]) -> Iterable[str]:
    for finding in findings:
        if finding.problem == "unknown":
            yield f'unknown field "{finding.path}"'
    if kind.schema is not None:
        for path in unknown_fields(obj, Structural(kind.schema, root=True)):
            yield f'unknown field "{path}"'


def _values(kind: Kind, obj: Object) -> Iterable[Invalid]:
    """Yield what the schema of a custom kind, or the rules for definitions, find wrong."""
    if kind == CUSTOM_RESOURCE_DEFINITIONS:
        yield from definitions.problems(obj)
    if kind == RESOURCE_QUOTAS:
        yield from _quota(obj.get("spec") or {})
    if kind.schema is not None:
        yield from violations(obj, kind.schema)


def _quota(spec: dict[str, Any]) -> Iterable[Invalid]:
    """Refuse what would limit nothing here."""
    if spec.get("scopeSelector"):
        yield Invalid("Forbidden: Pinnace knows spec.scopes only", field="spec.scopeSelector")
    for number, scope in enumerate(spec.get("scopes") or ()):
        if scope not in SCOPES:
            listed = ", ".join(json.dumps(known) for known in SCOPES)
            yield Invalid(
                f'Unsupported value: "{scope}": supported values: {listed}',
                field=f"spec.scopes[{number}]",
            )


def _cannot(kind: Kind) -> str:
    return f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'


def _name(obj: Object) -> str:
    metadata = obj.get("metadata")
    return str((metadata.get("name") or "") if isinstance(metadata, dict) else "")


def _refuse(kind: Kind, obj: Object, causes: Sequence[Invalid]) -> None:
    if causes:
        raise InvalidFields(kind, _name(obj), causes)


def _refuse_types(kind: Kind, obj: Object, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    metadata = [f for f in findings if f.path.startswith("metadata")]
    if kind.built_in or metadata:
        raise BadRequest(f"{_cannot(kind)}: {_go_error((metadata or list(findings))[0])}")
    _refuse(kind, obj, [_body_error(finding) for finding in findings])


def _go_error(finding: Finding) -> str:
    """Word a type error as Go's decoder does, which built-in kinds meet first."""
    if isinstance(finding.value, str):
        match finding.expected:
            case "bytes":
                return f"illegal base64 data in {finding.path}"
            case "quantity":
                return (
                    "quantities must match the regular expression '^([+-]?[0-9.]+)"
                    f"([eEinumkKMGTP]*[-+]?[0-9]*)$': {finding.path} is {finding.value!r}"
                )
            case "time":
                return f"parsing time {json.dumps(finding.value)} in {finding.path}: not RFC 3339"
    name = json_name(finding.value)
    bare = finding.owner.rpartition(".")[2]
    path = re.sub(r"\[\d+\]", "", finding.path)
    return (
        f"json: cannot unmarshal {_GO_NAMES.get(name, name)} into Go struct field {bare}.{path} "
        f"of type {_go_type(finding.expected)}"
    )


def _go_type(expression: str) -> str:
    if expression.startswith("["):
        return "[]" + _go_type(expression[1:])
    if expression.startswith("{"):
        return "map[string]" + _go_type(expression[1:])
    return _GO_TYPES.get(expression, expression.replace("k8s.", "v1."))


def _body_error(finding: Finding) -> Invalid:
    """Word a type error as a CRD's schema validation does."""
    expected = finding.expected
    if expected[:1] in "[{":
        wanted = "array" if expected[0] == "[" else "object"
    else:
        wanted = _BODY_TYPES.get(expected, expected) if expected in SCALARS else "object"
    found = json_name(finding.value)
    if found == wanted:  # the right JSON type, but not of that form: a time, a quantity
        return Invalid(
            f"Invalid value: {json.dumps(finding.value)}: {finding.path} in body must be of "
            f"type {expected}",
            field=finding.path,
        )
    return Invalid(
        f'Invalid value: "{found}": {finding.path} in body must be of type {wanted}: "{found}"',
        field=finding.path,
    )


def _missing(kind: Kind, findings: Iterable[Finding]) -> list[Invalid]:
    """Return required fields that are absent: those of the spec of Argo's kinds are Argo's affair.

    What a status must have is left to whoever writes it.
    """
    whole = kind.built_in or kind == TFJOBS
    return [
        Invalid("Required value", field=finding.path)
        for finding in findings
        if finding.problem == "required"
        and (finding.path.startswith("metadata.") or (whole and _is_wanted(finding.path)))
    ]


def _is_wanted(path: str) -> bool:
    return path != "metadata" and not path.startswith("status")


def _metadata(kind: Kind, obj: Object) -> list[Invalid]:
    metadata = obj.get("metadata") or {}
    problems = list(_labels(metadata.get("labels") or {}))
    size = 0
    for key, value in (metadata.get("annotations") or {}).items():
        size += len(key) + len(value or "")
        problems += _qualified(key, "metadata.annotations")
    if size > _ANNOTATIONS_LIMIT:
        problems.append(
            Invalid(
                f"Too long: may not be more than {_ANNOTATIONS_LIMIT} bytes",
                field="metadata.annotations",
            )
        )
    name = str(metadata.get("name") or "")
    if kind == NAMESPACES and ("." in name or len(name) > 63):
        problems.append(
            Invalid(
                f'Invalid value: "{name}": a lowercase RFC 1123 label has no dots and at most 63 '
                "characters",
                field="metadata.name",
            )
        )
    return problems


def _labels(labels: dict[str, Any]) -> Iterable[Invalid]:
    for key, value in labels.items():
        yield from _qualified(key, "metadata.labels")
        if value and (len(value) > 63 or not _LABEL_NAME.fullmatch(value)):
            yield Invalid(
                f'Invalid value: "{value}": a valid label must be an empty string or consist of '
                "alphanumeric characters, '-', '_' or '.', must start and end with an alphanumeric "
                "character, and be at most 63 characters",
                field="metadata.labels",
            )


def _qualified(key: str, field: str) -> Iterable[Invalid]:
    prefix, slash, name = key.rpartition("/")
    fits = len(name) <= 63 and _LABEL_NAME.fullmatch(name)
    if not fits or (slash and not _PREFIX.fullmatch(prefix.lower())):
        yield Invalid(
            f'Invalid value: "{key}": name part must consist of alphanumeric characters, '
            "'-', '_' or '.', and must start and end with an alphanumeric character, with an "
            "optional DNS subdomain prefix and '/'",
            field=field,
        )
