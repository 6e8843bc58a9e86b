"""The functions of `string` (gopher-lua's stringlib.go)."""

from __future__ import annotations

from collections.abc import Callable

from pinnace.languages import gonumbers, gounicode
from pinnace.languages.lua import arguments, patterns
from pinnace.languages.lua.formatting import from_python, sprintf, to_python
from pinnace.languages.lua.machine import MAX_TEXT, Machine, written
from pinnace.languages.lua.pattern_reader import BadPattern
from pinnace.languages.lua.patterns import Match
from pinnace.languages.lua.values import Builtin, LuaError, Table, UserData, Value, Values, true


def _byte(machine: Machine, given: Values) -> Values:
    text = arguments.text(machine, given, 1)
    start = gonumbers.wrap(arguments.whole(machine, given, 2, 1) - 1)
    end = arguments.whole(machine, given, 3, -1)
    size = len(text)
    start = size + start + 1 if start < 0 else start
    end = size + end + 1 if end < 0 else end
    if len(given) == 2:
        return [float(ord(text[start]))] if 0 <= start < size else []
    return [float(ord(char)) for char in text[max(start, 0) : max(0, min(end, size))]]


def _char(machine: Machine, given: Values) -> Values:
    codes = (arguments.whole(machine, given, place) for place in range(1, len(given) + 1))
    return ["".join(chr(code & 0xFF) for code in codes)]


def _dump(machine: Machine, given: Values) -> Values:
    machine.fail("GopherLua does not support the string.dump")


def _start(text: str, index: int) -> int:
    """Where a start counted from 1, or from behind, is."""
    index = gonumbers.wrap(index - 1) if index else index
    return max(0, len(text) + index + 1 if index < 0 else index)


def _find(machine: Machine, given: Values) -> Values:
    text, pattern = arguments.text(machine, given, 1), arguments.text(machine, given, 2)
    if not pattern:
        return [1.0, 0.0]
    start = _start(text, arguments.whole(machine, given, 3, 1))
    if len(given) == 4 and true(given[3]):
        if start > len(text):
            size = len(text)
            raise LuaError(f"runtime error: slice bounds out of range [{start}:{size}]")
        place = text.find(pattern, start)
        return [None] if place < 0 else [place + 1.0, float(place + len(pattern))]
    found = _matches(machine, pattern, text, start, 1)
    if not found:
        return [None]
    begin, end = found[0].bounds
    return [begin + 1.0, float(end), *_groups(found[0], text)]


def _matches(machine: Machine, pattern: str, text: str, start: int, limit: int) -> list[Match]:
    try:
        return patterns.find(pattern, text, start, limit)
    except BadPattern as problem:
        machine.fail(str(problem))


def _groups(match: Match, text: str) -> Values:
    return [match.group(text, index) for index in range(1, match.groups + 1)]


def _match(machine: Machine, given: Values) -> Values:
    text, pattern = arguments.text(machine, given, 1), arguments.text(machine, given, 2)
    start = arguments.whole(machine, given, 3, 1)
    start = max(0, (len(text) + start + 1 if start < 0 else start) - 1)
    found = _matches(machine, pattern, text, start, 1)
    if not found:
        return []
    return _groups(found[0], text) or [found[0].group(text, 0)]


def _gmatch(machine: Machine, given: Values) -> Values:
    text, pattern = arguments.text(machine, given, 1), arguments.text(machine, given, 2)
    found = iter(_matches(machine, pattern, text, 0, -1))
    return [_NEXT_MATCH, UserData((text, found))]


def _next_match(machine: Machine, given: Values) -> Values:
    state = arguments.get(given, 1)
    if type(state) is not UserData:
        arguments.mistyped(machine, given, 1, "userdata")
    text, found = state.value
    match = next(found, None)
    if match is None:
        return []
    return _groups(match, text) or [match.group(text, 0)]


_NEXT_MATCH = Builtin(_next_match)


