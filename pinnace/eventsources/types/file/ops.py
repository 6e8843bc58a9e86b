"""File operations as fsnotify names and numbers them, and which of them an event wants. Pure."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Any

from pinnace.eventsources.emission import to_json
from pinnace.eventsources.spec import EventSpec
from pinnace.languages import goregex
from pinnace.languages.errors import LanguageError


class Op(IntFlag):
    """argo-events pkg/eventsources/common/fsevent/fileevent.go."""

    CREATE = 1
    WRITE = 2
    REMOVE = 4
    RENAME = 8
    CHMOD = 16


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One operation; ``name`` is a full path (inotify) or a base name (polling), as upstream."""

    name: str
    op: Op

    @property
    def operation(self) -> str:
        """Return ``Op.String()``: names joined by ``|``."""
        return "|".join(op.name or "" for op in Op if op in self.op)


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    kinds = [op.name for op in Op]
    if spec.at("eventType") not in kinds:
        raise spec.invalid("eventType", expected=f"one of {kinds}", found=spec.at("eventType"))
    directory = str(spec.at("watchPathConfig.directory") or "")
    if not directory.startswith("/"):
        raise spec.invalid("watchPathConfig.directory", expected="an absolute path",
                           found=directory or None)  # fmt: skip
    path, pattern = spec.at("watchPathConfig.path"), spec.at("watchPathConfig.pathRegexp")
    if not path and not pattern:
        raise spec.invalid("watchPathConfig", expected="path or pathRegexp", found="neither")
    if path and str(path).startswith("/"):
        raise spec.invalid("watchPathConfig.path", expected="a relative path", found=path)
    if pattern:
        _check_pattern(spec, str(pattern))


def _check_pattern(spec: EventSpec, pattern: str) -> None:
    try:
        goregex.search(pattern, "")
    except LanguageError as error:
        raise spec.invalid(
            "watchPathConfig.pathRegexp", expected="a regular expression", found=str(error)
        ) from error


def remarks(spec: EventSpec) -> str:
    """Warn of the trap upstream sets: a directory without a trailing slash never matches."""
    directory = str(spec.at("watchPathConfig.directory") or "")
    if spec.at("watchPathConfig.path") and not directory.endswith("/") and not spec.at("polling"):
        return (
            f"watchPathConfig.directory {directory!r} has no trailing '/', so that path never "
            "matches (here as in Argo Events); add the '/'"
        )
    return ""


def matches(spec: EventSpec, notice: Notice) -> bool:
    """Tell whether an operation is one that the event asks for."""
    directory = str(spec.at("watchPathConfig.directory"))
    relative = notice.name.removeprefix(directory)
    path, pattern = spec.at("watchPathConfig.path"), spec.at("watchPathConfig.pathRegexp")
    named = bool(path) and path == relative
    if pattern and not named:
        named = goregex.search(str(pattern), relative)
    # a combined operation never equals a single one: upstream compares the strings
    return named and notice.operation == spec.at("eventType")


def payload(spec: EventSpec, notice: Notice) -> bytes:
    """Return the event's data; ``metadata`` is null when unset."""
    fields: dict[str, Any] = {"name": notice.name, "op": int(notice.op)}
    return to_json({**fields, "metadata": spec.fields.get("metadata") or None})
