"""Go's date layouts: dates of many years and zones, printed and read by every directive."""

import random
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from pinnace.languages import gomoments, gotime, gozones, tzif
from tests.oracle import rolled

DIRECTIVES = ["January", "Jan", "1", "01", "Monday", "Mon", "2", "_2", "02", "__2", "002", "15",
              "3", "03", "4", "04", "5", "05", "2006", "06", "PM", "pm", "MST", "Z0700", "Z07:00",
              "Z07", "Z070000", "Z07:00:00", "-0700", "-07:00", "-07", "-070000", "-07:00:00",
              ".000", ".999", ",000000", ".999999999", ".0", "_2006"]  # fmt: skip
_TEXTS = ["-", "/", ":", " ", "T", "", ",", "  ", "é", "at ", "th", "0", "x", ".", "Janet", "7"]
_LAYOUTS = [gotime.RFC3339, gotime.RFC3339_NANO, gotime.ANSIC, gotime.UNIX_DATE, gotime.RUBY_DATE,
            gotime.RFC822, "02 Jan 06 15:04 -0700", gotime.RFC850, gotime.RFC1123, gotime.KITCHEN,
            "Mon, 02 Jan 2006 15:04:05 -0700", "Jan _2 15:04:05.000000", "2006-01-02 15:04:05",
            "2006-01-02", "15:04:05", gotime.STRING, "20060102150405", "2006-002"]  # fmt: skip
ZONES = ["UTC", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
         "America/Sao_Paulo", "Pacific/Apia", "Asia/Tokyo", "Africa/Casablanca"]  # fmt: skip
_CHANGED = [*ZONES, "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow",
            "America/Halifax", "America/Anchorage", "Pacific/Guam", "Pacific/Honolulu",
            "Asia/Shanghai", "Asia/Jerusalem", "Australia/Sydney", "Africa/Windhoek",
            "Antarctica/Troll"]  # fmt: skip
"""Zones with abbreviations that are no more, or that stood for several offsets."""
_NOISE = ["", "x", " ", "99", "-", "Z", "+01:00", "CET", "GMT+3", "UTC", ".5"]


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Return dates to print and texts to read."""
    return rolled.cases(_case)


def _case(dice: random.Random) -> dict[str, Any]:
    do = dice.choice(["format", "parse", "parse"])
    at, layout = moment(dice), _layout(dice)
    if do == "format":
        return {"do": dice.choice(["format"] * 9 + ["string"]), "layout": layout, "at": at}
    if dice.random() < 0.15:
        return _abbreviated(dice, at)
    text = gotime.format(read(at), _layout(dice) if dice.random() < 0.03 else layout)
    return {
        "do": "parse", "layout": layout, "text": _spoilt(dice, text), "zone": dice.choice(ZONES),
    }  # fmt: skip


def _abbreviated(dice: random.Random, at: dict[str, Any]) -> dict[str, Any]:
    """Return a date with an abbreviation that the zone has at some time, or that another has."""
    zone = dice.choice(_CHANGED)
    named = zone if dice.random() < 0.9 else dice.choice(_CHANGED)
    names = [name for name, _ in tzif.local_time_types(named)]
    layout = "2006-01-02 15:04 MST"
    date = gotime.format(gomoments.from_unix(at["seconds"]), "2006-01-02 15:04")
    return {"do": "parse", "layout": layout, "text": f"{date} {dice.choice(names)}", "zone": zone}


def moment(dice: random.Random) -> dict[str, Any]:
    """Return a moment between the years 0 and 9999, mostly of our time."""
    low, high = (-62167219200, 253402300799) if dice.random() < 0.2 else (-(10**9), 4 * 10**9)
    at: dict[str, Any] = {"seconds": dice.randint(low, high), "zone": dice.choice(ZONES)}
    at["nanos"] = dice.choice([0, 0, 120000000, dice.randint(0, 10**9 - 1)])
    if dice.random() < 0.25:
        at["offset"] = dice.choice([0, 3600, -5400, 19800, 3661, -45, -3599, 50400])
        at["zone"] = dice.choice(["", "", "ABC", "XYZT"])
    return at


def read(at: dict[str, Any]) -> Any:
    """Return the moment."""
    if "offset" in at:
        zone = gozones.fixed(at["offset"], at["zone"])
    else:
        zone = UTC if at["zone"] == "UTC" else ZoneInfo(at["zone"])
    return gomoments.from_unix(at["seconds"], at["nanos"], zone)


def _layout(dice: random.Random) -> str:
    if dice.random() < 0.35:
        return dice.choice(_LAYOUTS)
    parts: list[str] = []
    for _ in range(dice.randint(1, 6)):
        parts += [dice.choice(DIRECTIVES), dice.choice(_TEXTS)]
    return "".join(parts)


def _spoilt(dice: random.Random, text: str) -> str:
    if dice.random() < 0.75:
        return text
    place = dice.randint(0, len(text))
    return dice.choice(
        [
            text[:place] + dice.choice(_NOISE) + text[place:],
            text[:place] + text[place + 1 :],
            text[:place] + dice.choice("0123456789") + text[place + 1 :],
            text.upper(),
            text.lower(),
        ]
    )


def answer(case: dict[str, Any]) -> Any:
    """Return the text, or the moment and the name of its zone."""
    if case["do"] == "format":
        return gotime.format(read(case["at"]), case["layout"])
    if case["do"] == "string":
        return gotime.go_string(read(case["at"]))
    zone = UTC if case["zone"] == "UTC" else ZoneInfo(case["zone"])
    found = gotime.parse(case["layout"], case["text"], zone)
    name = found.tzname() or ""
    return [found, "" if name.startswith("UTC") and name != "UTC" else name]
