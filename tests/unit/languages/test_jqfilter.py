"""jq programs."""

import pytest

from pinnace.languages import jqfilter
from pinnace.languages.errors import LanguageError


def test_values() -> None:
    assert jqfilter.transform(".a += 1", {"a": 1}) == {"a": 2}
    assert jqfilter.text(".a, .b", {"a": "x", "b": [1]}) == "x\n[1]"
    assert jqfilter.run(".[]", [1, 2]) == [1, 2]
    assert jqfilter.run("10000000000000000000 + 1", None) == [10**19 + 1]
    assert jqfilter.run('"1.50" | fromjson', None) == [1.5]


@pytest.mark.parametrize(
    ("program", "document", "found"),
    [
        ("[path(limit(2; .[]))]", [5, 6, 7], [[[0], [1]]]),
        ("first(.[]) |= 9", [5, 6], [[9, 6]]),
        ("(.. | numbers) |= . + 1", [1, [2]], [[2, [3]]]),
        ("[skip(1; .[])]", [5, 6, 7], [[6, 7]]),
        ("fromstream(tostream)", {"a": [1, {}]}, [{"a": [1, {}]}]),
        ('[gsub("(?<x>[ab])"; "<\\(.x)>", "-")]', "a.b", [["<a>.<b>", "-.-"]]),
        ("[JOIN({a: 1}; .[]; .)]", ["a", "b"], [[["a", 1], ["b", None]]]),
        ("1e12 | todate", None, ["33658-09-27T01:46:40Z"]),
        ('"12 AM" | strptime("%I %p") | mktime', None, [-2208988800]),
        ("env, $ENV.PAGER", None, [{}, None]),
    ],
)
def test_builtins(program: str, document: object, found: object) -> None:
    assert jqfilter.run(program, document) == found


@pytest.mark.parametrize(
    ("program", "document", "message"),
    [
        (".a[", {}, "unexpected EOF"),
        (".a.b", {"a": 1}, "expected an object but got: number (1)"),
        ("nope", {}, "function not defined: nope/0"),
        ("{a: nan}", {}, "unsupported value"),
        ("def f: 1 + f; f", {}, "recurses too deeply"),
        ("empty", {}, "no output"),
        (".a", {"a": 1}, "must give an object"),
        (".", [1], "must be a JSON object"),
    ],
)
def test_refused(program: str, document: object, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        jqfilter.transform(program, document)
    assert message in caught.value.expected
