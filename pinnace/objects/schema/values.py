"""Whether the values of a custom resource fit its structural schema, worded as Kubernetes does.

Pure. Mirrors k8s.io/kube-openapi/pkg/validation/validate; regular expressions are RE2's, as there,
so no pattern of a hostile definition takes exponential time. ``x-kubernetes-validations`` are not
evaluated.
"""

import json
import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import re2

from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import Invalid
from pinnace.objects.schema.structural import INT_OR_STRING, Schema, Structural

_JSON_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object",
               list: "array", type(None): "null"}  # fmt: skip
_MOST = 50  # findings of one object; a person reads no more


def violations(value: Any, schema: Schema) -> list[Invalid]:
    """Return what does not fit in a whole object."""
    found: list[Invalid] = []
    for problem in _check(value, Structural(schema, root=True), ""):
        found.append(problem)
        if len(found) == _MOST:
            break
    return found


def json_name(value: object) -> str:
    """Return what JSON calls the type of a value."""
    return _JSON_NAMES.get(type(value), "object")


def _check(value: Any, node: Structural, path: str) -> Iterator[Invalid]:
    schema = node.schema
    if value is None:
        if not schema.get("nullable") and schema.get("type"):
            yield _type_error(path, schema["type"], value)
        return
    wanted = str(schema.get("type") or "")
    if schema.get(INT_OR_STRING):
        if not isinstance(value, str) and not _is_integer(value):
            yield _type_error(path, "integer,string", value)
            return
    elif wanted and not _IS.get(wanted, _anything)(value):
        yield _type_error(path, wanted, value)
        return
    yield from _own(value, schema, path)
    yield from _logic(value, node, path)
    if isinstance(value, dict):
        yield from _members(value, node, path)
    elif isinstance(value, list) and node.items is not None:
        for index, inner in enumerate(value):
            yield from _check(inner, node.items, f"{path}[{index}]")


def _members(value: dict[str, Any], node: Structural, path: str) -> Iterator[Invalid]:
    for name in node.schema.get("required") or ():
        if name not in value:
            yield Invalid("Required value", field=_below(path, name))
    for name, inner in value.items():
        below = node.field(name)
        if below is not None and not (node.root and name in ("apiVersion", "kind", "metadata")):
            yield from _check(inner, below, _below(path, name))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _type_error(path: str, wanted: str, value: Any) -> Invalid:
    found = json_name(value)
    return Invalid(
        f'Invalid value: "{found}": {path} in body must be of type {wanted}: "{found}"', field=path
    )


def _is_integer(value: Any) -> bool:
    whole = isinstance(value, float) and value.is_integer()
    return (isinstance(value, int) or whole) and not isinstance(value, bool)


def _anything(_value: Any) -> bool:
    return True


_IS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def _own(value: Any, schema: Schema, path: str) -> Iterator[Invalid]:
    """Check what a schema says of the value itself."""
    choices = schema.get("enum")
    if choices is not None and value not in choices:
        listed = ", ".join(json.dumps(choice) for choice in choices)
        yield Invalid(
            f"Unsupported value: {json.dumps(value)}: supported values: {listed}", field=path
        )
    for keyword, fits in _BOUNDS.get(type(value), {}).items():
        limit = schema.get(keyword)
        if limit is not None and (problem := fits(value, limit, schema)):
            yield Invalid(_said(value, path, problem), field=path)
    if isinstance(value, list):
        yield from _duplicates(value, schema, path)


def _said(value: Any, path: str, problem: str) -> str:
    """Word a bound that is broken; those that begin with ``Too`` stand without the value."""
    if problem.startswith("Too "):
        return problem
    return f"Invalid value: {json.dumps(value)[:200]}: {path} in body {problem}"


_Bound = Callable[[Any, Any, Schema], str]


def _most(value: Any, limit: Any, schema: Schema) -> str:
    if schema.get("exclusiveMaximum"):
        return "" if value < limit else f"should be less than {limit}"
    return "" if value <= limit else f"should be less than or equal to {limit}"


