"""The grammar of label selectors (k8s.io/apimachinery/pkg/labels/selector.go).

``[!] KEY [= VALUE | == VALUE | != VALUE | > N | < N | in (VALUE, …) | notin (VALUE, …)]``, joined
by commas. Keys and values must be what labels may be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pinnace.objects.errors import BadRequest
from pinnace.objects.names import is_subdomain

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:(==|!=|[=!()<>,])\0?|([^=!(),<> \t\r\n\0]+)\0?|(\0.*|$))",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_SYMBOLS = frozenset({"==", "!=", "=", "!", "(", ")", "<", ">", ","})
_COMPARISONS = {"=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}
_MAX_NAME = 63


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One clause of a selector; ``operator`` is one of ``= == != in notin exists ! gt lt``."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Tell whether a set of labels satisfies this clause."""
        value = labels.get(self.key)
        match self.operator:
            case "in" | "=" | "==":
                return value is not None and value in self.values
            case "notin" | "!=":
                return value is None or value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
        left, right = _integer(value or ""), _integer(self.values[0])
        if left is None or right is None:
            return False
        return left > right if self.operator == "gt" else left < right

    def __str__(self) -> str:
        """Write it as ``labels.Requirement.String`` does."""
        values = ",".join(sorted(self.values))
        match self.operator:
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case "in" | "notin":
                return f"{self.key} {self.operator} ({values})"
        symbol = {"gt": ">", "lt": "<"}.get(self.operator, self.operator)
        return f"{self.key}{symbol}{values}"


def _integer(text: str) -> int | None:
    """Read as strconv.ParseInt does."""
    value = int(text) if _INTEGER.fullmatch(text) else None
    return value if value is not None and -(2**63) <= value < 2**63 else None


@dataclass
class _Reader:
    """The tokens of a selector, and how far they are read."""

    text: str
    tokens: list[tuple[str, int]] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        for found in _TOKEN.finditer(self.text):
            self.tokens.append((found.group(1) or found.group(2) or "", found.start()))
            if found.group(3) is not None:
                break

    @property
    def token(self) -> str:
        return self.tokens[self.at][0]

    @property
    def is_word(self) -> bool:
        return self.token not in _SYMBOLS and self.token != ""

    def take(self) -> str:
        token = self.token
        self.at += self.at < len(self.tokens) - 1
        return token

    def refuse(self, expected: str) -> BadRequest:
        """Return the error that shows where the selector stops making sense."""
        token, place = self.tokens[self.at]
        place += len(self.text[place:]) - len(self.text[place:].lstrip())
        found = repr(token) if token else "the end"
        return BadRequest(
            f"unable to parse requirement: selector {self.text!r} at character {place + 1}: "
            f"found {found}, expected {expected}"
        )


def parse(text: str) -> tuple[Requirement, ...]:
    """Return the clauses by key; raises BadRequest."""
    reader = _Reader(text)
    found: list[Requirement] = []
    if reader.token == "":
        return ()
    while True:
        if not (reader.is_word or reader.token == "!"):
            raise reader.refuse("a key, or ! and a key")
        found.append(_requirement(reader))
        if reader.token == "":
            return tuple(sorted(found, key=lambda one: one.key.encode()))
        if reader.token != ",":
            raise reader.refuse("a comma or the end")
        reader.take()


def _requirement(reader: _Reader) -> Requirement:
    absent = reader.token == "!"
    if absent:
        reader.take()
    if not reader.is_word:
        raise reader.refuse("a key")
    if problem := key_problem(reader.token):
        raise reader.refuse(problem)
    key = reader.take()
    if absent or reader.token in (",", ""):
        return Requirement(key=key, operator="!" if absent else "exists")
    if reader.token in _COMPARISONS:
        operator = _COMPARISONS[reader.take()]
        return Requirement(key=key, operator=operator, values=(_value(reader, operator),))
    if reader.token not in ("in", "notin"):
        raise reader.refuse("one of = == != > < in notin")
    operator = reader.take()
    return Requirement(key=key, operator=operator, values=_values(reader))


def _value(reader: _Reader, operator: str) -> str:
    ordering = operator in ("gt", "lt")
    if reader.token in ("", ",") and not ordering:
        return ""
    if not reader.is_word:
        raise reader.refuse("a value")
    if ordering and _integer(reader.token) is None:
        raise reader.refuse("an integer")
    return _checked(reader)


def _checked(reader: _Reader) -> str:
    if len(reader.token) > _MAX_NAME or not _NAME.fullmatch(reader.token):
        raise reader.refuse("a value that a label may have")
    return reader.take()


def _values(reader: _Reader) -> tuple[str, ...]:
    """Read ``(a, b)``: a value may be empty, one that stands twice counts once."""
    if reader.token != "(":
        raise reader.refuse("(")
    reader.take()
    found, wanted = set(), True
    while reader.token != ")":
        if reader.token == ",":
            found |= {""} if wanted else set()
            wanted = True
            reader.take()
        elif reader.is_word and wanted:
            found.add(_checked(reader))
            wanted = False
        else:
            raise reader.refuse("a value, a comma or )")
    found |= {""} if wanted else set()
    reader.take()
    return tuple(sorted(found))


def key_problem(key: str) -> str:
    """Return what a label's key should be when this is none, else nothing."""
    prefix, slash, name = key.rpartition("/")
    if slash and not is_subdomain(prefix):
        return "a DNS subdomain before the / of the key"
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        return "a key of at most 63 letters, digits, -, _ and ."
    return ""
