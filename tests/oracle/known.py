"""Disagreements with Go that are known and kept; docs/differences.md gives each its reason."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinnace.languages import expr
from pinnace.languages.expr import nodes
from tests.oracle.languages import jq_stack


@dataclass(frozen=True)
class Known:
    """A class of cases of one language whose answers may differ."""

    language: str
    reason: str
    covers: Callable[[dict[str, Any], Any, Any], bool]
    """Tells of (case, Go's answer, ours), both as answer objects, whether this is it."""


def _is_offset_of_a_day(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    return "less than 24 hours" in ours.get("error", "")


def _searches_backwards(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether upstream's loop from the end runs: it leaves values on the stack."""
    for node in nodes.walk(expr.compile(case["text"]).root):
        match node:
            case nodes.Builtin(name="findLast" | "findLastIndex"):
                return True
            case nodes.Builtin(name="last", arguments=(nodes.Builtin(name="filter" | "map"),)):
                return True
            case nodes.Member(base=nodes.Builtin(name="filter" | "map"), key=nodes.Unary()):
                return True
    return False


def _zone_unseen(_case: dict[str, Any], theirs: Any, _ours: Any) -> bool:
    """Tell whether upstream loses a time zone that stands in a call it couldn't check."""
    return "is time.Location, not string" in theirs.get("error", "")


def _dates_apart(_case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether all is the same once Go's groups of one date are put together."""
    return "value" in theirs and "value" in ours and _grouped(theirs) == _grouped(ours)


def _grouped(form: Any) -> Any:
    """Return the typed form with what maps hold under one date as a single value."""
    if isinstance(form, list):
        return [_grouped(item) for item in form]
    if not isinstance(form, dict):
        return form
    if "map" not in form:
        return {key: _grouped(item) for key, item in form.items()}
    under: dict[str, list[Any]] = {}
    for key, item in form["map"]:
        is_date = isinstance(key, dict) and "time" in key
        items = item if is_date and isinstance(item, list) else [item]
        under.setdefault(json.dumps(key), []).extend(json.dumps(_grouped(one)) for one in items)
    return {key: sorted(items) for key, items in under.items()}


def _vetoed(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Under `or` one kind of filter passes and another errs: upstream's Filter returns false."""
    both_told = "value" in theirs and "value" in ours
    if case["what"] != "filter" or case["operator"] != "or" or not both_told:
        return False
    told = [dict(answer["value"]["map"]) for answer in (theirs, ours)]
    return told == [{"passed": False, "error": True}, {"passed": True, "error": True}]


def _of_null(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether null came out of null where it is an empty object here."""
    both = theirs == {"value": None} and ours == {"value": {"map": []}}
    return both and case["what"] == "transform" and case["event"]["data"].strip() == "null"


def _newer_than_the_oracle(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell of what 4.1 changed: the newest release that Go's module proxy has is 4.0.5."""
    if "absent optional" in ours.get("error", ""):
        return None in [value for _, value in case["variables"]["map"]]
    waits = "is missing" in theirs.get("error", "") or "{{=" in str(theirs.get("value"))
    return waits and ("??" in case["text"] or "?." in case["text"])


_DATES = "a date is one group, however often its zone was looked up"


_FLOAT = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")


def _last_digit(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether numbers that were raised to a fraction differ by what is rounded away."""
    told = [json.dumps(answer) for answer in (theirs, ours)]
    if (
        not re.search(r"\^|\*\*|\b(pow|exp|log)", json.dumps(case))
        or len({_FLOAT.sub("", one) for one in told}) > 1
    ):
        return False
    pairs = zip(*(map(float, _FLOAT.findall(one)) for one in told), strict=True)
    return all(math.isclose(one, other, rel_tol=1e-15) for one, other in pairs)


def _zone_unseen_in_a_tag(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether a tag with such an expression stays, for what fails may be filled in later."""
    told = [str(answer.get("value")).count("timezone(") for answer in (theirs, ours)]
    return bool(case["allow_unresolved"]) and told[0] > told[1]


_WITH_POWERS = ("expr", "expr-events", "tags", "lua", "jq", "goessner", "govaluate")
_STACK = "what is computed beside a search from the end is lost upstream"


def _is_complex(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    return "complex numbers are refused" in ours.get("error", "")


def _order_in_a_loop(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether a loop prints what only differs in order, by chance anew in each turn."""
    if not re.search(r"range.*\b(keys|values)\b", case["text"]):
        return False
    told = [answer.get("value") for answer in (theirs, ours)]
    return all(isinstance(one, str) for one in told) and sorted(told[0]) == sorted(told[1])


def _holds_itself(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    return "others, or itself" in ours.get("error", "")


def _is_beyond_the_length(case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    return "error calling slice: slice: bounds" in ours.get("error", "") or (
        "error calling mustSlice: slice: bounds" in ours.get("error", "")
    )


def _jq_loses_count(case: dict[str, Any], _theirs: Any, _ours: Any) -> bool:
    return jq_stack.leaves_a_value(case["program"])


def _jq_leaves_unset(case: dict[str, Any], _theirs: Any, _ours: Any) -> bool:
    return jq_stack.leaves_unset(case["program"])


_ADDRESS = re.compile(
    r"(table|function|userdata): 0x[0-9a-f]+|(7461626c65|66756e6374696f6e)3a203078[0-9a-f]+", re.I
)


def _lua_addresses(_case: dict[str, Any], theirs: Any, ours: Any) -> bool:
    """Tell whether only addresses differ: what is the same one there is the same one here."""
    return _addresses_numbered(theirs) == _addresses_numbered(ours)


def _addresses_numbered(answer: Any) -> str:
    """Write the answer with each address as the place at which it first stood."""
    seen: dict[str, int] = {}
    return _ADDRESS.sub(lambda found: f"<{seen.setdefault(found[0], len(seen))}>", str(answer))


def _lua_insides(_case: dict[str, Any], _theirs: Any, ours: Any) -> bool:
    return "prints where the value is in memory" in str(ours)


def _lua_no_metatable(case: dict[str, Any], theirs: Any, _ours: Any) -> bool:
    return "getmetatable(" in case["script"] and "nil pointer dereference" in str(theirs)


def _sjson_cuts(_case: dict[str, Any], theirs: Any, _ours: Any) -> bool:
    return isinstance(theirs.get("value"), dict) and "bytes" in theirs["value"]


KNOWN: tuple[Known, ...] = (
    Known("sjson", "Go cuts a character of what is no JSON in two", _sjson_cuts),
    Known("sensors", "an error of one filter is no veto under `or`", _vetoed),
    Known("sensors", "data that are null are an empty object to a transform", _of_null),
    Known("lua", "addresses differ each time", _lua_addresses),
    Known("lua", "%d of a table would print upstream's memory", _lua_insides),
    Known("lua", "getmetatable of the event's tables crashes upstream", _lua_no_metatable),
    Known("gotemplate", "complex numbers are refused", _is_complex),
    Known("gotemplate", "the order of keys is random, in each turn of a loop", _order_in_a_loop),
    Known("gotemplate", "a map that holds itself is refused, not only when printed", _holds_itself),
    Known("gotemplate", "slice reaches into the spare room behind a list", _is_beyond_the_length),
    Known("jq", "gojq's optimizer leaves a value on its stack", _jq_loses_count),
    Known("jq", "what an earlier pattern of ?// lacks is null", _jq_leaves_unset),
    Known("gotime", "Python knows no zone 24 hours or more from UTC", _is_offset_of_a_day),
    Known("expr", _STACK, _searches_backwards),
    Known("expr-events", _STACK, _searches_backwards),
    Known("tags", "4.1: `??`, `?.` and absent outputs guard names", _newer_than_the_oracle),
    *(Known(one, "Go's exp and log round otherwise", _last_digit) for one in _WITH_POWERS),
    Known("tags", "a zone is a zone, also where nothing is known of the call", _zone_unseen),
    Known("expr", "a zone is a zone, also where nothing is known of the call", _zone_unseen),
    Known(
        "tags", "a zone is a zone, also where nothing is known of the call", _zone_unseen_in_a_tag
    ),
    Known("expr", _DATES, _dates_apart),
    Known("expr-events", _DATES, _dates_apart),
)


def is_known(language: str, case: dict[str, Any], theirs: Any, ours: Any) -> Known | None:
    """Return the known difference that explains this one, if any does."""
    for known in KNOWN:
        if known.language == language and known.covers(case, theirs, ours):
            return known
    return None