def _least(value: Any, limit: Any, schema: Schema) -> str:
    if schema.get("exclusiveMinimum"):
        return "" if value > limit else f"should be greater than {limit}"
    return "" if value >= limit else f"should be greater than or equal to {limit}"


def _multiple(value: Any, limit: Any, _schema: Schema) -> str:
    times = value / limit if limit else 0.0
    fits = not math.isfinite(times) or math.isclose(times, round(times), abs_tol=1e-9)
    return "" if fits else f"should be a multiple of {limit}"


def _pattern(value: str, limit: str, _schema: Schema) -> str:
    return "" if _compiled(limit).search(value) else f"should match '{limit}'"


@lru_cache(256)
def _compiled(pattern: str) -> Any:
    return compile_pattern(pattern)


def compile_pattern(pattern: str) -> Any:
    """Compile as Go does, without a word to standard error; raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _format(value: str, limit: str, _schema: Schema) -> str:
    if limit != "date-time":
        return ""
    try:
        parse_rfc3339(value)
    except ValueError:
        return f"must be of type date-time: {json.dumps(value)}"
    return ""


def _many(noun: str) -> dict[str, _Bound]:
    plural = {"Items": "items", "Properties": "properties"}[noun]
    return {
        f"max{noun}": lambda value, limit, _: (
            ""
            if len(value) <= limit
            else f"Too many: {len(value)}: must have at most {limit} {plural}"
        ),
        f"min{noun}": lambda value, limit, _: (
            "" if len(value) >= limit else f"should have at least {limit} {plural}"
        ),
    }


_NUMERIC: dict[str, _Bound] = {"maximum": _most, "minimum": _least, "multipleOf": _multiple}
_BOUNDS: dict[type, dict[str, _Bound]] = {
    int: _NUMERIC,
    float: _NUMERIC,
    str: {
        "maxLength": lambda value, limit, _: (
            "" if len(value) <= limit else f"Too long: may not be more than {limit} bytes"
        ),
        "minLength": lambda value, limit, _: (
            "" if len(value) >= limit else f"should be at least {limit} chars long"
        ),
        "pattern": _pattern,
        "format": _format,
    },
    list: _many("Items"),
    dict: _many("Properties"),
}


def _duplicates(value: list[Any], schema: Schema, path: str) -> Iterator[Invalid]:
    kind = schema.get("x-kubernetes-list-type")
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    if kind not in ("map", "set"):
        return
    seen: set[str] = set()
    for index, item in enumerate(value):
        named = {key: item.get(key) for key in keys} if isinstance(item, dict) and keys else item
        text = json.dumps(named, sort_keys=True, separators=(",", ":"))
        if text in seen:
            yield Invalid(f"Duplicate value: {text}", field=f"{path}[{index}]")
        seen.add(text)


def _logic(value: Any, node: Structural, path: str) -> Iterator[Invalid]:
    schema, where = node.schema, path or "<nil>"

    def fits(branch: Any) -> bool:
        return next(_check(value, Structural(branch, root=node.root), path), None) is None

    for branch in schema.get("allOf") or ():
        yield from _check(value, Structural(branch, root=node.root), path)
    if schema.get("anyOf") and not any(map(fits, schema["anyOf"])):
        yield _branch(value, path, f'"{where}" must validate at least one schema (anyOf)')
    if schema.get("oneOf") and (count := sum(map(fits, schema["oneOf"]))) != 1:
        found = f"{count} valid alternatives" if count else "none valid"
        yield _branch(
            value, path, f'"{where}" must validate one and only one schema (oneOf). Found {found}'
        )
    if schema.get("not") and fits(schema["not"]):
        yield _branch(value, path, f'"{where}" must not validate the schema (not)')


def _branch(value: Any, path: str, message: str) -> Invalid:
    return Invalid(f"Invalid value: {json.dumps(value)[:200]}: {message}", field=path or "<nil>")
