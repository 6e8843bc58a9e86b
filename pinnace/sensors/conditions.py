"""``conditions``: when a trigger fires, as ``&&``, ``||`` and parentheses over dependency names.

Upstream rewrites the text and hands it to two expression engines (pkg/sensors/listener.go:
getDependencyExpression); an unknown name ends that trigger silently there. Here the text is parsed
once, by a small evaluator of its own, and an unknown name is refused. As upstream, ``-`` and ``_``
are the same character in a name, ``&&`` binds tighter than ``||`` and there is no ``!``.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from pinnace.objects.errors import Invalid

_TOKEN = re.compile(r"\s*(?:(&&|\|\||[()])|([A-Za-z0-9_.\-/]+))")


@dataclass(frozen=True)
class Name:
    """A dependency that must have an event."""

    name: str


@dataclass(frozen=True)
class All:
    """Every part must hold."""

    parts: tuple["Term", ...]


@dataclass(frozen=True)
class Any:
    """One part must hold."""

    parts: tuple["Term", ...]


Term = Name | All | Any


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A parsed ``conditions`` text."""

    text: str
    term: Term

    @property
    def names(self) -> tuple[str, ...]:
        """Return the dependencies it speaks of, each once, in the order of the text."""
        return tuple(dict.fromkeys(_names(self.term)))

    @property
    def joins(self) -> bool:
        """Tell whether events must be kept until others come (upstream: the text has an ``&``)."""
        return _has_all(self.term)

    def holds(self, present: Collection[str]) -> bool:
        """Tell whether the dependencies present satisfy it."""
        return _holds(self.term, present)

    def missing(self, present: Collection[str]) -> tuple[str, ...]:
        """Return the names whose events could still make it hold; nothing when it does."""
        if self.holds(present):
            return ()
        return tuple(name for name in self.names if name not in present)


def parse(text: str, dependencies: Sequence[str]) -> Condition:
    """Parse ``text``; empty means all dependencies joined by ``&&``.

    Raises Invalid (without the object, which the caller knows) on anything else.
    """
    if not text.strip():
        parts = tuple(Name(name) for name in dependencies)
        text = " && ".join(dependencies)
        return Condition(text=text, term=parts[0] if len(parts) == 1 else All(parts))
    reader = _Reader(text, dependencies)
    term = reader.either()
    if reader.peek():
        raise reader.refuse("the end, && or ||")
    return Condition(text=text.strip(), term=term)


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, text: str, dependencies: Sequence[str]) -> None:
        self._text = text
        self._dependencies = dependencies
        self._tokens = _tokens(text)
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def either(self) -> Term:
        return self._series("||", self._both, Any)

    def _both(self) -> Term:
        return self._series("&&", self._single, All)

    def _series(
        self, sign: str, part: Callable[[], Term], whole: Callable[[tuple[Term, ...]], Term]
    ) -> Term:
        parts = [part()]
        while self.peek() == sign:
            self._at += 1
            parts.append(part())
        return parts[0] if len(parts) == 1 else whole(tuple(parts))

    def _single(self) -> Term:
        token = self.peek()
        self._at += 1
        if token == "(":
            term = self.either()
            if self.peek() != ")":
                raise self.refuse("a closing parenthesis")
            self._at += 1
            return term
        if not token or token in ("&&", "||", ")"):
            self._at -= 1
            raise self.refuse("a dependency name or an opening parenthesis")
        return Name(self._resolve(token))

    def _resolve(self, token: str) -> str:
        if token in self._dependencies:
            return token
        alike = [name for name in self._dependencies if _plain(name) == _plain(token)]
        if len(alike) == 1:
            return alike[0]
        raise Invalid(
            expected=f"a dependency of this Sensor ({', '.join(self._dependencies)})",
            found=repr(token),
            fix="name one of them, or add the dependency",
        )

    def refuse(self, expected: str) -> Invalid:
        found = self.peek()
        return Invalid(
            expected=f"{expected} in {self._text!r}",
            found=repr(found) if found else "the end",
            fix="use dependency names, &&, || and parentheses",
        )


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise Invalid(
                expected="dependency names, &&, || and parentheses",
                found=repr(text[at:].strip()[:20]),
                fix="there is no negation and no other operator in conditions",
            )
        tokens.append(found[1] or found[2])
        at = found.end()
    return tokens


def _plain(name: str) -> str:
    return name.replace("-", "_")


def _names(term: Term) -> list[str]:
    match term:
        case Name(name):
            return [name]
        case All(parts) | Any(parts):
            return [name for part in parts for name in _names(part)]


def _has_all(term: Term) -> bool:
    match term:
        case Name():
            return False
        case All():
            return True
        case Any(parts):
            return any(_has_all(part) for part in parts)


def _holds(term: Term, present: Collection[str]) -> bool:
    match term:
        case Name(name):
            return name in present
        case All(parts):
            return all(_holds(part, present) for part in parts)
        case Any(parts):
            return any(_holds(part, present) for part in parts)
