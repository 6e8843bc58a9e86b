"""`strptime`: dates read by a pattern, with the messages of itchyny/timefmt-go."""

from __future__ import annotations

import re

from pinnace.languages.goquote import json_string
from pinnace.languages.jq.clock import composed

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
_SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
_NUMBERS = {
    "Y": (r"-?\d{1,4}", -999, 9999), "m": (r"\d{1,2}", 1, 12), "d": (r"\d{1,2}", 1, 31),
    "e": (r" ?\d{1,2}", 1, 31), "H": (r"\d{1,2}", 0, 23), "I": (r"\d{1,2}", 1, 12),
    "M": (r"\d{1,2}", 0, 59), "S": (r"\d{1,2}", 0, 60), "y": (r"\d{1,2}", 0, 99),
    "j": (r"\d{1,3}", 1, 366), "s": (r"-?\d{1,18}", -(10**18), 10**18),
}  # fmt: skip
_NAMES = {
    "B": MONTHS, "b": _SHORT_MONTHS, "h": _SHORT_MONTHS, "A": DAYS,
    "a": tuple(name[:3] for name in DAYS), "p": ("AM", "PM"),
}  # fmt: skip
_TEXTS = {"Z": "[A-Z]{0,4}", "z": r"Z|[-+]\d\d(?::?\d\d)?"}


class Unreadable(ValueError):
    """What of a text doesn't fit its pattern."""


def read(text: str, pattern: str) -> int:
    """Seconds since 1970; raises Unreadable."""
    found: dict[str, int] = {}
    place = 0
    for directive, literal in re.findall(r"%(.?)|([^%])", pattern, re.DOTALL):
        literal = "%" if directive == "%" else literal
        if literal:
            if not text.startswith(literal, place):
                raise Unreadable(f"expected {_quoted_char(literal)}")
            place += len(literal)
        else:
            place = _read_one(text, place, directive, found)
    if place < len(text):
        raise Unreadable(f"unparsed string {_quoted(text[place:])}")
    return _together(found)


def _quoted(text: str) -> str:
    return json_string(text, html=False)


def _quoted_char(char: str) -> str:
    return "'\\''" if char == "'" else f"'{char}'"


def _read_one(text: str, place: int, directive: str, found: dict[str, int]) -> int:
    """The place after a directive, whose value is found."""
    problem = Unreadable(f'cannot parse "%{directive}"')
    if directive == "":
        raise Unreadable('stray "%"')
    if directive in _NAMES:
        return _read_name(text, place, directive, found)
    expression, low, high = _NUMBERS.get(directive, (_TEXTS.get(directive, ""), 0, 0))
    if not expression:
        raise Unreadable(f'unexpected format "%{directive}"')
    matched = re.compile(expression, re.ASCII).match(text, place)
    if matched is None:
        raise problem
    if directive == "Z" and len(matched[0]) < 3:
        raise Unreadable(f'cannot parse "{matched[0]}" with "%Z"')
    if directive in _NUMBERS:
        found[directive] = int(matched[0])
        if not low <= found[directive] <= high:
            raise problem
    if directive == "z":
        found["z"] = _offset(matched[0])
    return matched.end()


def _read_name(text: str, place: int, directive: str, found: dict[str, int]) -> int:
    for number, name in enumerate(_NAMES[directive]):
        if text[place : place + len(name)].lower() == name.lower():
            found[directive] = number
            return place + len(name)
    raise Unreadable(f'cannot parse "%{directive}"')


def _offset(zone: str) -> int:
    """Minutes east of UTC."""
    digits = "+0000" if zone == "Z" else zone.replace(":", "")
    minutes = int(digits[1:3]) * 60 + int(digits[3:] or 0)
    return -minutes if digits[0] == "-" else minutes


def _together(found: dict[str, int]) -> int:
    if "s" in found:
        return found["s"]
    year = found.get("Y", 1900)
    if "y" in found:
        year = found["y"] + (1900 if found["y"] >= 69 else 2000)
    month = found.get("B", found.get("b", found.get("h", found.get("m", 1) - 1)))
    day = found.get("d", found.get("e", 1))
    if "j" in found:
        month, day = 0, found["j"]
    hour = found.get("H", found.get("I", 0))
    if "p" in found:
        hour = hour % 12 + 12 * found["p"]
    parts = [year, month, day, hour, found.get("M", 0), found.get("S", 0)]
    return composed(parts).seconds - 60 * found.get("z", 0)
