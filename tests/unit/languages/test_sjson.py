"""sjson paths, checked against tidwall/sjson 1.2.5."""

from typing import Any

import pytest

from pinnace.languages import sjson
from pinnace.languages.errors import LanguageError

ROWS: list[tuple[str, str, Any, str]] = [
    ("{}", "a", 1, '{"a":1}'),
    ("", "a.b.c", "x", '{"a":{"b":{"c":"x"}}}'),
    ("{}", "a.2", "x", '{"a":[null,null,"x"]}'),
    ("{}", "a.-1", "x", '{"a":["x"]}'),
    ('{"a":[1,2]}', "a.-1", "x", '{"a":[1,2,"x"]}'),
    ('{"a":[1,2]}', "a.1", "x", '{"a":[1,"x"]}'),
    ('{"a":[[1]]}', "a.0.-1", "x", '{"a":[[1,"x"]]}'),
    ("{}", "a.:1.b", "x", '{"a":{"1":{"b":"x"}}}'),
    ('{"a":{"1":2}}', "a.1", "x", '{"a":{"1":"x"}}'),
    ('{"a":[1]}', "a.:0", "x", '{"a":["x"]}'),
    ('{"a":5}', "a.b", "x", '{"a":{"b":"x"}}'),
    ('{"b":1,"a":2}', "b", {"c": [1]}, '{"b":{"c":[1]},"a":2}'),
    ("{}", r"labels.app\.io/name", "x", '{"labels":{"app.io/name":"x"}}'),
    ("[]", "0.a", "x", '[{"a":"x"}]'),
    ("5", "a", "x", '{"a":"x"}'),
    ("{}", "args.0.value", "é", '{"args":[{"value":"é"}]}'),
    ('{"a": [{"b":1}, {"b":2}]}', "a.#.b", "x", '{"a": [{"b":"x"}, {"b":"x"}]}'),
    ('{"a":[{"b":1},{"b":2}]}', "a.#(b==2).b", "x", '{"a":[{"b":1},{"b":"x"}]}'),
    ('{"a":1}', "*.b", "x", '{"a":1}'),
    ('{ "a" : 1 }', "b", "<", '{ "a" : 1 ,"b":"<"}'),
    ("{", "a", 1, '"a":1}'),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "value", "result"), ROWS)
def test_set(document: str, path: str, value: object, result: str) -> None:
    assert sjson.set(document, path, value) == result


def test_set_raw_puts_json() -> None:
    assert sjson.set_raw("{}", "a", '{"b": null}') == '{"a":{"b": null}}'


def test_put_refuses_a_result_that_is_not_json() -> None:
    with pytest.raises(LanguageError, match="not JSON"):
        sjson.put({}, "a", float("nan"))


def test_put_leaves_the_given_document_alone() -> None:
    document = {"a": [1, {"b": 2}]}
    assert sjson.put(document, "a.1.b", 3) == {"a": [1, {"b": 3}]}
    assert document == {"a": [1, {"b": 2}]}


@pytest.mark.parametrize(
    ("document", "path", "message"),
    [
        ("{}", "", "path cannot be empty"),
        ('{"a":[1]}', "a.b", "non-numeric key 'b'"),
        ("{}", "a.99999999", "more than 100000 elements"),
    ],
)
def test_refused(document: str, path: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        sjson.set(document, path, 1)
    assert message in caught.value.expected


def test_what_a_modifier_made_is_as_many_bytes_long_as_what_it_replaces() -> None:
    assert sjson.set("{é", "..#.@pretty", value=False) == "false"
