"""sjson: documents, destinations and values of every type to put there."""

import re
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import sjson
from tests.oracle.documents import broken, go_values, json_texts
from tests.oracle.languages.gjson import PATHS, TABLES
from tests.oracle.typed import typed, untyped

_PARTS = st.sampled_from(
    ["a", "b", "c", "a-b", "a\\.b", "0", "1", "2", "12", "-1", ":1", ":-1", ":a", "", ":",
     "é", "01"]
        + ["日本", "a b", "x", "y", "\\:1", "\\#", "a\\", "\\\\", "<&>", '"', "'", "\n"]
        + ["{a}", "[a"]
        + ["!true", "@this", "#", "*", "a*", "?", "#(a==1)", "#(a>0)#", "\\*", "\\@x", "~", "\x7f"],
)  # fmt: skip
_SIMPLE = st.lists(_PARTS, min_size=1, max_size=5).map(".".join)
_RAWS = st.one_of(json_texts(4), st.sampled_from(["", "x", "{", "1 ", '"', "null,1"]))


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with destinations, and a value or JSON text to write."""
    whole = st.one_of(json_texts(), TABLES, TABLES, st.just("{}"), st.just("[]"), st.just("5"))
    texts = st.one_of(whole, whole, whole, broken(whole), st.sampled_from(["", " ", "\n[", "{} "]))
    # upstream makes as many nulls as a long number says, until memory ends
    found = PATHS.filter(lambda path: not re.search("[0-9]{6}", path))
    paths = st.one_of(_SIMPLE, _SIMPLE, _SIMPLE, found)
    values = st.fixed_dictionaries(
        {"document": texts, "path": paths, "value": go_values(4).map(typed)}
    )
    raws = st.fixed_dictionaries({"document": texts, "path": paths, "raw": _RAWS})
    return st.one_of(values, values, raws)


def answer(case: dict[str, Any]) -> Any:
    """Return the changed document."""
    if "raw" in case:
        return sjson.set_raw(case["document"], case["path"], case["raw"])
    return sjson.set(case["document"], case["path"], untyped(case["value"]))
