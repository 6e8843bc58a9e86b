"""Go regular expressions: patterns from a grammar, over texts made of what they look for."""

import random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import goregex
from tests.oracle import rolled

_CHARS = ["a", "b", "ab", "1", "é", "日", "😀", " ", "\n", "A", "ß", "-", "_", ".", "x=1", "K", "ſ"]
_ATOMS = ["a", "b", "c", "1", "é", "日", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[a-c]",
          "[^a]", "[[:alpha:]]", "[^[:digit:]]", "\\pL", "\\PN", "\\p{Greek}", "\\p{Lu}", "^", "$",
          "\\b", "\\B", "\\A", "\\z", "\\x41", "\\x{1F600}", "\\.", "[\\d_]", "[é-日]", "\\Qa.b\\E",
          "\\n", "[-a]", "[a\\-b]", "\\101", "[[:word:]]", "\\t", "\\p{Han}", "[\\pL\\pN]", " ",
          "\\p{letter}", "\\p{Any}", "\\P{ascii}", "\\p{lowercase_letter}", "[\\p{ASCII}]", "K",
          "\\p{^Lu}", "\\p{Latin}", "(?:)", "\\p{cn}", "[\\p{Cn}a]", "[^\\p{cn}]",
          "[\\P{assigned}]", "[\\P{Any}b]", "[^\\P{Any}]", "[]a]", "[^]a]"]  # fmt: skip
_BAD = ["(", ")", "[", "[a", "a**", "*", "+a", "?", "a{2,1}", "a{1001}", "\\", "\\1", "\\8",
        "(?=a)",
        "(?!a)", "(?<=a)", "(?P<n", "(?P<1>a)", "[b-a]", "[[:foo:]]", "\\p{Foo}", "\\Z", "\\C",
        "(?i", "(?z)", "x{2", "a{,2}", "a{2,}{3}", "\\pX", "[[.a.]]", "a++", "(?P<n>a)(?P<n>b)",
        "\\x{110000}", "\\x", "\\u0041", "a|*", "(|a)*", "(?#c)", "\\G", "\\K", "{2}", "a{2}{3}",
        "[a-\\d]", "\\y", "(?P=n)", "(?>a)", "(a)\\1", "\\h", "\\R", "(?i)", "(?-i)", "\\_",
        "\\é", "\\e", "x{1000}", "(x{1000}){1000}"]  # fmt: skip
_MARKS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0}", "{1,}", "{2,3}?", "{,2}"]
_FLAGS = ["(?i)", "(?s)", "(?m)", "(?U)", "(?i:", "(?-s:", "(?mi)", "(?ms-i:"]
_TEMPLATES = ["$0", "$1", "${1}", "$1x", "${1}x", "$n", "${n}", "$$", "$", "$9", "-", "", "[$0]",
              "${", "${}", "$é", "a$2b", "${n", "$01", "$00", "$-", "$$1", "${1}${2}", "$1$1",
              "${-}", "$n1", "\\1"]  # fmt: skip
_DO = ["match", "find", "findAll", "findAll", "replace", "replace", "replaceLiteral", "split",
       "split", "quote"]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return something to do with a pattern and a text."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    text = rolled.some(dice, _CHARS, 8)
    case: dict[str, Any] = {
        "do": dice.choice(_DO), "pattern": _pattern(dice, 3), "text": text,
        "limit": dice.choice([-1, -1, 0, 1, 2, 3]), "with": rolled.some(dice, _TEMPLATES, 2),
    }  # fmt: skip
    if text and dice.random() < 0.1:
        data = text.encode()
        case["text"] = rolled.raw(data[1:] + b"\xff" + data[: dice.randint(0, 3)])
    return case


def _pattern(dice: random.Random, depth: int) -> str:
    if dice.random() < 0.03:
        return dice.choice(_BAD)
    parts = [_part(dice, depth) for _ in range(dice.randint(0 if depth < 3 else 1, 3))]
    return "".join(parts)


def _part(dice: random.Random, depth: int) -> str:
    kind = dice.random()
    if depth and kind < 0.12:
        atom = "(" + _pattern(dice, depth - 1) + ")"
    elif depth and kind < 0.18:
        atom = dice.choice(["(?P<n>", "(?<n>", "(?:"]) + _pattern(dice, depth - 1) + ")"
    elif depth and kind < 0.26:
        return "|".join(_pattern(dice, depth - 1) for _ in range(2))
    elif depth and kind < 0.32:
        flag = dice.choice(_FLAGS)
        return flag + _pattern(dice, depth - 1) + (")" if flag.endswith(":") else "")
    else:
        atom = dice.choice(_ATOMS)
    return atom + (dice.choice(_MARKS) if dice.random() < 0.3 else "")


def answer(case: dict[str, Any]) -> Any:
    """Return what Go's methods of that name return."""
    pattern, text, limit = case["pattern"], rolled.value(case["text"]), case["limit"]
    match case["do"]:
        case "quote":
            return goregex.quote_meta(pattern)
        case "match":
            return goregex.search(pattern, text)
        case "find":
            return goregex.find(pattern, text)
        case "findAll":
            return goregex.find_all(pattern, text, limit) or None  # none is a nil slice
        case "replace":
            return goregex.replace_all(pattern, text, case["with"])
        case "replaceLiteral":
            return goregex.replace_all_literal(pattern, text, case["with"])
    return goregex.split(pattern, text, limit) or None
