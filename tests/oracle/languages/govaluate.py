"""govaluate: expressions of every operator over parameters of every type, and Argo's `when`."""

from typing import Any

from hypothesis import strategies as st

from pinnace.languages import govaluate
from tests.oracle.documents import go_values, mostly
from tests.oracle.typed import typed, untyped

_NAMES = st.sampled_from(["a", "b", "c", "a-b", "é", "a b", "_x", "A", "日本", "in1", "a.b", "x9"])


def _written(name: str) -> str:
    """Write a parameter's name so that it is one."""
    plain = name.isalnum() and name.isascii()
    return name if plain else f"[{name}]"


_DATES = st.sampled_from(
    ["2014-01-02", "2014-01-01 23:59", "2014-01-01 23:59:59", "2014-01-02T10:00:00Z", "3:04PM"]
        + ["2014-01-02T10:00:00+02:00", "2014-01-02T10Z", "2014-01-02T10:05-0700", "12:00AM"]
        + ["2014-01-02T10:00:00.123456789Z", "Mon Jan  2 15:04:05 2006", "2014-02-30", "0000-02-29"]
        + ["Mon Jan _2 15:04:05 MST 2006", "Mon Jan  2 15:04:05 UTC 2006", "2014-1-2", "13:00PM"]
        + ["Mon Jan 02 15:04:05 -0700 2006", "2014-01-02 10:00:00-07:00", "9999-12-31",
            "0001-01-01"]
        + ["2014-01-02 24:00", "2014-01-02T10:00:00.5Z", "2014-13-01", " 2014-01-02"],
)  # fmt: skip
_WORDS = st.sampled_from(
    ["", "a", "x", "foo", "true", "5", "-1.5", "a b", "a-b", "é", "日本", "😀"]
        + ["^v[0-9]$", "(", "a.c"]
        + ["x+", "[a", "\\d", "(?i)X", "\\pL", "a{2,1}", "10", "9", "\\\\",
            "\\'", '\\"', "a]b", "(x)"],
)  # fmt: skip
_QUOTED = st.builds(
    lambda quote, text: quote.replace("{}", text), st.sampled_from(["'{}'", '"{}"']),
    st.one_of(_WORDS, _WORDS, _DATES),
)  # fmt: skip
_NUMBERS = st.sampled_from(
    ["0", "1", "2", "3", "5", "-1", "0.5", "1.5", ".5", "5.", "0x1F", "0xg", "0x", "1e3", "1.2.3"]
        + ["100000000000", "9007199254740993", "18446744073709551616", "9" * 400, "63", "64", "٣"]
        + ["0xFFFFFFFFFFFFFFFF", "0x10000000000000000", "-0", "1_0", "00"],
)  # fmt: skip
_VARIABLES = st.one_of(
    _NAMES.map(_written), _NAMES.map(_written), st.sampled_from(["a\\-b", "a\\ b"])
)
_PLAIN = st.sampled_from(["0", "1", "2", "3", "1.5", "10", "'a'", "'x'", "'b'", "true", "false"])
_ODD = st.one_of(_NUMBERS, st.sampled_from(["()", "a.B(1)", "a.b", "A.B", "nope"]))
_ATOMS = mostly(st.one_of(_PLAIN, _VARIABLES, _QUOTED), _ODD, 12)
_OPERATORS = st.sampled_from(
    ["==", "!=", "<", "<=", ">", ">=", "=~", "!~", "in", "IN", "&&", "||", "+", "-", "*", "/", "%"]
        + ["**", "&", "|", "^", "<<", ">>", "?", ":", "??", ",", "==", "&&", "||", "+", "-"],
)  # fmt: skip
_RARE = st.sampled_from(
    ["=", "===", "<>", ">-", "not", "@", "&", ".", "->", "!", "#", "$", "", ";"]
)
_BETWEEN = mostly(_OPERATORS, _RARE, 30)
_SPACE = st.sampled_from([" "] * 12 + ["", "\t", "\u00a0"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    chain = st.lists(st.tuples(_SPACE, _BETWEEN, _SPACE, inner), min_size=1, max_size=5)
    chains = st.builds(
        lambda first, more: first + "".join(part for parts in more for part in parts), inner, chain
    )
    ternary = st.builds(lambda a, b, c: f"{a} ? {b} : {c}", inner, inner, inner)
    lists = st.lists(inner, min_size=1, max_size=3).map(lambda found: f"({', '.join(found)})")
    within = st.builds(lambda one, many: f"{one} in {many}", inner, lists)
    prefixed = st.builds(
        lambda sign, one: sign + one,
        st.sampled_from(["-", "!", "~", "-", "!", "~", "-", "!", "! ", "--"]),
        inner,
    )
    return st.one_of(chains, chains, chains, lists, within, ternary, prefixed)


_EXPRESSIONS = st.recursive(_ATOMS, _grown, max_leaves=8)
_NOISE = st.text(alphabet="ab1.'\"()[]+-*/&|=<>!~?:, \\x0", max_size=12)
_TEXTS = mostly(_EXPRESSIONS, _NOISE, 20)

_VALUES = st.one_of(
    st.sampled_from([0, 1, 2, 5, -1, 1.5, 0.0, -0.0, 1e21, 2.0**63, 1e400, "", "a", "x",
     "5", "foo"]),
    st.sampled_from([True, False, None, [1.0, "x"], ["a",
     "b"], {"k": 1.0}, [], [[1.0]], "2014-01-02"]),
    go_values(4),
)  # fmt: skip
_PARAMETERS = st.fixed_dictionaries(
    dict.fromkeys(["a", "b", "c", "a-b", "é", "a b", "_x", "A"], _VALUES),
    optional=dict.fromkeys(["日本", "a.b"], _VALUES),
)

_BARE = st.one_of(
    st.sampled_from(["heads", "tails", "true", "false", "5", "a-b", "two words", "v1.2",
     "2020-01-01"]),
    st.sampled_from(["", "''", "'a b'", '"x"', "é", "Succeeded", "1.5", "foo_bar", "a/b", "null"]),
    _ATOMS,
)  # fmt: skip
_COMPARED = st.builds(
    lambda left, space, operator, right: f"{left}{space}{operator}{space}{right}",
    _BARE, _SPACE, st.sampled_from(["==", "!=", "<", ">=", "=~", "!~", "in"]), _BARE,
)  # fmt: skip
_WHENS = st.one_of(
    _COMPARED, st.recursive(_COMPARED, _grown, max_leaves=4), _BARE, _TEXTS,
    st.builds(lambda one, two: f"{one} in ({two}, 'b')", _BARE, _BARE),
)  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return expressions with parameters, and what a `when` may hold."""
    expressions = st.fixed_dictionaries(
        {"text": _TEXTS, "parameters": _PARAMETERS.map(typed), "when": st.just(False)}
    )
    whens = st.fixed_dictionaries({"text": _WHENS, "when": st.just(True)})
    return st.one_of(expressions, expressions, whens)


def answer(case: dict[str, Any]) -> Any:
    """Return the value, or whether the step is to run."""
    if case["when"]:
        return govaluate.when(case["text"])
    return govaluate.evaluate(case["text"], untyped(case["parameters"]))
