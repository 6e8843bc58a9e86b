"""gjson paths against what tidwall/gjson 1.19.0 itself answers (tables/gjson.json).

A row is path, kind, raw (null when nothing is there), string, float, int, bool.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pinnace.languages import gjson

TABLE = json.loads((Path(__file__).parent / "tables" / "gjson.json").read_text())
DOCUMENT = gjson.Document(TABLE["document"])


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: str(row[0]))
def test_as_upstream(row: list[Any]) -> None:
    path, kind, raw, string, number, whole, truth = row
    found = DOCUMENT.get(path)
    assert found.exists is (raw is not None)
    assert (found.kind, found.raw) == (kind, raw or "")
    assert (found.string(), found.float(), found.int(), found.bool()) == (
        string, number, whole, truth,
    )  # fmt: skip


VALUES = [
    ("name", {"first": "Tom", "last": "Anderson"}),
    ("age", 37.0),
    ("mix", [1.0, "a", None, True, {"k": 1.0}, [1.0]]),
    ("missing", None),
    ("esc", 'a"bé\n'),
]


@pytest.mark.parametrize(("path", "value"), VALUES)
def test_plain_data(path: str, value: object) -> None:
    assert DOCUMENT.get(path).value() == value


def test_the_first_of_equal_keys_counts() -> None:
    assert gjson.get('{"a": {"x": 1, "x": 2}}', "a").value() == {"x": 1.0}


def test_pretty() -> None:
    assert DOCUMENT.get("o|@pretty").raw == '{\n  "x": {\n    "y": 1\n  },\n  "z": [1, 2]\n}\n'


def test_one_document_after_another() -> None:
    assert gjson.get('{"a":1}\n{"a":2}\n', "..#.a").raw == "[1,2]"


@pytest.mark.parametrize("text", ['{"a":tru', "[1,2", '{"a":"x', "", "{a:1}", '"'])
def test_what_is_not_json_is_never_an_exception(text: str) -> None:
    for path in ("a", "0", "#", "@this", "a.b", "[a]", "@keys"):
        gjson.get(text, path)
    assert not gjson.valid(text)
