"""govaluate: values and messages checked against the Go library (commit 9aa49832a739)."""

from typing import Any

import pytest

from pinnace.languages import govaluate
from pinnace.languages.errors import LanguageError

PARAMETERS: dict[str, Any] = {
    "a": 1.0, "b": "x", "n": None, "with-hyphen": 2, "t": True, "f": False, "list": [1.0, "x"],
}  # fmt: skip

VALUES = [
    ("1 + 2 * 3", 7.0),
    ("2 ** 3 ** 2", 64.0),
    ("-2 ** 2", 4.0),
    ("1 - 2 - 3", -4.0),
    ("8 / 4 / 2", 1.0),
    ("1 << 3 + 1", 16.0),
    ("5 & 3 | 8", 9.0),
    ("0x1F", 31.0),
    ("a == 1 ? 'y' : 'n'", "y"),
    ("f ? 1 : t ? 2 : 3", 2.0),
    ("f ? 1", None),
    ("n ?? 'd'", "d"),
    ("b =~ 'x+'", True),
    ("b !~ '^y'", True),
    ("b in ('x', 'y')", True),
    ("a in list", True),
    ("[with-hyphen] + 1", 3.0),
    (r"with\-hyphen * 2", 4.0),
    ("'2014-01-02' > '2014-01-01 23:59:59'", True),
    ("'2014-01-01' == 1388534400", True),
    ("false && 1", False),
    ("b + 1", "x1"),
    ("'10' >= '9'", False),
    ("'' == ''", True),
    ("(1) 2", 1.0),
    ("\"a'", "a"),
]

ERRORS = [
    ("true && 1", "Value '1' cannot be used with the logical operator '&&', it is not a bool"),
    ("1 < 'x'", "Value '1' cannot be used with the comparator '<', it is not a number"),
    ("b in ('x')", "Value 'x' cannot be used with the comparator 'in', it is not a number"),
    ("!a", "Value '1' cannot be used with the prefix '!'"),
    ("a + t", "Value '1' cannot be used with the modifier '+', it is not a number"),
    ("foo", "No parameter 'foo' found."),
    ("a.b", "Unable to access unexported field 'b' in token 'a.b'"),
    ("a.", "Hanging accessor on token 'a.'"),
    ("1 +", "Unexpected end of expression"),
    ("'abc", "Unclosed string literal"),
    ("[abc", "Unclosed parameter bracket"),
    ("a(1)", "Undefined function a"),
    ("a>-1", "Invalid token: '>-'"),
    ("a = 1", "Invalid token: '='"),
    ("a b", "Cannot transition token types from VARIABLE [a] to VARIABLE [b]"),
    ("((1)", "Unbalanced parenthesis"),
    ("b =~ '('", "error parsing regexp"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text: str, value: object) -> None:
    found = govaluate.evaluate(text, PARAMETERS)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        govaluate.evaluate(text, PARAMETERS)
    assert message in caught.value.expected


WHEN = [
    ("", True),
    ("heads == heads", True),
    ("heads == tails", False),
    ("true == true", True),
    ("5 > 3 && a != b", True),
    ("'two words' == \"two words\"", True),
    ("foo in ('foo', bar)", True),
    ("v1 =~ '^v[0-9]$'", True),
    ("!(a == b)", True),
    ("'2020-01-01' == 2020", False),
]

WHEN_ERRORS = [
    ("heads", "expected boolean evaluation for 'heads'. Got heads"),
    ("a-b == a-b", "failed to evaluate 'when' expresion"),
    ("a@b == c", 'hint: try wrapping the affected expression in quotes (")'),
    ("two words == x", "Invalid 'when' expression 'two words == x': Cannot transition"),
    ("!foo", "failed to parse 'when' expression '!foo'"),
    ("{{x}} == 1", "Invalid token: '{{'"),
]


@pytest.mark.parametrize(("text", "value"), WHEN)
def test_when(text: str, value: bool) -> None:
    assert govaluate.when(text) is value


@pytest.mark.parametrize(("text", "message"), WHEN_ERRORS)
def test_when_error(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        govaluate.when(text)
    assert message in caught.value.expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "(" * 100_000 + "1" + ")" * 100_000,
        "1" + " + 1" * 20_000,
        "a ? " * 5_000 + "1",
        "-(" * 90 + "1" + ")" * 90,
        "'x' =~ '(a*)*(a*)*(a*)*$'",
        "'" + "x" * 200_000 + "' + '" + "y" * 200_000 + "'",
    ],
)
def test_bounded(text: str) -> None:
    try:
        govaluate.evaluate(text, PARAMETERS)
    except LanguageError as refused:
        assert "nested too deeply" in refused.expected or "ternary" in refused.expected
