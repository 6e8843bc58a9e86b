"""gjson paths: documents with awkward keys and numbers, paths made from their keys."""

import json
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import gjson
from tests.oracle.documents import broken, json_texts

_KINDS = {
    "null": "Null", "false": "False", "number": "Number", "string": "String", "true": "True",
    "json": "JSON",
}  # fmt: skip

_KEYS = st.sampled_from(
    ["a", "b", "c", "a-b", "a\\.b", "a b", "0", "1", "2", "é", "日本", "*", "a*", "?", "*b", "\\*"]
        + ["\\@x", "@x", "_x", "", "\\", "a?b", "99999999999999999999", "-1", "😀", "\\|", "A"],
)  # fmt: skip
_TEXT = st.sampled_from(["a", "x", "a*", "*", "?", "5", "true", "a b", "é*", 'q\\"', "2026*", ""])
_VALUES = st.one_of(
    _TEXT.map(lambda text: f'"{text}"'),
    st.sampled_from(
        ["1", "5", "-1.5", "1e3", "true", "false", "null", "a", "~true", "~false", "~null", "~*"]
            + ["~x", "", '"', '"a', "0x10", " 1 ", "nan", "*", "😀?"],
    ),
)  # fmt: skip
_OPERATORS = st.sampled_from(
    ["==", "=", "!=", "<", "<=", ">", ">=", "%", "!%", " == ", " != ", "!", "=>", "===", "~"]
)
_MODIFIERS = st.sampled_from(
    ["@this", "@reverse", "@ugly", "@pretty", "@flatten", "@join", "@keys", "@values", "@tostr"]
        + ["@fromstr", "@group", "@valid", "@dig:a", "@dig:b.c", '@flatten:{"deep":true}', "@none"]
        + ['@join:{"preserve":true}', '@pretty:{"sortKeys":true}', '@pretty:{"width":0}']
        + ['@pretty:{"indent":"\\t","prefix":" x"}', '@pretty:{"width":8,"sortKeys":true}']
        + ["@keys:", "@dig:#", "@dig:#(a==1)", "@reverse:x", '@flatten:{"deep":1}', "@this:[1"],
)  # fmt: skip
_LITERALS = st.sampled_from(
    ["!true", "!null", "!NaN", "!5", '!"x"', "!{}", "![1,2]", '!{"a":1}', "!x", "!-1", '!"a}b"']
)
_INDEXES = st.sampled_from(["0", "1", "-1", "2", "00", "1x"])


def _queries(paths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    brackets = st.sampled_from(["#({})", "#({})#", "#[{}]", "#[{}]#", "#({}", "#({})x", "#({})#y"])
    conditions = st.builds(
        lambda path, operator, value: f"{path}{operator}{value}", paths, _OPERATORS, _VALUES
    )
    inside = st.one_of(paths, conditions, _OPERATORS.map(lambda one: f"{one}a"))
    return st.builds(lambda bracket, text: bracket.replace("{}", text), brackets, inside)


def _multipaths(paths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["", "", "n:", '"n":', '"a\\"":', "é:", '"b"x:'])
    named = st.builds(lambda name, path: name + path, names, paths)
    lists = st.lists(paths, max_size=3).map(lambda found: f"[{','.join(found)}]")
    objects = st.lists(named, max_size=3).map(lambda found: f"{{{','.join(found)}}}")
    unclosed = st.sampled_from(["{a", "[a,b", '{"a":b', "[a]x", "{a}}", "[]", "{}"])
    return st.one_of(lists, objects, unclosed)


def _parts(paths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _KEYS, _KEYS, st.just("#"), _INDEXES, _queries(paths), _MODIFIERS, _multipaths(paths),
        _LITERALS,
    )  # fmt: skip


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    separators = st.sampled_from([".", ".", ".", "|", "..", ""])
    return st.builds(
        lambda first, more: first + "".join(separator + part for separator, part in more),
        parts,
        st.lists(st.tuples(separators, parts), max_size=3),
    )


_SIMPLE = _joined(st.one_of(_KEYS, _KEYS, st.just("#"), _INDEXES))
PATHS = st.one_of(
    _SIMPLE,
    st.recursive(_SIMPLE, lambda inner: _joined(_parts(inner)), max_leaves=6),
    st.builds(lambda path: f"..{path}", _joined(_parts(_SIMPLE))),
    st.text(alphabet='ab.#|@*()[]{}"\\:,!=~%01', max_size=10),
)

_ROWS = st.lists(
    st.fixed_dictionaries({}, optional={key: st.sampled_from(
        [1, 2, "a", "ab", True, False, None, [1, 2], {"a": 1}, "5", "true", -0.0, ["a", "b"]]
    ) for key in "abc"}), max_size=4,
)  # fmt: skip
TABLES = st.builds(
    lambda rows, columns: gjson_table(rows, columns), _ROWS, st.dictionaries(
        st.sampled_from(["a", "b", "c"]), st.lists(st.integers(0, 3), max_size=3), max_size=3
    )
)  # fmt: skip


def gjson_table(rows: list[Any], columns: dict[str, Any]) -> str:
    """Return a document with a list of objects, an object of lists, and lines of both."""
    return json.dumps({"a": rows, "b": columns, "c": {"a": rows, "b": [rows, [[1]], 2]}})


_LITERALS_OF_NUMBERS = st.sampled_from(
    ["1e400", "-1e400", "1e-400", "12345678901234567890123456789", "9" * 400, "-0", "1E5", "0x1p4"]
        + ["-9223372036854775809", "9007199254740993", "1_000", "-0.0", "1000.0"],
)  # fmt: skip


def _with_numbers(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Write some numbers as Python's json never would: huge, tiny, or none at all."""
    return st.builds(
        lambda text, one, two: text.replace("-0.0", one).replace("1000.0", two).replace("5", one),
        texts, _LITERALS_OF_NUMBERS, _LITERALS_OF_NUMBERS,
    )  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents with paths."""
    lines = st.lists(json_texts(4), min_size=1, max_size=3).map("\n".join)
    rows = _ROWS.map(json.dumps)
    whole = st.one_of(json_texts(), TABLES, TABLES, rows, lines)
    texts = st.one_of(whole, _with_numbers(whole), broken(whole))
    return st.fixed_dictionaries({"document": texts, "path": PATHS})


def answer(case: dict[str, Any]) -> Any:
    """Return everything that a gjson result tells."""
    found = gjson.get(case["document"], case["path"])
    places = case["document"].isascii()  # upstream counts bytes
    return {
        "exists": found.exists, "type": _KINDS[found.kind], "raw": found.raw,
        "string": found.string(), "float": found.float(), "int": found.int(),
        "bool": found.bool(), "value": found.value(),
        "index": found.index if places else 0,
        "indexes": None if found.indexes is None or not places else list(found.indexes),
    }  # fmt: skip
