"""Label and field selectors (k8s.io/apimachinery/pkg/labels and pkg/fields)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.objects.errors import BadRequest
from pinnace.objects.labelparser import Requirement, parse
from pinnace.objects.types import Object

_MATCH_EXPRESSIONS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


@dataclass(frozen=True, kw_only=True)
class LabelSelector:
    """Clauses that must all hold; without clauses everything matches."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Tell whether labels satisfy every clause."""
        return all(requirement.matches(labels or {}) for requirement in self.requirements)

    def __str__(self) -> str:
        """Write it as ``-l`` takes it: ``app=web,tier in (a,b),!old``."""
        return ",".join(map(str, self.requirements))


def parse_labels(text: str) -> LabelSelector:
    """Parse ``a=b,c in (x,y),!d``; raises BadRequest showing where it stops making sense."""
    return LabelSelector(requirements=parse(text))


def from_match_labels(selector: Mapping[str, Any] | None) -> LabelSelector:
    """Read the ``matchLabels``/``matchExpressions`` form that objects carry."""
    selector = selector or {}
    equal = [
        Requirement(key=key, operator="=", values=(value,))
        for key, value in (selector.get("matchLabels") or {}).items()
    ]
    expressions = [
        Requirement(
            key=expression["key"],
            operator=_MATCH_EXPRESSIONS[expression["operator"]],
            values=tuple(expression.get("values") or ()),
        )
        for expression in selector.get("matchExpressions") or ()
    ]
    return LabelSelector(requirements=(*equal, *expressions))


def written(selector: LabelSelector) -> str:
    """Write a selector as ``-l`` takes it: ``app=web,tier in (a,b),!old``, by key."""
    return ",".join(map(str, sorted(selector.requirements, key=lambda one: one.key)))


@dataclass(frozen=True, kw_only=True)
class FieldSelector:
    """``path=value`` clauses on an object's own fields."""

    terms: tuple[tuple[str, bool, str], ...] = ()

    def matches(self, obj: Object) -> bool:
        """Tell whether the object's fields satisfy every clause; an absent field is empty."""
        return all((_field(obj, path) == value) is equal for path, equal, value in self.terms)

    def matches_set(self, fields: Mapping[str, str]) -> bool:
        """Tell whether fields, given by their whole paths, satisfy every clause."""
        return all((fields.get(path, "") == value) is equal for path, equal, value in self.terms)

    def exact(self, path: str) -> str | None:
        """Return the value that ``path`` must equal, when one clause says so."""
        return next((value for p, equal, value in self.terms if p == path and equal), None)

    def __str__(self) -> str:
        """Write it as ``--field-selector`` takes it, escaped."""
        return ",".join(
            path + ("=" if equal else "!=") + re.sub(r"([,=\\])", r"\\\1", value)
            for path, equal, value in self.terms
        )


def _field(obj: Object, path: str) -> str:
    value: Any = obj
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


def parse_fields(text: str) -> FieldSelector:
    """Parse ``metadata.name=x,status.phase!=Running``; raises BadRequest when it can't.

    ``\\,``, ``\\=`` and ``\\\\`` in a value stand for themselves.
    """
    terms = []
    for part in sorted(re.findall(r"(?:\\.|[^,\\]|\\$)+", text, re.DOTALL), key=str.encode):
        found = re.fullmatch(r"(.*?)(!=|==|=)(.*)", part, re.DOTALL)
        if found is None:
            raise _unreadable(text, "path=value or path!=value", part)
        path, symbol, value = found.groups()
        term = (path, symbol != "!=", _unescaped(text, value))
        if path or term[2]:  # Kubernetes takes a lone = for everything
            terms.append(term)
    return FieldSelector(terms=tuple(terms))


def _unescaped(text: str, value: str) -> str:
    for escape in _ESCAPE.finditer(value):
        if escape.group(1) not in ("\\", ",", "="):
            raise _unreadable(text, "\\\\, \\, or \\= after a backslash", escape.group())
    if "=" in _ESCAPE.sub("", value):
        raise _unreadable(text, "\\= for = in a value", value)
    return _ESCAPE.sub(r"\1", value)


def _unreadable(text: str, expected: str, found: str) -> BadRequest:
    return BadRequest(f"invalid field selector {text!r}: expected {expected}, found {found!r}")
