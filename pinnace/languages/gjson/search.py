"""Walks a gjson path through a document (mirrors Get, parseObject and parseArray of gjson.go)."""

from __future__ import annotations

from pinnace.languages import goquote
from pinnace.languages.gjson import modifiers, paths
from pinnace.languages.gjson.queries import matches, wild
from pinnace.languages.gjson.scan import lines, members, number, parse, squash, valid
from pinnace.languages.gjson.values import MISSING, Result

_STATIC_STARTS = frozenset('{["+-0123456789')
_STATIC_NAMES = frozenset({"true", "false", "null", "nan", "inf"})


def get(base: Result, path: str) -> Result:
    """What the path finds from this value on."""
    if len(path) > 1 and path[0] in "@!":
        made = modifiers.apply(base, path, get) if path[0] == "@" else _static(path)
        if made is not None:
            text, rest = made
            value = parse(text)
            return get(value, rest[1:]) if rest[:1] in ("|", ".") and rest else value
    if len(path) > 1 and path[0] in "[{":
        split = paths.multipath(path)
        if split is None:
            path = ""  # upstream forgets the path of a multipath that isn't closed
        elif not split[1] or split[1][0] in "|.":
            return _multipath(base, path[0], *split)
        else:
            path = split[1]
    walk = _Walk()
    if path.startswith(".."):
        walk.array(lines(base.raw), path[2:])
    else:
        walk.container(base, path)
    return walk.value if walk.pipe is None else get(walk.value, walk.pipe)


def _static(path: str) -> tuple[str, str] | None:
    """`!"text"`, `!5`, `!true`: a literal, and what follows it."""
    name = path[1:]
    if name[0] in _STATIC_STARTS:
        literal = squash(name) if name[0] in '{["' else _bare(name)
        return literal, name[len(literal) :]
    word = name.split("|")[0].split(".")[0]
    return (word, name[len(word) :]) if word.lower() in _STATIC_NAMES else None


def _bare(name: str) -> str:
    """Upstream takes the literal up to the next closing bracket, or all of the path."""
    closings = [place for place in map(name.find, "]})") if place >= 0]
    return name[: min(closings) + 1] if closings else name


def _multipath(base: Result, opening: str, selectors: list[paths.Selector], rest: str) -> Result:
    """`[a,b]` makes an array, `{a,"n":b}` an object, of what each selector finds."""
    parts: list[str] = []
    for selector in selectors:
        found = get(base, selector.path)
        if not found.exists:
            continue
        raw = found.raw or found.string() or "null"
        parts.append(raw if opening == "[" else f"{_key(selector)}:{raw}")
    closing = "]" if opening == "[" else "}"
    whole = Result(kind="json", raw=opening + ",".join(parts) + closing)
    return get(whole, rest[1:]) if rest else whole


def _key(selector: paths.Selector) -> str:
    if not selector.name:
        return goquote.json_string(paths.last_name(selector.path))
    quoted = selector.name.startswith('"') and valid(selector.name)
    return selector.name if quoted else goquote.json_string(selector.name)


class _Walk:
    """One walk: the value found so far, and the path that follows a pipe, if one was met."""

    def __init__(self) -> None:
        self.value = MISSING
        self.pipe: str | None = None

    def container(self, base: Result, path: str) -> bool:
        """Look below a container; whether the path was found."""
        if base.is_object:
            return self._object(base, path)
        return base.is_array and self.array(members(base), path)

    def _object(self, base: Result, path: str) -> bool:
        part = paths.object_part(path)
        if part.rest is None and part.pipe is not None:
            self.pipe = part.pipe
        for key, value in members(base):
            name = key.text if key is not None else ""
            if not (wild(name, part.key) if part.wild else name == part.key):
                continue
            if part.rest is None:
                self.value = value
                return True
            if value.kind == "json" and self.container(value, part.rest):
                return True
        return False

    def array(self, items: list[tuple[Result | None, Result]], path: str) -> bool:
        """Look in an array: by index, `#`, `#.path` or query."""
        part = paths.array_part(path)
        if part.rest is None and part.pipe is not None:
            self.pipe = part.pipe
        if part.query is not None:
            return self._query(items, part, part.query)
        if part.counted:
            return self._counted(items, part)
        index = int(part.part) if part.part.isascii() and part.part.isdigit() else -1
        if not 0 <= index < len(items):
            return False
        value = items[index][1]
        if part.rest is None:
            self.value = value
            return True
        return value.kind == "json" and self.container(value, part.rest)

    def _counted(self, items: list[tuple[Result | None, Result]], part: paths.ArrayPart) -> bool:
        if part.part != "#" and part.each is None:
            return False
        if part.each is None:
            self.value = number(len(items))
            return True
        each = self._piped(part.each)
        found = [get(value, each) for _, value in items]
        raws = [one.raw or one.string() for one in found if one.exists]
        self.value = Result(kind="json", raw="[" + ",".join(raws) + "]")
        return True

    def _piped(self, path: str) -> str:
        """The path up to a bar; what follows the bar waits for the whole list."""
        split = paths.split_pipe(path)
        if split is None:
            return path
        self.pipe = split[1]
        return split[0]

    def _query(
        self,
        items: list[tuple[Result | None, Result]],
        part: paths.ArrayPart,
        query: paths.Query,
    ) -> bool:
        rest = part.rest
        raws: list[str] = []
        for _, value in items:
            if value.kind == "json":
                tested = get(value, query.path)
            elif query.path:
                continue
            else:
                tested = value
            if not matches(query, tested):
                continue
            if rest is not None:
                rest = self._piped(rest)
            found = value if rest is None else get(value, rest)
            if not query.every:
                self.value = found
                return True
            raws.append(found.raw or found.string())
        if query.every and not self.value.exists:
            self.value = Result(kind="json", raw="[" + ",".join(filter(None, raws)) + "]")
        return False
