"""Go's strconv and encoding/json: numbers and literals, read and written."""

import random
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import gofloats, gonumbers, goquote, gostrings
from pinnace.languages.errors import LanguageError
from tests.oracle import rolled

_CHARS = ["a", "é", "日", "😀", '"', "'", "`", "\\", "\n", "\t", "\x00", "\x7f", "\xad", "\u2028",
          "<", "&", "\ufeff", "\u200b", "\U0001fae8", "\U000e0001", " ", "\x1b", "\r"]  # fmt: skip
_PIECES = [*_CHARS, "\\n", "\\t", "\\x41", "\\xff", "\\u00e9", "\\U0001F600", "\\ud800", "\\101",
           "\\400", "\\8", '\\"', "\\'", "\\\\", "\\q", "\\x4", "\\u12", "\\a", "\\U00110000",
           "\\v", "\\`", "\\0", "\\377"]  # fmt: skip
_NUMBERS = ["0", "1", "-1", "+5", "007", "0x1F", "0X_f", "0b101", "0o17", "017", "1_000", "_1",
            "1__0", "1_", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "18446744073709551615", "18446744073709551616", "", " 1", "1 ", "1e3", "1.5", ".5",
            "5.", ".", "e5", "1e", "1e+", "inf", "+Inf", "-infinity", "nan", "NaN", "-nan", "+nan",
            "0x1p4", "0x1.8p-1", "0x.p1", "0x1", "0x1P+3", "1e400", "-1e400", "1e-400", "1_0.5",
            "0x_1p3", "0x1_0p0", "٣", "1e308", "1.7976931348623159e308", "4.9e-324", "2e-324",
            "0b12", "0o8", "08", "0x", "0b", "--1", "+-1", "-0", "0x1p-1074", "0x1p-1076",
            "0x1.fffffffffffff8p1023", "1d", "0x1.00000000000008p0", "infinit", "z"]  # fmt: skip
_BOOLS = ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False", "tRUE",
          "yes", ""]  # fmt: skip
_DO = ["quote", "unquote", "parseInt", "parseUint", "parseFloat", "formatFloat", "json",
       "jsonIndent", "parseBool"]  # fmt: skip


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return something to do with a text or a value."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    do = dice.choices(_DO, [4, 5, 3, 2, 4, 4, 4, 2, 0.02])[0]
    case: dict[str, Any] = {"do": do}
    match do:
        case "quote":
            case["text"] = _broken(dice, rolled.some(dice, _CHARS))
        case "unquote":
            case["text"] = _literal(dice)
        case "parseBool":
            case["text"] = dice.choice(_BOOLS)
        case "parseInt" | "parseUint":
            case |= {"text": _number(dice), "base": dice.choice([0, 0, 10, 10, 8, 16, 2])}
        case "parseFloat":
            case["text"] = _number(dice)
        case "formatFloat":
            case |= {"value": {"float": repr(_float(dice))}, "verb": dice.choice("gfeEGbx")}
        case _:
            case["value"] = _json(dice, 3)
    return case


def _broken(dice: random.Random, text: str) -> Any:
    """Return the text, sometimes cut within a character."""
    data = text.encode()
    if data and dice.random() < 0.3:
        return rolled.raw(data[: dice.randint(0, len(data))] + dice.choice([b"", b"\xff", b"\xc3"]))
    return text


def _literal(dice: random.Random) -> str:
    mark = dice.choice('"""\'\'`')
    body = dice.choice(_PIECES) if mark == "'" else rolled.some(dice, _PIECES, 4)
    end = mark if dice.random() < 0.95 else dice.choice(["", "x", '"', "'"])
    return mark + body + end


def _number(dice: random.Random) -> str:
    if dice.random() < 0.3:
        return dice.choice(_NUMBERS)
    if dice.random() < 0.4:
        return repr(_float(dice))
    return rolled.some(dice, "0123456789", 25) + rolled.some(
        dice, [".", "e", "E", "_", "-", "+", "1", "0", "x", "p", "f", "9"], 4
    )


def _float(dice: random.Random) -> float:
    kind = dice.randint(0, 3)
    if kind == 0:
        return float(dice.randint(-(10**6), 10**6))
    if kind == 1:
        return dice.choice([0.0, -0.0, 1e21, 1e20, 999999.0, 1e-6, 1e-7, 123456789.5, 5e-324])
    return dice.uniform(-1, 1) * 10.0 ** dice.randint(-320, 308)


def _json(dice: random.Random, depth: int) -> Any:
    if depth and dice.random() < 0.5:
        if dice.random() < 0.5:
            return [_json(dice, depth - 1) for _ in range(dice.randint(0, 3))]
        keys = {rolled.some(dice, _CHARS, 2) for _ in range(dice.randint(0, 3))}
        return {"map": [[key, _json(dice, depth - 1)] for key in sorted(keys)]}
    return dice.choice(
        [
            {"int": str(dice.randint(-(2**63), 2**63 - 1))},
            {"float": repr(_float(dice))},
            rolled.some(dice, _CHARS),
            dice.choice([True, False, None]),
        ]
    )


def _refused(text: str, what: str) -> LanguageError:
    return LanguageError("strconv", text, 0, what)


def answer(case: dict[str, Any]) -> Any:
    """Return what strconv or encoding/json gives."""
    do = case["do"]
    given = rolled.value(case["text"] if "text" in case else case["value"])
    match do:
        case "quote":
            return gostrings.quote(given)
        case "formatFloat":
            return gofloats.format_float(given, case["verb"], -1)
        case "json":
            return goquote.json_text(given)
        case "jsonIndent":
            return goquote.json_text(given, indent="  ")
    found = _parsed(do, given, case.get("base", 0))
    if found is None:
        raise _refused(given, f"{do}: invalid syntax or out of range")
    return found


def _parsed(do: str, text: str, base: int) -> Any:
    match do:
        case "unquote":
            try:
                return gostrings.unquote(text)
            except gostrings.BadLiteral:
                return None
        case "parseInt":
            return gonumbers.parse_int(text, base)
        case "parseUint":
            return gonumbers.parse_uint(text, base)
        case "parseFloat":
            return gonumbers.parse_float(text)
    return gonumbers.parse_bool(text)
