"""`{{…}}` in JSON text: how Argo puts values into a template (mirrors util/template of 4.1).

The text is JSON and stays JSON: a value is inserted as Go would quote it inside a string. A tag
that begins with `=` is an expression of `expr`. In the usual, lenient pass a tag that can't be
resolved yet stays as it is, because a later pass may know it; strict prefixes must resolve.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pinnace.languages import bellows, expr, goquote
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.errors import AbsentOptional, LanguageError, MissingVariable
from pinnace.languages.expr import required
from pinnace.languages.expr.decoding import from_json
from pinnace.languages.expr.environment import environment

LANGUAGE = "tag"
PLACEHOLDER = "__argo__internal__placeholder-"
"""Validation fills unknown values with this: expressions over them are allowed to fail."""

_LATE = frozenset(
    {
        "item", "retries", "lastRetry.exitCode", "lastRetry.status", "lastRetry.duration",
        "lastRetry.message", "workflow.status", "workflow.failures",
    }
)  # fmt: skip
"""Known only later: an expression that reads one waits until it is there."""

_INVALID_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[xavU]")  # Go writes these, JSON has none of them
_UNFIXED = {"\\u003c": "<", "\\u003e": ">", "\\u0026": "&"}  # what json.Marshal makes of them


@dataclass(frozen=True, kw_only=True)
class Tag:
    """One tag: what stands between the braces, and where the braces open."""

    content: str
    start: int

    @property
    def expression(self) -> bool:
        """Whether it is a `{{=…}}`."""
        return self.content.startswith("=")

    @property
    def name(self) -> str:
        """The variable that a simple tag names."""
        return self.content.strip()


def find_tags(text: str) -> list[Tag]:
    """Every tag of the text in order; a tag that isn't closed is an error."""
    return [part for part in _parts(text) if isinstance(part, Tag)]


def _parts(text: str) -> Iterator[str | Tag]:
    """The text as literal pieces and tags; braces don't nest: the first `}}` closes."""
    place = 0
    while (start := text.find("{{", place)) >= 0:
        end = text.find("}}", start + 2)
        if end < 0:
            raise LanguageError(LANGUAGE, text, start, 'cannot find end tag="}}" of this "{{"')
        yield text[place:start]
        yield Tag(content=text[start + 2 : end], start=start)
        place = end + 2
    yield text[place:]


def substitute(
    json_text: str,
    lookup: Mapping[str, Any],
    *,
    strict_prefixes: tuple[str, ...] = (),
    allow_unresolved: bool = True,
    ambient: Ambient = STILL,
) -> str:
    """The JSON text with every tag that `lookup` can resolve replaced.

    With `allow_unresolved` what is unknown stays, except names that begin with a strict prefix
    (`"steps."`): those raise MissingVariable, unless they are output artifacts. Without it every
    unknown name raises. A name whose value is None raises AbsentOptional.
    """
    if "{{" not in json_text:
        return json_text
    strict = _Strict(prefixes=strict_prefixes, everything=not allow_unresolved)
    resolver = _Resolver(json_text, lookup, ambient, strict)
    replaced = "".join(
        part if isinstance(part, str) else resolver.resolve(part) for part in _parts(json_text)
    )
    if _INVALID_ESCAPE.search(replaced):
        _require_json(json_text, replaced)
    return replaced


def substitute_value(
    value: Any,
    lookup: Mapping[str, Any],
    *,
    strict_prefixes: tuple[str, ...] = (),
    allow_unresolved: bool = True,
    ambient: Ambient = STILL,
) -> Any:
    """As substitute, for data: it goes through JSON text and back."""
    text = json.dumps(value, ensure_ascii=False)
    if "{{" not in text:
        return value
    replaced = substitute(
        text,
        lookup,
        strict_prefixes=strict_prefixes,
        allow_unresolved=allow_unresolved,
        ambient=ambient,
    )
    _require_json(text, replaced)
    return json.loads(replaced)


def _require_json(text: str, replaced: str) -> None:
    try:
        json.loads(replaced)
    except json.JSONDecodeError as problem:
        reason = f"the result was invalid JSON: {problem.msg} near {replaced[problem.pos :][:40]!r}"
        raise LanguageError(
            LANGUAGE, text, 0, f"cannot finish template replacement because {reason}"
        ) from problem


@dataclass(frozen=True, kw_only=True)
class _Strict:
    """Which names must resolve."""

    prefixes: tuple[str, ...]
    everything: bool

    @property
    def any(self) -> bool:
        """Whether there is such a name at all."""
        return self.everything or bool(self.prefixes)

    def covers(self, name: str) -> bool:
        """Whether the name must resolve: a prefix ends at a dot of the name, or with it."""
        return self.everything or any(
            name == prefix or name.startswith(prefix + ".")
            for prefix in (one.rstrip(".") for one in self.prefixes)
        )


