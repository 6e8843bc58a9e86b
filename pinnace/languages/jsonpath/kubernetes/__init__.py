"""kubectl's JSONPath: `{.status.phase}`, `{range .items[*]}{.name}{"\\n"}{end}`.

Mirrors client-go/util/jsonpath as `kubectl get -o jsonpath=` uses it: text and `{…}` actions;
results of one action are separated by spaces, objects print as JSON, missing keys as nothing.

`parser` reads a template into the nodes of `grammar`, `execution` runs it, `comparing` is what its
filters do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinnace.languages import goquote
from pinnace.languages.govalues import text as shown
from pinnace.languages.jsonpath.kubernetes.execution import NOTHING, Execution
from pinnace.languages.jsonpath.kubernetes.parser import parse


def render(template: str, document: Any, *, allow_missing_keys: bool = True) -> str:
    """The text that `kubectl -o jsonpath=template` prints."""
    found = Execution(template, parse(template), allow_missing_keys).results(0, document)
    return "".join(" ".join(map(_printed, values)) for values in found)


def query(path: str, document: Any) -> list[Any]:
    """Every value at the path (`.a.b[0]`, without braces)."""
    template = "{" + path + "}"
    found = Execution(template, parse(template), True).results(0, document)
    return [value for values in found for value in values]


def _printed(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return goquote.json_text(value)
    if value is NOTHING:
        return "<no value>"
    return "null" if value is None else shown(value)
