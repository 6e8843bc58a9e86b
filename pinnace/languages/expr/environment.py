"""What Argo adds to expr-lang: `asInt`, `asFloat`, `toJson`, `jsonpath` and `sprig.*`.

Mirrors util/expr/env of argo-workflows (and pkg/shared/expr of argo-events): scope variables are
dotted names that become nested maps; the functions stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinnace.languages import goquote, sprig
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.bellows import expand
from pinnace.languages.expr.builtins import from_json, to_float, to_int
from pinnace.languages.jsonpath import goessner


def environment(variables: Mapping[str, Any], ambient: Ambient = STILL) -> dict[str, Any]:
    """The nested variables and Argo's functions (which win over variables of the same name)."""
    return {**expand(variables), **functions(ambient)}


def functions(ambient: Ambient = STILL) -> dict[str, Any]:
    """Only the functions."""
    return {
        "asInt": to_int,
        "asFloat": to_float,
        "toJson": goquote.json_text,
        "jsonpath": _jsonpath,
        "sprig": sprig.generic(ambient),
    }


def _jsonpath(document: Any, path: Any) -> Any:
    if not isinstance(document, str) or not isinstance(path, str):
        raise ValueError("jsonpath takes JSON text and a path")
    return goessner.query(path, from_json(document))
