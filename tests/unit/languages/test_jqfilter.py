"""jq programs."""

import pytest

from pinnace.languages import jqfilter
from pinnace.languages.errors import LanguageError


def test_values() -> None:
    assert jqfilter.transform(".a += 1", {"a": 1}) == {"a": 2}
    assert jqfilter.text(".a, .b", {"a": "x", "b": [1]}) == "x\n[1]"
    assert jqfilter.run(".[]", [1, 2]) == [1, 2]


@pytest.mark.parametrize(
    ("program", "document", "message"),
    [
        (".a[", {}, "syntax error"),
        (".a.b", {"a": 1}, "Cannot index number"),
        ("empty", {}, "no output"),
        (".a", {"a": 1}, "must give an object"),
        (".", [1], "must be a JSON object"),
    ],
)
def test_refused(program: str, document: object, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        jqfilter.transform(program, document)
    assert message in caught.value.expected
