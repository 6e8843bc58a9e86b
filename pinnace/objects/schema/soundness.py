"""Whether a schema of a CustomResourceDefinition is one: what it says of its objects makes sense.

Pure; the rest of :mod:`pinnace.objects.schema` counts on it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import re2

from pinnace.objects.errors import Invalid
from pinnace.objects.schema.values import compile_pattern

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_MOST = 20_000  # nodes of one schema
_DEPTH = 100


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


_KEYWORDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "type": (f"one of {', '.join(_TYPES)}", lambda value: value == "" or value in _TYPES),
    "required": ("a list of names", _is_names),
    "x-kubernetes-list-map-keys": ("a list of names", _is_names),
    "enum": ("a list", lambda value: isinstance(value, list)),
    "format": ("a string", lambda value: isinstance(value, str)),
    **{word: ("a number", _is_number) for word in ("maximum", "minimum", "multipleOf")},
    **{
        f"{bound}{noun}": ("a whole number of at least 0", _is_count)
        for bound in ("max", "min")
        for noun in ("Length", "Items", "Properties")
    },
    **{
        word: ("true or false", _is_flag)
        for word in (
            "exclusiveMaximum", "exclusiveMinimum", "nullable", "uniqueItems",
            "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string",
            "x-kubernetes-preserve-unknown-fields",
        )
    },
}  # fmt: skip


def unsound(schema: Any, path: str) -> Iterator[Invalid]:
    """Yield what in a schema, found at ``path``, can't be worked with."""
    stack: list[tuple[Any, str, int]] = [(schema, path, 0)]
    left = _MOST
    while stack:
        node, at, depth = stack.pop()
        left -= 1
        if left < 0 or depth > _DEPTH:
            yield Invalid(f"Invalid value: more than {_MOST} schemas, or deeper than {_DEPTH}",
                          field=path)  # fmt: skip
            return
        if not isinstance(node, Mapping):
            yield Invalid("Invalid value: a schema is an object", field=at)
            continue
        yield from _keywords(node, at)
        stack += [(inner, below, depth + 1) for inner, below in _children(node, at)]


def _keywords(node: Mapping[str, Any], at: str) -> Iterator[Invalid]:
    for word, (expected, fits) in _KEYWORDS.items():
        value = node.get(word)
        if value is not None and not fits(value):
            yield Invalid("Invalid value", field=f"{at}.{word}", expected=expected,
                          found=repr(value)[:80])  # fmt: skip
    pattern = node.get("pattern")
    if pattern is not None:
        try:
            compile_pattern(pattern)
        except (re2.error, TypeError) as error:
            yield Invalid(
                f"Invalid value: {pattern!r}: must be a valid regular expression, but isn't: "
                f"{error}",
                field=f"{at}.pattern",
            )
    properties = node.get("properties")
    if properties is not None and not isinstance(properties, Mapping):
        yield Invalid("Invalid value: properties is a map of schemas", field=f"{at}.properties")


def _children(node: Mapping[str, Any], at: str) -> Iterator[tuple[Any, str]]:
    properties = node.get("properties")
    if isinstance(properties, Mapping):
        for name, inner in properties.items():
            yield inner, f"{at}.properties[{name}]"
    for word in ("items", "not"):
        if node.get(word) is not None:
            yield node[word], f"{at}.{word}"
    more = node.get("additionalProperties")
    if more is not None and not isinstance(more, bool):
        yield more, f"{at}.additionalProperties"
    for word in ("allOf", "anyOf", "oneOf"):
        branches = node.get(word)
        if branches is not None:
            listed = branches if isinstance(branches, list) else [None]
            yield from ((inner, f"{at}.{word}[{n}]") for n, inner in enumerate(listed))
