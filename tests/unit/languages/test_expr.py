"""expr-lang: values and errors as expr 1.17.8 gives them."""

import json
from pathlib import Path

import pytest

from pinnace.languages import expr, goquote
from pinnace.languages.errors import LanguageError

ENV = {
    "a": 1,
    "s": "x",
    "steps": {"one": {"outputs": {"result": "5"}}},
    "nothing": None,
    "list": [1, 2, 3],
    "split": {"Succeeded": True},
    "users": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 20}],
}

VALUES = [
    ("1 + 2 * 3", 7),
    ("2 ** 3 ** 2", 512.0),
    ("-2 ** 2", -4.0),
    ("7 / 2", 3.5),
    ("7 % -3", 1),
    ("-7 % 3", -1),
    ("9223372036854775807 + 1", -9223372036854775808),
    ("1 / 0 > 1000", True),
    ("a == 1.0", True),
    ("'1' == s", False),
    ("steps.one.outputs.result == 5", False),
    ("nothing ?? 'd'", "d"),
    ("steps.two?.foo.bar", None),
    ("steps.two?.foo ?? 'none'", "none"),
    ("steps['one'].outputs.result == '5'", True),
    ("steps.two == nil", True),
    ("list | filter(# > 1) | map(# * 2)", [4, 6]),
    ("let x = 3; x + 1", 4),
    ("let x = 2; let y = x * x; x + y", 6),
    ("1 not in list", False),
    ("not (1 in list)", False),
    ("'x' in {'x': 1}", True),
    ("split.Succeeded && true", True),
    ("reduce(1..5, #acc + #)", 15),
    ("reduce([], #acc + #, 7)", 7),
    ("'abc'[1:]", "bc"),
    ("list[-2:]", [2, 3]),
    ("list[:9]", [1, 2, 3]),
    ("map(users, .name)", ["Ann", "Bob"]),
    ("map(users, {let n = .name; n + '!'})", ["Ann!", "Bob!"]),
    ("map(list, #index)", [0, 1, 2]),
    ("sortBy(users, .age) | map(.name)", ["Bob", "Ann"]),
    ("sortBy(users, .age, 'desc') | map(.name)", ["Ann", "Bob"]),
    ("groupBy(users, .age)[20][0].name", "Bob"),
    ("groupBy([], #) == nil", False),
    ("{'a': concat([], [])} == {'a': nil}", False),  # in Go nil has no type, a nil slice has
    ("concat([], []) == nil", True),
    ("date('2026-03-01T00:00:00.123456789Z').Nanosecond()", 123456789),
    (
        "sortBy(0..19, # % 3)",
        [9, 18, 15, 3, 12, 0, 6, 10, 7, 4, 13, 16, 1, 19, 8, 5, 11, 14, 2, 17],
    ),
    ("[date('2026-03-01T10:00:00Z')] == [date('2026-03-01T12:00:00+02:00')]", True),
    ("{a: date('2026-03-01T10:00:00Z')} == {a: date('2026-03-01T12:00:00+02:00')}", False),
    ("date('2026-03-01').Local().GoString() endsWith 'time.Local)'", True),
    ("date('2026-03-01').ISOWeek()", 2026),
    ("date('2026-07-01', '2006-01-02', 'Europe/Berlin').Zone()", "CEST"),
    ("date('2026-07-01', '2006-01-02', 'Europe/Berlin').Location().String()", "Europe/Berlin"),
    ("date('2026-03-01').Round(duration('48h')).String()", "2026-03-02 00:00:00 +0000 UTC"),
    ("string(date('2026-03-01').MarshalBinary())", "[1 0 0 0 14 225 53 120 128 0 0 0 0 255 255]"),
    ("(true ? date('2026-03-01') : 1).AddDate(nil, 1, nil).Month().String()", "April"),
    ("(true ? date('2026-03-01') : 1).Clock()", 0),
    ("date('2026-03-01').AddDate(int(duration('1h')), 0, 0).Year()", 92675706503),
    ("(date('2026-03-01') + duration('1ns')).UnixNano() % 1000", 1),
    ("(date('2026-03-01') + duration('2ns') - date('2026-03-01')).String()", "2ns"),
    ("date('2026-03-01T00:00:00.000000001Z') > date('2026-03-01')", True),
    ("date('2026-03-01T00:00:00.000000001Z') == date('2026-03-01')", False),
    ("find(users, .age < 25).name", "Bob"),
    ("findIndex(users, .age < 25)", 1),
    ("findIndex(users, .age > 99)", None),
    ("count(list, # > 1)", 2),
    ("sum(users, .age)", 50),
    ("all(list, # > 0) and none(list, # > 5) and one(list, # == 2)", True),
    ("if a == 1 { 'one' } else if a == 2 { 'two' } else { 'many' }", "one"),
    ("a == 1 ? 'yes' : 'no'", "yes"),
    ("1 < 2 < 3", True),
    ("'foobar' startsWith 'foo' && 'foobar' matches '^f.*r$'", True),
    ("'foobar' not contains 'bar'", False),
    ("steps.two contains 'x'", False),
    ("::split('a,b', ',') == ['a', 'b']", True),
    ("`raw``tick`", "raw`tick"),
    (r"'\u00e9\x41\n'", "éA\n"),
    ("0x1F + 0b11 + 1_000", 1034),
    ("trim('  x ') + upper('y') + string(1.5)", "xY1.5"),
    ("string([1, 'a', nil])", "[1 a <nil>]"),
    ("string(1000000.0)", "1e+06"),
    ("toJSON({'b': 1, 'a': [1.0]})", '{\n  "a": [\n    1\n  ],\n  "b": 1\n}'),
    ("fromJSON('{\"a\": [1]}').a[0]", 1.0),
    ("int('12') + int(3.9)", 15),
    ("duration('1h30m').Minutes()", 90.0),
    ("int(date('2026-03-01').Month())", 3),
    ("(date('2026-03-02') - date('2026-03-01')).Hours()", 24.0),
    ("max([1, [5, 2]], 3)", 5),
    ("mean(1..4)", 2.5),
    ("median([3, 1, 2])", 2.0),
    ("uniq([1, 1.0, 2])", [1, 2]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("first([]) ?? last(list)", 3),
    ("keys({'a': 1})", ["a"]),
    ("fromPairs([['a', 1]]).a", 1),
    (
        "type(1) + type(1.0) + type('') + type(nil) + type([]) + type({})",
        "intfloatstringnilarraymap",
    ),
    ("bitand(6, 3) + bitshl(1, 4)", 18),
    ("1; 2; 3", 3),
    ("list /* a comment */ [0] // the end", 1),
    ("$env['a']", 1),
]

ERRORS = [
    ("join((let v = 1; 7..3))", "invalid argument for join (type []int)"),
    ("date('2026-03-01').Clock()", "more than two values"),
    ("(true ? date('2026-03-01') : 1).In(nil)", "missing Location"),
    ("1 +", "unexpected end"),
    ("unknown", "unknown name unknown"),
    ("true || unknown", "unknown name unknown"),
    ("steps.two.outputs", "cannot fetch outputs from <nil>"),
    ("s == 1", "mismatched types string and int"),
    ("let s = 1; s", "cannot redeclare s"),
    ("let x = 1; let x = 2; x", "cannot redeclare variable x"),
    ("s + 1", "mismatched types string and int"),
    ("list[3]", "index out of range: 3 (array length is 3)"),
    ("a && true", "mismatched types int and bool"),
    ("nothing?.foo", "type nil has no field foo"),
    ("steps.one && a == 1", "expected bool"),
    ("1 ?? 2 + 3", "cannot be mixed"),
    ("'abc", "not terminated"),
    ("split('a,b', ',')", "map[string]interface {} is not callable"),
    ("len(5)", "invalid argument for len (type int)"),
    ("upper('a', 'b')", "invalid number of arguments"),
    ("int('')", "invalid operation: int()"),
    ("5 % 0", "integer divide by zero"),
    ("'x' matches '('", "error parsing regexp"),
    ("1..100000000", "memory budget exceeded"),
    ("now()", "no clock"),
    ("a @ b", "unrecognized character"),
    ("(" * 200 + "1" + ")" * 200, "nested more than"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_value(text: str, value: object) -> None:
    found = expr.evaluate(text, ENV)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as caught:
        expr.evaluate(text, ENV)
    assert message in caught.value.expected


def test_an_error_says_where() -> None:
    with pytest.raises(LanguageError) as caught:
        expr.evaluate("1 + (\n  2 * s)", ENV)
    assert (caught.value.line, caught.value.column) == (2, 5)
    assert str(caught.value).splitlines()[-1] == "  |     ^"


def test_a_long_chain_of_operators_is_no_deep_recursion() -> None:
    names = {f"t{number}": {"Succeeded": True} for number in range(1500)}
    assert expr.evaluate_bool(" && ".join(f"{name}.Succeeded" for name in names), names)


def test_conditions_must_be_bools() -> None:
    with pytest.raises(LanguageError, match="unable to cast"):
        expr.evaluate_bool("a", ENV)


def test_event_filters_see_unknown_names_as_nil() -> None:
    assert expr.evaluate_bool("body == nil", {}, version=expr.V1_15)


@pytest.mark.parametrize(
    ("text", "value"),
    [("groupBy([], #) ?? 7", 7), ("groupBy([], #) == nil", True), ("groupBy([1], #) ?? 7", None)],
)
def test_of_no_items_1_15_makes_no_groups(text: str, value: object) -> None:
    found = expr.evaluate(text, {}, version=expr.V1_15)
    assert found == value if value is not None else dict(found) == {1: [1]}


def test_endless_work_is_stopped() -> None:
    limits = expr.Limits(steps=1000)
    with pytest.raises(LanguageError, match="too many steps"):
        expr.run(expr.compile("map(1..100, map(1..100, #))"), {}, limits=limits)


def test_names_are_dotted_paths() -> None:
    assert expr.names("inputs.parameters['x-y'] + f(a.b)") == {
        "inputs", "inputs.parameters", "inputs.parameters.x-y", "f", "a", "a.b",
    }  # fmt: skip


TABLE = json.loads((Path(__file__).parent / "tables" / "expr.json").read_text())


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: str(row[0])[:60])
def test_as_upstream(row: tuple[str, str | None]) -> None:
    """Rows are expression and the JSON of what expr-lang 1.17.8 answers; null for an error."""
    text, answer = row
    if answer is None:
        with pytest.raises(LanguageError):
            expr.evaluate(text, TABLE["env"])
    else:
        assert goquote.json_text(expr.evaluate(text, TABLE["env"])) == answer
