"""kubectl's JSONPath: `{.status.phase}`, `{range .items[*]}{.name}{"\\n"}{end}`.

Mirrors client-go/util/jsonpath as `kubectl get -o jsonpath=` uses it: text and `{…}` actions;
results of one action are separated by spaces, objects print as JSON, missing keys as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinnace.languages import goquote
from pinnace.languages.errors import LanguageError
from pinnace.languages.govalues import text as shown

LANGUAGE = "jsonpath"

_ACTION = re.compile(r"""\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*)\}""")
_PART = re.compile(
    r"""
      \.\.(?P<deep>(?:[\w\-]|\\.)+|\*)?
    | \.(?P<name>(?:[\w\-/$]|\\.)+|\*)
    | \[\s*(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*\]
    | \[\?\((?P<filter>(?:"[^"]*"|'[^']*'|[^\]"'])*)\)\]
    | \[(?P<index>[^\]]*)\]
    | (?P<dot>\.)
    """,
    re.VERBOSE,
)
_COMPARE = re.compile(r"\s*(@[^=!<>]*?|'[^']*'|\"[^\"]*\"|[^=!<>@]+?)\s*(==|!=|<=|>=|<|>)\s*(.+)")


def render(template: str, document: Any) -> str:
    """The text that `kubectl -o jsonpath=template` prints; `.a.b` alone stands for `{.a.b}`."""
    relaxed = template.strip()
    if "{" not in relaxed:
        relaxed = "{" + (relaxed if relaxed[:1] in (".", "[", "$") else "." + relaxed) + "}"
    pieces = list(_pieces(relaxed))
    text, _ = _render(relaxed, pieces, 0, document, document)
    return text


def query(path: str, document: Any) -> list[Any]:
    """Every value at the path (`.a.b[0]`, without braces)."""
    return list(_walk(path, path, document, document))


def _pieces(template: str) -> Iterator[tuple[str, str, int]]:
    """("text" or "action", content, place)."""
    place = 0
    for found in _ACTION.finditer(template):
        yield "text", template[place : found.start()], place
        yield "action", found.group(1).strip(), found.start()
        place = found.end()
    rest = template[place:]
    if "{" in rest:
        raise LanguageError(LANGUAGE, template, place + rest.find("{"), "unclosed action")
    yield "text", rest, place


Piece = tuple[str, str, int]


def _render(
    template: str, pieces: list[Piece], start: int, current: Any, root: Any
) -> tuple[str, int]:
    """The text of the pieces up to an `end`, and the place after it."""
    output: list[str] = []
    place = start
    while place < len(pieces):
        kind, content, at = pieces[place]
        place += 1
        if kind == "text":
            output.append(content)
        elif content == "end":
            return "".join(output), place
        elif content.startswith("range"):
            path = content.removeprefix("range").strip()
            after = _skip(template, pieces, place)
            for value in _walk(template, path, current, root):
                output.append(_render(template, pieces, place, value, root)[0])
            place = after
        else:
            output.append(_action(template, content, at, current, root))
    return "".join(output), place


def _skip(template: str, pieces: list[Piece], place: int) -> int:
    """The place after the `end` of the range whose body begins here."""
    depth = 1
    while place < len(pieces):
        kind, content, _ = pieces[place]
        if kind == "action":
            depth += content.startswith("range") - (content == "end")
        place += 1
        if depth == 0:
            return place
    raise LanguageError(LANGUAGE, template, 0, "unclosed range: {end} is missing")


def _action(template: str, content: str, at: int, current: Any, root: Any) -> str:
    if content[:1] in ("'", '"'):
        return _literal(content)
    if content[:1] not in (".", "$", "@", "["):
        raise LanguageError(LANGUAGE, template, at, f"unrecognized identifier {content}")
    return " ".join(_printed(value) for value in _walk(template, content, current, root))


def _literal(quoted: str) -> str:
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda m: escapes.get(m.group(1), m.group(1)), quoted[1:-1])


def _printed(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return goquote.json_text(value)
    return "" if value is None else shown(value)


def _walk(template: str, path: str, current: Any, root: Any) -> Iterator[Any]:
    found = [root if path.startswith("$") else current]
    place = 1 if path[:1] in ("$", "@") else 0
    while place < len(path):
        part = _PART.match(path, place)
        if part is None:
            raise LanguageError(LANGUAGE, template, 0, f"cannot read the path at {path[place:]!r}")
        found = [value for base in found for value in _step(template, part, base, root)]
        place = part.end()
    yield from found


def _step(template: str, part: re.Match[str], base: Any, root: Any) -> Iterator[Any]:
    groups = part.groupdict()
    if groups["dot"]:
        yield base
    elif part.group().startswith(".."):
        for inner in _descend(base):
            yield from _child(inner, groups["deep"] or "*")
    elif groups["name"] is not None:
        yield from _child(base, groups["name"])
    elif groups["quoted"] is not None:
        yield from _child(base, _literal(groups["quoted"]).replace("*", "\\*"))
    elif groups["filter"] is not None:
        items = base if isinstance(base, list) else []
        yield from (item for item in items if _passes(template, groups["filter"], item, root))
    else:
        yield from _indexed(template, base, groups["index"] or "*")


def _child(base: Any, name: str) -> Iterator[Any]:
    if name == "*":
        yield from _values(base)
        return
    key = re.sub(r"\\(.)", r"\1", name)
    if isinstance(base, Mapping) and key in base:
        yield base[key]


def _values(base: Any) -> list[Any]:
    if isinstance(base, Mapping):
        return [base[key] for key in sorted(base)]
    return list(base) if isinstance(base, list) else []


def _descend(base: Any) -> Iterator[Any]:
    yield base
    for inner in _values(base):
        yield from _descend(inner)


def _indexed(template: str, base: Any, inside: str) -> Iterator[Any]:
    if inside.strip() == "*":
        yield from _values(base)
        return
    for one in inside.split(","):
        bounds = one.strip().strip("'\"").split(":")
        if isinstance(base, Mapping):
            yield from _child(base, bounds[0])
        elif isinstance(base, list):
            yield from _sliced(template, base, bounds)


def _sliced(template: str, base: list[Any], bounds: list[str]) -> list[Any]:
    try:
        numbers = [int(bound) if bound else None for bound in bounds]
    except ValueError as problem:
        message = f"invalid array index {':'.join(bounds)}"
        raise LanguageError(LANGUAGE, template, 0, message) from problem
    if len(numbers) > 1:
        return base[slice(*numbers)]
    index = numbers[0] or 0
    if not -len(base) <= index < len(base):
        message = f"array index out of bounds: index {index}, length {len(base)}"
        raise LanguageError(LANGUAGE, template, 0, message)
    return [base[index]]


def _passes(template: str, condition: str, item: Any, root: Any) -> bool:
    """`?(@.type=="Ready")`, or `?(@.name)` for existence."""
    compared = _COMPARE.fullmatch(condition)
    if compared is None:
        return bool(list(_walk(template, condition.strip(), item, root)))
    left, operator, right = compared.groups()
    return any(
        _holds(operator, one, other)
        for one in _operand(template, left, item, root)
        for other in _operand(template, right, item, root)
    )


def _operand(template: str, text: str, item: Any, root: Any) -> list[Any]:
    word = text.strip()
    if word[:1] in ("@", "$"):
        return list(_walk(template, word, item, root))
    if word[:1] in ("'", '"'):
        return [_literal(word)]
    if word in ("true", "false"):
        return [word == "true"]
    try:
        return [float(word)]
    except ValueError as problem:
        message = f"unrecognized operand {word!r} in a filter"
        raise LanguageError(LANGUAGE, template, 0, message) from problem


def _holds(operator: str, left: Any, right: Any) -> bool:
    if operator in ("==", "!="):
        return bool(left == right) == (operator == "==")
    if isinstance(left, str) != isinstance(right, str) or left is None or right is None:
        return False
    match operator:
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
    return bool(left >= right)
