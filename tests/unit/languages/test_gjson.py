"""gjson paths against what tidwall/gjson 1.19.0 itself answers (tables/gjson.json).

A row is path, kind, raw (null when nothing is there), string, float, int, bool.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pinnace.languages import gjson
from pinnace.languages.errors import LanguageError
from pinnace.languages.gjson.text import Entry, Text

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


def test_pretty_sorts_half_a_pair_as_what_it_reads() -> None:
    document = '{"\\ud800": 1, "é": 2}'
    assert gjson.get(document, '@pretty:{"sortKeys":true}').raw == '{ "é": 2, "\\ud800": 1 }\n'


def test_pretty() -> None:
    assert DOCUMENT.get("o|@pretty").raw == '{ "x": { "y": 1 }, "z": [1, 2] }\n'
    narrow = DOCUMENT.get('o|@pretty:{"width":0}').raw
    assert narrow.startswith('{\n  "x": {\n    "y": 1\n  },\n  "z": [\n')


@pytest.mark.parametrize(
    "path",
    [
        "|".join(["{a:@this,b:@this}"] * 40),  # doubles with each step
        "|".join(["@tostr"] * 200),  # so do the backslashes
        "@dig:" * 30 + "x",
        ".".join(["a"] * 50_000) + "|@this" * 50_000,
    ],
)
def test_a_path_ends_in_bounded_time_and_room(path: str) -> None:
    document = '{"a":[[[[1,2],[3,4]],[[5,6]]],{"a":[1,2,{"b":"\\\\"}]}]}'
    try:
        gjson.get(document, path)
    except LanguageError as refused:
        assert "gjson" in str(refused)


def test_wildcards_that_take_too_long() -> None:
    with pytest.raises(LanguageError, match="too many attempts"):
        gjson.get('{"a": ["' + "a" * 2_000 + '"]}', 'a.#(%"*a*a*a*a*b*")')


def test_deep_documents() -> None:
    deep = "[" * 5_000 + "1" + "]" * 5_000
    assert gjson.get(deep, "0").raw == deep[1:-1]
    assert gjson.valid(deep) and not gjson.valid(deep[:-1])
    with pytest.raises(LanguageError, match="too deeply"):
        gjson.get(deep, "0").value()
    with pytest.raises(LanguageError, match="too deeply"):
        gjson.get(deep, ".".join(["0"] * 4_000))


def test_one_document_is_scanned_once_for_many_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ",".join(f'{{"id":"i{number}","name":"n","tags":[1,2]}}' for number in range(1_000))
    text = f'{{"meta":{{"x":1}},"items":[{rows}],"last":{{"y":2}}}}'
    places: list[int] = []
    read = Text._entry

    def counted(self: Text, start: int) -> Entry | None:
        places.append(self.offset + start)
        return read(self, start)

    monkeypatch.setattr(Text, "_entry", counted)
    document = gjson.Document(text)
    paths = ["last.y", 'items.#(id=="i999").name', "items.999.id", "items.#.name", "meta.x"]
    answers = [document.get(path).string() for path in paths]
    assert (answers[0], answers[1], answers[2], answers[4]) == ("2", "n", "i999", "1")
    first = len(places)
    for _ in range(5):
        assert [document.get(path).string() for path in paths] == answers
    assert len(places) == first  # nothing was read again
    assert first <= 2 * len(set(places))


def test_one_document_after_another() -> None:
    assert gjson.get('{"a":1}\n{"a":2}\n', "..#.a").raw == "[1,2]"


@pytest.mark.parametrize("text", ['{"a":tru', "[1,2", '{"a":"x', "", "{a:1}", '"'])
def test_what_is_not_json_is_never_an_exception(text: str) -> None:
    for path in ("a", "0", "#", "@this", "a.b", "[a]", "@keys"):
        gjson.get(text, path)
    assert not gjson.valid(text)


@pytest.mark.parametrize(
    ("raw", "number", "whole"),
    [
        ("1e400", float("inf"), -(2**63)),
        ("-1e400", float("-inf"), -(2**63)),
        ("9" * 400, float("inf"), -1),
        ("9" * 6_000, float("inf"), -1),
        ("1e-400", 0.0, 0),
    ],
)
def test_numbers_beyond_a_float(raw: str, number: float, whole: int) -> None:
    found = gjson.get(f'{{"a":{raw}}}', "a")
    assert (found.float(), found.int()) == (number, whole)