class _Resolver:
    """Resolves the tags of one text; the expression environment is built when first needed."""

    def __init__(
        self, text: str, lookup: Mapping[str, Any], ambient: Ambient, strict: _Strict
    ) -> None:
        self._text = text
        self._lookup = lookup
        self._ambient = ambient
        self._strict = strict
        self._environment: dict[str, Any] | None = None

    def resolve(self, tag: Tag) -> str:
        """What stands in the text instead of the tag."""
        return self._expression(tag) if tag.expression else self._simple(tag)

    def _missing(self, tag: Tag, message: str) -> MissingVariable:
        return MissingVariable(LANGUAGE, self._text, tag.start, message)

    # simple tags

    def _simple(self, tag: Tag) -> str:
        if tag.name in self._lookup:
            return self._quoted(tag, tag.name)
        cut = tag.content.rfind("{{")  # {{inputs.parameters.{{item}}}}: the inner one comes first
        nested = tag.content[cut + 2 :] if cut > 0 else None
        if nested is not None and nested in self._lookup:
            return "{{" + tag.content[:cut] + self._quoted(tag, nested)
        if self._must_resolve(tag.name):
            raise self._missing(tag, f"failed to resolve {{{{{tag.content}}}}}")
        return "{{" + tag.content + "}}"

    def _must_resolve(self, name: str) -> bool:
        if not self._strict.everything and ".outputs.artifacts." in name:
            return False
        return self._strict.covers(name)

    def _quoted(self, tag: Tag, name: str) -> str:
        value = self._lookup[name]
        if value is None:
            raise AbsentOptional(
                LANGUAGE,
                self._text,
                tag.start,
                f"unable to substitute {{{{{tag.content}}}}}: output is an absent optional"
                " (skipped/omitted node with no default)",
            )
        if not isinstance(value, str):
            raise LanguageError(
                LANGUAGE, self._text, tag.start, f"failed to resolve {{{{{name}}}}} to string"
            )
        return goquote.inner(value)

    # expressions

    def _expression(self, tag: Tag) -> str:
        """The value as text inside a JSON string, or the tag itself while it has to wait."""
        written = _unfixed(tag.content[1:])
        kept = "{{=" + written + "}}"
        source = self._source(tag, written)
        missing = self._missing_names(source)
        for name in missing or ():
            if self._strict.covers(name):
                raise self._missing(tag, f"failed to evaluate expression: {name} is missing")
        waits = missing is not None and (bool(missing) or not self._strict.any)
        if waits and not _LATE.isdisjoint(missing or ()):
            return kept
        try:
            value = self._value(tag, source)
        except LanguageError:
            if waits or self._has_placeholders():
                return kept
            raise
        return self._inserted(tag, value, kept if waits else None)

    def _source(self, tag: Tag, written: str) -> str:
        """The expression without the escapes of the JSON string it stands in."""
        if written.isprintable() and "\\" not in written and '"' not in written:
            return written
        try:
            return str(from_json(f'"{written}"'))
        except ValueError as problem:
            raise self._failed(tag, f"not valid in a JSON string: {problem}") from problem

    def _missing_names(self, source: str) -> list[str] | None:
        """What it reads and nobody knows; None if it can't be parsed, as evaluating will say."""
        try:
            return [name for name in required.names(source) if not bellows.has(self._env(), name)]
        except LanguageError:
            return None

    def _value(self, tag: Tag, source: str) -> Any:
        """The expression's value; nil is an error."""
        try:
            value = expr.evaluate(source, self._env(), ambient=self._ambient)
        except LanguageError as problem:
            raise self._failed(tag, problem.expected) from problem
        if value is None:
            raise self._failed(tag, "the result is nil")
        return value

    def _inserted(self, tag: Tag, value: Any, kept: str | None) -> str:
        """The value as it stands inside of a JSON string; `kept` if it has no JSON."""
        try:
            marshalled = goquote.json_text(value)
        except ValueError as problem:
            if kept is not None:
                return kept
            raise self._failed(tag, str(problem)) from problem
        # dates are texts in JSON as well
        return marshalled[1:-1] if marshalled[0] == '"' else goquote.inner(marshalled)

    def _failed(self, tag: Tag, reason: str) -> LanguageError:
        message = f"failed to evaluate expression {{{{{tag.content}}}}}: {reason}"
        return LanguageError(LANGUAGE, self._text, tag.start, message)

    def _env(self) -> dict[str, Any]:
        if self._environment is None:
            self._environment = environment(self._lookup, self._ambient)
        return self._environment

    def _has_placeholders(self) -> bool:
        return any(
            isinstance(value, str) and value.startswith(PLACEHOLDER)
            for value in self._lookup.values()
        )


def _unfixed(written: str) -> str:
    """The text with the characters that json.Marshal escapes as they were."""
    for escape, char in _UNFIXED.items():
        written = written.replace(escape, char)
    return written
