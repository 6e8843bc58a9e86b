"""What jq says of texts that are no JSON, and of dates beyond any: as gojq 0.12.19 answered."""

from typing import Any

import pytest

from pinnace.languages import jqfilter
from pinnace.languages.jq import jsonfaults


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "EOF"),
        (" \n", "EOF"),
        ("[1", "unexpected EOF"),
        ("-", "unexpected EOF"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
        ("'a'", "invalid character '\\'' looking for beginning of value"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ("{1", "invalid character '1' looking for beginning of object key string"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ('"a\n"', "invalid character '\\n' in string literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ('"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"),
        ("-a", "invalid character 'a' in numeric literal"),
        ("1.e", "invalid character 'e' after decimal point in numeric literal"),
        ("1e+x", "invalid character 'x' in exponent of numeric literal"),
        ("nulx", "invalid character 'x' in literal null (expecting 'l')"),
        ("[" * 10_001, "exceeded max depth"),
        ('{"a": [true, {}, -0.5e-3, "\\u00e9"]}', ""),
        ("1 2", ""),
    ],
)
def test_the_words_of_encoding_json(text: str, reason: str) -> None:
    assert jsonfaults.reason(text.encode()) == reason


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ('"NaN" | try fromjson catch .',
         'fromjson cannot be applied to "NaN": '
         "invalid character 'N' looking for beginning of value"),
        ('"1 2" | try fromjson catch .', 'fromjson cannot be applied to: string ("1 2")'),
        # seconds wrap at 64 bits, and what has no 64 bits is the least of them
        ("1e300 | gmtime", [292277026596, 11, 4, 15, 30, 8, 0, 338]),
        ("infinite | todate", "292277026304-08-26T15:42:51Z"),
        ("[3e11] | mktime", -8979658535876857e3),
        ("[2024, 1, 30, 25, 61, 61.5] | mktime", 1709344921.5),
        # an operand that had to become a float is shown as one
        ("try (9223372036854775807 % .5) catch .",
         "cannot modulo number (9223372036854776000) by: number (0.5)"),
        ('"1.50" | fromjson | [-., +.] | tojson', "[-1.50,1.50]"),
        ('"1.50" | fromjson | try (. + "a") catch .',
         'cannot add: number (1.5) and string ("a")'),
    ],
)  # fmt: skip
def test_texts_dates_and_numbers(program: str, found: Any) -> None:
    assert jqfilter.evaluate(program, None, None) == [found]
