"""Label and field selectors (k8s.io/apimachinery/pkg/labels and pkg/fields)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.objects.errors import BadRequest
from pinnace.objects.types import Object

_SET = re.compile(r"\s*([^\s!=<>,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*")
_COMPARE = re.compile(r"\s*([^\s!=<>,()]+)\s*(==|=|!=|>|<)\s*([^\s,()]*)\s*")
_EXISTS = re.compile(r"\s*(!?)\s*([^\s!=<>,()]+)\s*")
_MATCH_EXPRESSIONS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One clause of a selector; ``operator`` is one of ``in notin exists ! gt lt``."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a set of labels satisfies this clause."""
        value = labels.get(self.key)
        match self.operator:
            case "in":
                return value is not None and value in self.values
            case "notin":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
            case _:
                return self._compares(value)

    def _compares(self, value: str | None) -> bool:
        try:
            left, right = int(value or ""), int(self.values[0])
        except ValueError:
            return False
        return left > right if self.operator == "gt" else left < right


@dataclass(frozen=True, kw_only=True)
class LabelSelector:
    """Clauses that must all hold; without clauses everything matches."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Tell whether labels satisfy every clause."""
        return all(requirement.matches(labels or {}) for requirement in self.requirements)


EVERYTHING = LabelSelector()


def parse_labels(text: str) -> LabelSelector:
    """Parse ``a=b,c in (x,y),!d``; raises BadRequest showing where it stops making sense."""
    requirements = []
    position = 0
    while text[position:].strip():
        requirement, position = _clause(text, position)
        requirements.append(requirement)
        if text[position : position + 1] == ",":
            position += 1
        elif text[position:].strip():
            raise _unreadable(text, position)
    return LabelSelector(requirements=tuple(requirements))


def _clause(text: str, position: int) -> tuple[Requirement, int]:
    if found := _SET.match(text, position):
        key, operator, values = found.groups()
        members = tuple(value.strip() for value in values.split(","))
        return Requirement(key=key, operator=operator, values=members), found.end()
    if found := _COMPARE.match(text, position):
        key, symbol, value = found.groups()
        operator = {"!=": "notin", ">": "gt", "<": "lt"}.get(symbol, "in")
        return Requirement(key=key, operator=operator, values=(value,)), found.end()
    if found := _EXISTS.match(text, position):
        absent, key = found.groups()
        return Requirement(key=key, operator="!" if absent else "exists"), found.end()
    raise _unreadable(text, position)


def _unreadable(text: str, position: int) -> BadRequest:
    return BadRequest(
        f"unable to parse requirement: selector {text!r} at character {position + 1}: expected "
        "a key, key=value, key!=value, key in (a,b), key notin (a,b) or !key"
    )


def from_match_labels(selector: Mapping[str, Any] | None) -> LabelSelector:
    """Read the ``matchLabels``/``matchExpressions`` form that objects carry."""
    selector = selector or {}
    equal = [
        Requirement(key=key, operator="in", values=(value,))
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
    return ",".join(map(_written, sorted(selector.requirements, key=lambda one: one.key)))


def _written(one: Requirement) -> str:
    match one.operator:
        case "exists":
            return one.key
        case "!":
            return f"!{one.key}"
        case "in" if len(one.values) == 1:
            return f"{one.key}={one.values[0]}"
        case "in" | "notin":
            return f"{one.key} {one.operator} ({','.join(sorted(one.values))})"
        case _:
            return f"{one.key}{'>' if one.operator == 'gt' else '<'}{one.values[0]}"


@dataclass(frozen=True, kw_only=True)
class FieldSelector:
    """``path=value`` clauses on an object's own fields."""

    terms: tuple[tuple[str, bool, str], ...] = ()

    def matches(self, obj: Object) -> bool:
        """Tell whether the object's fields satisfy every clause; an absent field is empty."""
        return all((_field(obj, path) == value) is equal for path, equal, value in self.terms)

    def exact(self, path: str) -> str | None:
        """Return the value that ``path`` must equal, when one clause says so."""
        return next((value for p, equal, value in self.terms if p == path and equal), None)


def _field(obj: Object, path: str) -> str:
    value: Any = obj
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def parse_fields(text: str) -> FieldSelector:
    """Parse ``metadata.name=x,status.phase!=Running``; raises BadRequest when it can't."""
    terms = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        found = re.fullmatch(r"([^=!\s]+)\s*(==|=|!=)\s*(.*)", part)
        if found is None:
            raise BadRequest(
                f"invalid field selector {text!r}: expected path=value or path!=value, "
                f"found {part!r}"
            )
        path, symbol, value = found.groups()
        terms.append((path, symbol != "!=", value))
    return FieldSelector(terms=tuple(terms))
