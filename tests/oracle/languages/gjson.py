"""gjson paths: documents with awkward keys and numbers, paths made from their keys."""

from typing import Any

from hypothesis import strategies as st

from pinnace.languages import gjson
from tests.oracle.documents import json_texts

_PLAIN = st.sampled_from(
    ["a", "b", "a.b", "#", "0", "1", "*", "a*", "#.a", "@this", "@keys", "b\\.c"]
)
_KINDS = {
    "null": "Null", "false": "False", "number": "Number", "string": "String", "true": "True",
    "json": "JSON",
}  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with paths."""
    paths = st.lists(_PLAIN, min_size=1, max_size=4).map(".".join)
    return st.fixed_dictionaries({"document": json_texts(), "path": paths})


def answer(case: dict[str, Any]) -> Any:
    """Return everything that a gjson result tells."""
    found = gjson.get(case["document"], case["path"])
    return {
        "exists": found.exists, "type": _KINDS[found.kind], "raw": found.raw,
        "string": found.string(), "float": found.float(), "int": found.int(),
        "bool": found.bool(), "value": found.value(),
    }  # fmt: skip
