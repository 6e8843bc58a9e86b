"""An object written out for people, as ``kubectl describe`` does for any kind. Pure.

Mirrors ``genericDescriber`` and ``DescribeEvents`` of k8s.io/kubectl/pkg/describe.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pinnace.cli.ages import instant
from pinnace.cli.tables import align, harmless
from pinnace.objects.ages import human
from pinnace.objects.types import Object

_SKIPPED = frozenset({
    ".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels",
    ".metadata.annotations",
})  # fmt: skip
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ACRONYMS = frozenset({"API", "URL", "UID", "OSB", "GUID"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+")
_LONGEST = 140
_HIDDEN = "{} bytes"


def described(obj: Object, events: Sequence[Object] | None, now: datetime) -> str:
    """Return everything about an object; a Secret's values are only counted."""
    rows = (line for row in _rows(obj, events, now) for line in _split(row))
    return "\n".join(align(rows, padding=2))


def _split(row: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield a row, and lines of their own for the further lines of its last cell."""
    first, *more = row[-1].split("\n")
    yield *row[:-1], first
    yield from ((line,) for line in more)


def _rows(obj: Object, events: Sequence[Object] | None, now: datetime) -> Iterator[Sequence[str]]:
    meta = obj["metadata"]
    yield "Name:", meta["name"]
    yield "Namespace:", meta.get("namespace", "")
    yield from _labels(meta.get("labels") or {})
    yield from _annotations(meta.get("annotations") or {})
    yield from _fields(_without_secrets(obj), "", "")
    if events is not None:
        yield from _events(events, now)


def _labels(labels: Mapping[str, str]) -> Iterator[Sequence[str]]:
    title = "Labels:"
    for key, value in sorted(labels.items()):
        yield title, f"{key}={value}"
        title = ""
    if not labels:
        yield title, "<none>"


def _annotations(annotations: Mapping[str, str]) -> Iterator[Sequence[str]]:
    title = "Annotations:"
    kept = {key: value for key, value in annotations.items() if key != _LAST_APPLIED}
    for key, value in sorted(kept.items()):
        text = harmless(value.removesuffix("\n"))
        if "\n" in text or len(key) + len(text) + 2 > _LONGEST:
            yield title, f"{key}:"
            for line in text.split("\n"):
                yield "", f"  {_shortened(line)}"
        else:
            yield title, f"{key}: {text}"
        title = ""
    if not kept:
        yield title, "<none>"


def _shortened(line: str) -> str:
    limit = _LONGEST - 2
    return line if len(line) <= limit else line[:limit] + "..."


def _fields(content: Mapping[str, Any], path: str, indent: str) -> Iterator[Sequence[str]]:
    for name, value in sorted(content.items()):
        here = f"{path}.{name}"
        if here in _SKIPPED:
            continue
        title = f"{indent}{words(name)}:"
        if isinstance(value, dict):
            yield (title,)
            yield from _fields(value, here, indent + "  ")
        elif isinstance(value, list):
            yield (title,)
            for each in value:
                if isinstance(each, dict):
                    yield from _fields(each, here, indent + "  ")
                else:
                    yield (f"{indent}  {_text(each)}",)
        else:
            yield title, _text(value)


def words(name: str) -> str:
    """Return a field's name in words: ``apiVersion`` is ``API Version``; keys stay themselves."""
    if not name.replace("-", "").isalpha():
        return name
    parts = (part for part in _WORD.findall(name) if part != "_")
    return " ".join(
        part.upper() if part.upper() in _ACRONYMS else part[:1].upper() + part[1:] for part in parts
    )


def _text(value: Any) -> str:
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inner = " ".join(f"{key}:{_text(each)}" for key, each in sorted(value.items()))
        return f"map[{inner}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_text, value))}]"
    return harmless(str(value))


def _without_secrets(obj: Object) -> Object:
    if obj.get("kind") != "Secret":
        return obj
    hidden = {
        part: {key: _HIDDEN.format(_size(value, part)) for key, value in obj[part].items()}
        for part in ("data", "stringData")
        if obj.get(part)
    }
    return {**obj, **hidden}


def _size(value: str, part: str) -> int:
    return len(value) * 3 // 4 - value.count("=") if part == "data" else len(value.encode())


def _events(events: Sequence[Object], now: datetime) -> Iterator[Sequence[str]]:
    if not events:
        yield "Events:", "<none>"
        return
    yield ("Events:",)
    yield "  Type", "Reason", "Age", "From", "Message"
    yield "  ----", "------", "----", "----", "-------"
    for event in sorted(events, key=lambda each: _last(each) or ""):
        source = (event.get("source") or {}).get("component") or event.get("reportingComponent")
        yield (f"  {event.get('type', '')}", event.get("reason", ""), _age(event, now),
               source or "", harmless((event.get("message") or "").strip()))  # fmt: skip


def _last(event: Object) -> Any:
    return event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp")


def _age(event: Object, now: datetime) -> str:
    first = _since(event.get("eventTime") or event.get("firstTimestamp"), now)
    if (event.get("count") or 0) > 1:
        return f"{_since(event.get('lastTimestamp'), now)} (x{event['count']} over {first})"
    return first


def _since(text: Any, now: datetime) -> str:
    at = instant(text)
    return "<unknown>" if at is None else human((now - at).total_seconds())
