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
