"""What the query of a request asks for, read once into plain values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from pinnace.objects.errors import BadRequest
from pinnace.objects.selectors import FieldSelector, LabelSelector, parse_fields, parse_labels

_TRUE, _FALSE = frozenset({"true", "1", "True", "t", "T", "TRUE"}), frozenset({"false", "0", ""})
_MAX_SELECTOR = 16_384


def flag(query: Mapping[str, str], name: str) -> bool:
    """Read a boolean; raises BadRequest when it is none."""
    text = query.get(name, "")
    if text in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise BadRequest(f"{name}: expected true or false, found {text!r}")


def number(query: Mapping[str, str], name: str) -> int | None:
    """Read a whole number that is not negative; None when it isn't given."""
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest(f"{name}: expected a whole number of at least 0, found {text!r}")
    return int(text)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which objects of a collection."""

    labels: LabelSelector | None = None
    fields: FieldSelector | None = None


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """How a write is to be done."""

    dry_run: bool = False
    manager: str = "unknown"
    validation: str = "Warn"
    force: bool = False


def selection(query: Mapping[str, str]) -> Selection:
    """Read both selectors; raises BadRequest when one makes no sense."""
    labels, fields = query.get("labelSelector", ""), query.get("fieldSelector", "")
    if len(labels) + len(fields) > _MAX_SELECTOR:
        raise BadRequest(f"selectors of more than {_MAX_SELECTOR} characters are refused")
    return Selection(
        labels=parse_labels(labels) if labels else None,
        fields=parse_fields(fields) if fields else None,
    )


def write_options(query: Mapping[str, str], user_agent: str) -> WriteOptions:
    """Read what create, update, patch and delete take."""
    dry_run = query.get("dryRun", "")
    if dry_run not in ("", "All"):
        raise BadRequest(f'Invalid value: "{dry_run}": dryRun: supported values: "All"')
    manager = query.get("fieldManager") or user_agent.partition("/")[0] or "unknown"
    if len(manager) > 128:
        raise BadRequest("fieldManager: may not be longer than 128 characters")
    return WriteOptions(
        dry_run=bool(dry_run),
        manager=manager,
        validation=query.get("fieldValidation") or "Warn",
        force=flag(query, "force"),
    )
