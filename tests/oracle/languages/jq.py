"""jq programs over JSON documents: what gojq prints, value by value."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import jqfilter
from tests.oracle.documents import grown
from tests.oracle.languages.jq_paths import looking, retried
from tests.oracle.languages.jq_programs import DATES, PRINTED, WHOLE, WRITTEN

_KEYS = ("a", "b", "c", "name", "items", "n", "é", "a-b", "A")
_TEXTS = ("", "a", "abc", "x,y", "5", "-1.5", "true", "null", "é日😀", "a b", '"', "Foo Bar",
          "<&'>", "2026-03-01T10:00:00Z", "[1,2]", '{"a":1}', "aGVsbG8=", "a\tb\n",
          "%41", "1e3")  # fmt: skip
_NUMBERS = (0, 1, 2, 3, -1, 5, 10, 1.5, -0.5, 100, 1e6, 1e17, 2**53, 1e21, 1e-7, 3.7, -2.5, 1e308)
_LITERALS = ("0", "1", "2", "-1", "3.5", "1e3", "1234567890123", "9223372036854775807",
             "1.0", ".5", "null", "true", "false", '"a"', '"x,y"', '""', "[]", "{}", "[1,2,3]",
             '{"a":1}', '"é"', '["a","b"]', "[3,1,2]", "nan", "infinite",
             "100000000000000000000")  # fmt: skip
_SIMPLE = (
    "length", "keys", "add", "type", "tostring", "tonumber", "tojson", "fromjson", "reverse",
    "sort", "unique", "min", "max", "flatten", "floor", "ceil", "round", "sqrt", "fabs", "abs",
    "not", "ascii_downcase", "ascii_upcase", "explode", "implode", "to_entries", "from_entries",
    "transpose", "first", "last", "any", "all", "trim", "ltrim", "rtrim", "paths", "tostream",
    "isnan", "isinfinite", "isnormal", "values", "nulls", "scalars", "iterables", "numbers",
    "strings", "utf8bytelength", "toboolean", "combinations", "arrays", "objects", "booleans",
    "empty", "error", "env", "halt", "gmtime", "todate", "fromdate", "mktime", "recurse",
    "@text", "@json", "@html", "@uri", "@csv", "@tsv", "@sh", "@base64", "@base64d", "@urid",
    "input", "ascii", "getpath", "foo", "debug", "trunc", "exp10", "logb", "frexp", "modf",
    "significand", "$ENV", "leaf_paths", "finites", "normals", "isvalid(.a)", "splits",
)  # fmt: skip
_BINARY = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//", ",", "|")
_UPDATE = ("=", "|=", "+=", "-=", "*=", "/=", "%=", "//=")
_ONE = (
    "map", "select", "map_values", "sort_by", "group_by", "unique_by", "min_by", "max_by", "has",
    "contains", "inside", "index", "rindex", "indices", "startswith", "endswith", "ltrimstr",
    "rtrimstr", "trimstr", "split", "join", "any", "all", "path", "del", "paths", "getpath",
    "delpaths", "with_entries", "walk", "recurse", "first", "last", "isempty", "error", "in",
    "flatten", "range", "test", "match", "scan", "splits", "capture", "bsearch", "nth", "add",
    "pick", "tojson", "IN", "INDEX", "format", "to_entries", "strftime", "combinations",
)  # fmt: skip
_TWO = ("limit", "skip", "range", "sub", "gsub", "setpath", "test", "pow", "any", "all", "nth",
        "split", "IN", "INDEX", "fmin", "fmax", "atan2", "ldexp", "until", "while",
        "scan")  # fmt: skip
_REGEX = ('"a"', '"[a-z]+"', '"(?<x>[a-z])(\\\\d)?"', '"^"', '", *"', '"b|"', '"("', '"\\\\d+"',
          '""', '"."')  # fmt: skip


def _document(dice: Random, depth: int) -> Any:
    kind = dice.random()
    if depth <= 0 or kind < 0.3:
        return dice.choice((None, True, False, dice.choice(_NUMBERS), dice.choice(_NUMBERS),
                            dice.choice(_TEXTS), dice.choice(_TEXTS)))  # fmt: skip
    if kind < 0.6:
        return [_document(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {dice.choice(_KEYS): _document(dice, depth - 1) for _ in range(dice.randrange(4))}


def _path(dice: Random, depth: int) -> str:
    parts = []
    for _ in range(dice.choice((1, 1, 2, 3))):
        parts.append(dice.choice((
            f".{dice.choice(_KEYS[:6])}", f".{dice.choice(_KEYS[:6])}", "[]",
            f"[{dice.randint(-2, 3)}]",
            f"[{dice.randint(-2, 3)}:]", f"[:{dice.randint(-2, 3)}]", f'["{dice.choice(_KEYS)}"]',
            "[1:2]",
        )))  # fmt: skip
        if dice.random() < 0.15:
            parts.append("?")
        if depth > 0 and dice.random() < 0.05:
            parts.append(f"[{_program(dice, depth - 1)}]")
    text = "".join(parts)
    return text if text.startswith(".") else "." + text


def _update(dice: Random, depth: int) -> str:
    target = _path(dice, 0) if dice.random() < 0.8 else f"({_program(dice, depth - 1)})"
    return f"({target} {dice.choice(_UPDATE)} {_program(dice, depth - 1)})"


_ARGUMENTS = {
    **dict.fromkeys(("test", "match", "scan", "splits", "capture"), _REGEX),
    "range": ("3", "-1", "2,3", "1.5", '"a"', ".n"),
    **dict.fromkeys(("recurse", "while", "until"), (".[]?", "(.a? | values)", "empty")),
    "combinations": ("1", "2"),
}
_FLAGS = ('"g"', '"i"', "null", '"x"', '"gi"')
_PAIRS = {
    **dict.fromkeys(("test", "split", "scan"), (_REGEX, _FLAGS)),
    **dict.fromkeys(("sub", "gsub"), (_REGEX, ('"X"', '"\\(.x)"', '"a","b"'))),
    "range": (("0", "1,2", "-2"), ("3", "1.5", '"a"')),
    **dict.fromkeys(("pow", "fmin", "fmax", "atan2", "ldexp"),
                    (("2", ".n", "1.5", '"a"'), ("3", "0", "-1"))),
    **dict.fromkeys(("limit", "skip", "nth"), (("0", "1", "2", "-1"), ())),
}  # fmt: skip


def _one_of(dice: Random, texts: tuple[str, ...], depth: int) -> str:
    return dice.choice(texts) if texts else _program(dice, depth - 1)


def _call(dice: Random, depth: int) -> str:
    if dice.random() < 0.65:
        name = dice.choice(_ONE)
        return f"{name}({_one_of(dice, _ARGUMENTS.get(name, ()), depth)})"
    name = dice.choice(_TWO)
    if name in ("until", "while"):
        return f"(5 | [{name}(. {'<' if name == 'until' else '>'} 2; . - 1)])"
    first, second = _PAIRS.get(name, ((), ()))
    return f"{name}({_one_of(dice, first, depth)}; {_one_of(dice, second, depth)})"


_FAR = ("1e300", "-1e19", "9.3e18", "-9.223e18", "infinite", "-infinite", "nan", "-3e11", "1e16",
        "9223372036854775807", "-9223372036854775808", "253402300800", "-62135596801.5",
        "12", "-1", "1e9", "59.999", "100000000000000000000")  # fmt: skip


def _moment(dice: Random) -> str:
    """A number of seconds, or an array of what makes a date: near, or far beyond any."""
    if dice.random() < 0.5:
        return dice.choice(_FAR)
    parts = [dice.choice((*_FAR, "0", "1", "2024")) for _ in range(dice.randint(1, 8))]
    return f"[{', '.join(parts)}]"


def _date(dice: Random) -> str:
    form = json.dumps(dice.choice(DATES))
    seconds = dice.choice(
        (
            "0",
            "1425599621.678",
            "-1.5",
            "1e12",
            "[2024, 1, 30]",
            "[]",
            '"a"',
            _moment(dice),
            _moment(dice),
        )
    )
    return dice.choice((
        f"({json.dumps(dice.choice(WRITTEN))} | strptime({form}))",
        f"({json.dumps(dice.choice(WRITTEN))} | strptime({form}) | mktime)",
        f"({seconds} | strftime({json.dumps(dice.choice(PRINTED))}))",
        f"({seconds} | {dice.choice(('todate', 'gmtime', 'mktime', 'gmtime | mktime'))})",
    ))  # fmt: skip


_JSON = (
    '{"a": [1, -2.5e+3, true, null], "b": {"c": "x\\u00e9\\n"}}', '[]', '{}', "[1,[2,{}]]", "-0.5",
    '"a"', "[false]", "", " ", "12", '{"a":{"b":[]}}', "NaN", "-Infinity", "[nan]",
)  # fmt: skip


def _read(dice: Random) -> str:
    """A text that is JSON but for a character or two."""
    text = dice.choice(_JSON)
    for _ in range(dice.choice((0, 1, 1, 1, 2))):
        place = dice.randrange(len(text) + 1)
        put = dice.choice(("", "", *"\"'\\{}[],:0-+.eEtfnu x\n\x00é日\x7f"))
        text = text[:place] + put + text[place + dice.choice((0, 1, 1, len(text))) :]
    return f"({json.dumps(text)} | {dice.choice(('try fromjson catch .', 'fromjson'))})"


def _form(dice: Random, depth: int) -> str:
    one, two = _program(dice, depth - 1), _program(dice, depth - 1)
    source = dice.choice((".[]?", "(1,2)", _path(dice, 0), "[1,[2]]"))
    pattern = dice.choice(("$x", "$x", "[$x]", "{a:$x}", "{$a}", "[$x,[$y]]", "$x ?// [$x]"))
    known = {"$x": "$x", "{$a}": "$a"}.get(pattern, "$x")
    return dice.choice((
        f"if {one} then {two} else {dice.choice(_LITERALS)} end",
        f"if {one} then {two} end",
        f"(try {one} catch .)",
        f"(try error({two}) catch .)",
        f"({one})?",
        f"[{one}]",
        f"({source} as {pattern} | {known})",
        f"({source} as $v | [$v, {two}])",
        f"reduce {source} as $i ({dice.choice(_LITERALS)}; . + $i)",
        f"[foreach {source} as $i (0; . + 1; [., $i])]",
        f"[limit(3; {one})]",
        f"(label $f | {source} | if . == 1 then break $f else . end)",
        f"(def f(g): [g, g]; f({one}))",
        f"(def f($p): $p + 1; f({one}))",
        f'"x\\({one})y\\({two})"',
        f'@json "v=\\({one})"',
        f"{{a: {one}, (\"b\", \"c\"): 1}}",
        f"{{a, \"b\": ({two}), $__loc__}}" if dice.random() < 0.05 else "{a, b: .n}",
        f"path({_path(dice, 0)})",
        "[paths] | length",
        f"-({one})",
    ))  # fmt: skip


def _program(dice: Random, depth: int) -> str:
    kind = dice.random()
    if depth <= 0 or kind < 0.12:
        return dice.choice((".", _path(dice, 0), _path(dice, 0), dice.choice(_LITERALS)))
    if kind < 0.3:
        return f"({_program(dice, depth - 1)} | {dice.choice(_SIMPLE)})"
    if kind < 0.45:
        return _call(dice, depth)
    if kind < 0.63:
        operator = dice.choice(_BINARY)
        return f"({_program(dice, depth - 1)} {operator} {_program(dice, depth - 1)})"
    if kind < 0.72:
        return _update(dice, depth)
    if kind < 0.75:
        return _date(dice) if dice.random() < 0.6 else _read(dice)
    if kind < 0.87:
        return f"({_program(dice, depth - 1)} | {dice.choice(WHOLE)})"
    return _form(dice, depth)


def _case(dice: Random) -> dict[str, Any]:
    kind = dice.random()
    if kind < 0.12:
        program = looking(dice, dice.choice((1, 2, 2, 3)))
    elif kind < 0.22:
        program = retried(dice, _program)
    else:
        program = _program(dice, dice.choice((1, 2, 2, 3)))
    if dice.random() < 0.02:
        place = dice.randrange(len(program) + 1)
        program = program[:place] + dice.choice('()[]{}|,.;:?"$@ and') + program[place:]
    if dice.random() < 0.5:
        program = f"try ({program}) catch ."
    return {"document": json.dumps(_document(dice, 3)), "program": program}


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return programs with documents."""
    return grown(_case)


def answer(case: dict[str, Any]) -> Any:
    """Return the outputs as gojq writes them, and the error that ended them."""
    outputs, failed = jqfilter.printed(
        case["program"], json.loads(case["document"], parse_int=float), 64
    )
    return {"outputs": outputs, "failed": failed}
