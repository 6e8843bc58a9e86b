"""Which changes of which objects a ``resource`` event asks for. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec
from pinnace.languages import gjson, goregex
from pinnace.languages.errors import LanguageError
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.kinds import Kind
from pinnace.objects.labelparser import Requirement
from pinnace.objects.registry import Registry
from pinnace.objects.selectors import LabelSelector

ADD, UPDATE, DELETE = "ADD", "UPDATE", "DELETE"
TYPES = (ADD, UPDATE, DELETE)
_EQUAL, _UNEQUAL = ("", "=", "=="), ("!=",)
#: k8s.io/apimachinery/pkg/selection → our selectors' operators.
_OPERATORS = {
    "": "in", "=": "in", "==": "in", "in": "in", "!=": "notin", "notin": "notin",
    "exists": "exists", "!": "!", "gt": "gt", "lt": "lt",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InformerEvent:
    """One change as an informer tells it: objects as JSON text, the old one for an UPDATE."""

    type: str
    obj: Mapping[str, Any]
    raw: bytes
    old: bytes | None = None


def check(spec: EventSpec) -> None:
    """Refuse what upstream refuses; raises Invalid."""
    check_required(spec, {"version": "a version such as v1", "resource": "a plural such as pods",
                          "eventTypes": f"some of {', '.join(TYPES)}"})  # fmt: skip
    for name in spec.at("eventTypes"):
        if name not in TYPES:
            raise spec.invalid("eventTypes", expected=f"some of {', '.join(TYPES)}", found=name)
    selector_of(spec)
    _created_by(spec)
    for number, clause in enumerate(spec.at("filter.fields") or ()):
        _check_field(spec, f"filter.fields[{number}]", clause)


def _check_field(spec: EventSpec, where: str, clause: Mapping[str, Any]) -> None:
    if not clause.get("key"):
        raise spec.invalid(f"{where}.key", expected="a path in the object", found=None)
    operation = str(clause.get("operation") or "")
    # upstream reads an empty operation as unknown and passes nothing; its examples leave it out
    if operation not in _EQUAL + _UNEQUAL:
        raise spec.invalid(f"{where}.operation", expected="=, == or !=", found=operation)
    try:
        goregex.search(str(clause.get("value") or ""), "")
    except LanguageError as error:
        raise spec.invalid(
            f"{where}.value", expected="a regular expression", found=str(error)
        ) from error


def kind_of(spec: EventSpec, served: Registry) -> Kind:
    """Return the kind that group, version and resource name; raises Invalid when none is served."""
    group, version, plural = (str(spec.at(f) or "") for f in ("group", "version", "resource"))
    kind = served.by_plural(group, version, plural)
    if kind is None:
        raise spec.invalid(
            "resource",
            expected="a resource that is served here (kubectl api-resources lists them)",
            found=f"{plural} of {group or 'the core group'} {version}",
        )
    return kind


def selector_of(spec: EventSpec) -> LabelSelector:
    """Return ``filter.labels`` as a selector; raises Invalid."""
    clauses = spec.at("filter.labels") or ()
    return LabelSelector(
        requirements=tuple(
            _requirement(spec, f"filter.labels[{number}]", clause)
            for number, clause in enumerate(clauses)
        )
    )


def _requirement(spec: EventSpec, where: str, clause: Mapping[str, Any]) -> Requirement:
    key, value = str(clause.get("key") or ""), str(clause.get("value") or "")
    operation = str(clause.get("operation") or "")
    operator = _OPERATORS.get(operation)
    if not key:
        raise spec.invalid(f"{where}.key", expected="the name of a label", found=None)
    if operator is None:
        expected = ", ".join(filter(None, _OPERATORS))
        raise spec.invalid(f"{where}.operation", expected=expected, found=operation)
    if operator in ("exists", "!"):
        if value:
            raise spec.invalid(f"{where}.value", expected=f"none with {operation}", found=value)
        return Requirement(key=key, operator=operator)
    if operator in ("gt", "lt") and not value.lstrip("-").isdigit():
        raise spec.invalid(f"{where}.value", expected="a number", found=value)
    values = value.split(",") if operation in ("in", "notin") else [value]
    return Requirement(key=key, operator=operator, values=tuple(values))


def _created_by(spec: EventSpec) -> datetime | None:
    text = spec.at("filter.createdBy")
    if not text:
        return None
    try:
        return text if isinstance(text, datetime) else parse_rfc3339(str(text))
    except ValueError as error:
        raise spec.invalid(
            "filter.createdBy", expected="a time such as 2026-01-31T00:00:00Z", found=text
        ) from error


def passes(spec: EventSpec, event: InformerEvent, start: datetime) -> bool:
    """Tell whether an event is one that the spec asks for; ``start``: when this source began."""
    if event.type not in spec.at("eventTypes"):
        return False
    created = parse_rfc3339(event.obj["metadata"]["creationTimestamp"])
    # An object's time has whole seconds. UPDATE and DELETE happen while somebody watches.
    late = event.type != ADD or created >= start.replace(microsecond=0)
    limit = _created_by(spec)
    return (
        (late or not spec.at("filter.afterStart"))
        and (limit is None or created <= limit)
        and _fields_match(spec.at("filter.fields") or (), event.raw)
    )


def _fields_match(clauses: Iterable[Mapping[str, Any]], raw: bytes) -> bool:
    """Match each path's text against a regular expression, which need not span it.

    As upstream, what is no string counts as empty text, and what is missing never matches.
    """
    document = gjson.Document(raw)
    for clause in clauses:
        found = document.get(str(clause["key"]))
        text = found.text if found.kind == "string" else ""
        matched = found.exists and goregex.search(str(clause.get("value") or ""), text)
        wanted = clause.get("operation", "") not in _UNEQUAL
        if not found.exists or matched != wanted:
            return False
    return True
