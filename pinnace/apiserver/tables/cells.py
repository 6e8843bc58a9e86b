"""Cells of a table that are read at a path of the object, for columns of every kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinnace.apiserver.tables.paths import read
from pinnace.objects.ages import age
from pinnace.objects.types import Object

Cell = Callable[[Object, datetime], Any]
NONE = "<none>"


@dataclass(frozen=True)
class Printed:
    """One column: its name, how its cell is computed, whether only ``-o wide`` shows it."""

    name: str
    cell: Cell
    wide: bool = False
    type: str = "string"


def at(path: str, default: Any = "") -> Cell:
    """What stands at the path."""

    def cell(obj: Object, now: datetime) -> Any:
        found = read(path, obj)
        return default if found is None or found == "" else found

    return cell


def age_since(path: str) -> Cell:
    """How long ago the time at the path is."""
    return lambda obj, now: age(read(path, obj), now)


def size(*fields: str) -> Cell:
    """How many entries the fields have together."""
    return lambda obj, now: sum(len(obj.get(field) or ()) for field in fields)


def joined(path: str, default: str) -> Cell:
    """The items at the path, with commas."""

    def cell(obj: Object, now: datetime) -> str:
        found = read(path, obj)
        return ",".join(str(item) for item in found) if found else default

    return cell


def pairs(path: str) -> Cell:
    """The map at the path, as `key=value` with commas."""

    def cell(obj: Object, now: datetime) -> str:
        found = read(path, obj) or {}
        return ",".join(f"{key}={value}" for key, value in sorted(found.items())) or NONE

    return cell


def few(found: list[str], default: str) -> str:
    """The first three with commas, and how many more there are."""
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more if found else default


NAME = Printed("Name", at(".metadata.name"))
AGE = Printed("Age", age_since(".metadata.creationTimestamp"))
CREATED = Printed("Created At", at(".metadata.creationTimestamp"))