def _gsub(machine: Machine, given: Values) -> Values:
    text, pattern = arguments.text(machine, given, 1), arguments.text(machine, given, 2)
    replacement = arguments.one_of(machine, given, 3, ("string", "table", "function"))
    limit = arguments.whole(machine, given, 4, -1)
    found = _matches(machine, pattern, text, 0, limit)
    if not found:
        return [given[0], 0.0]
    parts: list[str] = []
    size = place = 0
    for match in found:
        begin, end = match.bounds
        written_here = _replaced(machine, match, text, replacement)
        parts += [text[place:begin], text[begin:end] if written_here is None else written_here]
        size += len(parts[-1])
        if size > MAX_TEXT:
            machine.fail("string too long")
        place = end
    return ["".join([*parts, text[place:]]), float(len(found))]


def _replaced(machine: Machine, match: Match, text: str, replacement: Value) -> str | None:
    if type(replacement) is str:
        return _template(machine, match, text, replacement)
    if type(replacement) is Table:
        value = machine.index(replacement, match.group(text, 1 if match.groups else 0))
    else:
        given = _groups(match, text) or [match.group(text, 0)]
        value = machine.call_back(replacement, *given)
    if not true(value):
        return None
    return written(value) if type(value) is str or type(value) is float else ""


def _template(machine: Machine, match: Match, text: str, replacement: str) -> str:
    """A replacement with `%1`: `%%` is a percent sign, and `%x` stays."""
    if "%" not in replacement:
        return replacement
    parts: list[str] = []
    place, last = 0, len(replacement) - 1
    while place <= last:
        char = replacement[place]
        following = replacement[place + 1 : place + 2]
        if char != "%" or place == last:
            parts.append(char)
            place += 1
            continue
        place += 2
        if following == "%":
            parts.append("%")
        elif following in _DIGITS:
            parts.append(_captured(machine, match, text, int(following)))
        else:
            parts.append(f"%{following}")
    return "".join(parts)


_DIGITS = frozenset("0123456789")


def _captured(machine: Machine, match: Match, text: str, index: int) -> str:
    if index > max(1, match.groups):
        machine.fail("invalid capture index")
    return written(match.group(text, min(index, match.groups)))


def _len(machine: Machine, given: Values) -> Values:
    return [float(len(arguments.text(machine, given, 1)))]


def _cased(change: Callable[[str], str]) -> Callable[[Machine, Values], Values]:
    """strings.ToUpper or ToLower, which know more letters than Lua does."""

    def native(machine: Machine, given: Values) -> Values:
        text = to_python(arguments.text(machine, given, 1))
        return [from_python(change(text))]

    return native


def _rep(machine: Machine, given: Values) -> Values:
    text, times = arguments.text(machine, given, 1), arguments.whole(machine, given, 2)
    if len(text) * times > MAX_TEXT:
        machine.fail("string too long")
    return [text * times]


def _reverse(machine: Machine, given: Values) -> Values:
    return [arguments.text(machine, given, 1)[::-1]]


def _sub(machine: Machine, given: Values) -> Values:
    text = arguments.text(machine, given, 1)
    start = _start(text, arguments.whole(machine, given, 2))
    end = arguments.whole(machine, given, 3, -1)
    end = max(0, len(text) + end + 1 if end < 0 else end)
    return [text[start:end]]


def _format(machine: Machine, given: Values) -> Values:
    return [sprintf(machine, arguments.text(machine, given, 1), given[1:])]


FUNCTIONS = {
    "byte": _byte, "char": _char, "dump": _dump, "find": _find, "format": _format,
    "gfind": _gmatch, "gmatch": _gmatch, "gsub": _gsub, "len": _len,
    "lower": _cased(gounicode.lower), "match": _match, "rep": _rep, "reverse": _reverse,
    "sub": _sub, "upper": _cased(gounicode.upper),
}  # fmt: skip
