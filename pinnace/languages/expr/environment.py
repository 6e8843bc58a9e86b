"""What Argo adds to expr-lang: `asInt`, `asFloat`, `toJson`, `jsonpath` and `sprig.*`.

Mirrors util/expr/env of argo-workflows (and pkg/shared/expr of argo-events): scope variables are
dotted names that become nested maps; the functions stand beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pinnace.languages import goquote, sprig
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.bellows import expand
from pinnace.languages.expr.conversions import old_to_int, to_float, to_int
from pinnace.languages.expr.decoding import from_json
from pinnace.languages.expr.natures import ANY, Signature
from pinnace.languages.expr.versions import V1_17, Version
from pinnace.languages.jsonpath import goessner


class Known:
    """A function of which the checker knows what it takes and gives."""

    def __init__(self, signature: Signature, function: Callable[..., Any]) -> None:
        self.signature = signature
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self._function(*arguments)


def environment(
    variables: Mapping[str, Any], ambient: Ambient = STILL, version: Version = V1_17
) -> dict[str, Any]:
    """The nested variables and Argo's functions (which win over variables of the same name)."""
    return {**expand(variables), **functions(ambient, version)}


def functions(ambient: Ambient = STILL, version: Version = V1_17) -> dict[str, Any]:
    """Only the functions."""
    known = _KNOWN if version.modern else _OLD_KNOWN
    return {**known, "sprig": sprig.generic(ambient)}


def _jsonpath(document: Any, path: Any) -> Any:
    if not isinstance(document, str) or not isinstance(path, str):
        raise ValueError("jsonpath takes JSON text and a path")
    return goessner.query(path, from_json(document))


def _old_to_json(value: Any) -> str:
    """argo-events answers what can't be written with an empty text."""
    try:
        return goquote.json_text(value)
    except ValueError:
        return ""


_ANY_TO_ANY = Signature((ANY,), ANY)
_TO_TEXT = Signature((ANY,), "string")
_KNOWN: dict[str, Any] = {
    "asInt": Known(_ANY_TO_ANY, to_int),
    "asFloat": Known(_ANY_TO_ANY, to_float),
    "toJson": Known(_TO_TEXT, goquote.json_text),
    "jsonpath": Known(Signature(("string", "string"), ANY), _jsonpath),
}
_OLD_KNOWN: dict[str, Any] = {
    **_KNOWN,
    "asInt": Known(_ANY_TO_ANY, old_to_int),
    "toJson": Known(_TO_TEXT, _old_to_json),
}
