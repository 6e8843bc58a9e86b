"""Objects to a ``Table`` of meta.k8s.io.

Mirrors k8s.io/apiserver/pkg/endpoints/handlers/response.go and, for kinds with declared columns,
k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pinnace.apiserver.partial import partial_object
from pinnace.apiserver.tables.cells import AGE, NAME, Cell, Printed
from pinnace.apiserver.tables.columns import COLUMNS
from pinnace.apiserver.tables.paths import read
from pinnace.objects.ages import age
from pinnace.objects.kinds import Column, Kind
from pinnace.objects.types import Object

_DESCRIPTIONS = {
    "Name": "Name must be unique within a namespace.",
    "Age": "CreationTimestamp is a timestamp representing the server time when this object was "
    "created.",
}


def columns_of(kind: Kind) -> tuple[Printed, ...]:
    """Return the columns of a kind: computed ones, declared ones, or name and age."""
    if kind in COLUMNS:
        return COLUMNS[kind]
    if kind.columns:
        declared = (Printed(c.name, _declared(c), c.wide, c.type) for c in kind.columns)
        return (NAME, *declared)
    return (NAME, AGE)


def _declared(column: Column) -> Cell:
    """Read a declared column; an absent field leaves the cell empty, as CRDs' columns do."""

    def cell(obj: Object, now: datetime) -> Any:
        found = read(column.path, obj)
        if found is None or column.type == "string" and isinstance(found, dict | list):
            return None
        return age(found, now) if column.type == "date" else found

    return cell


def table(  # noqa: PLR0913 - what a client can ask of a table
    kind: Kind,
    objects: Sequence[Object],
    metadata: dict[str, Any],
    *,
    now: datetime,
    version: str = "v1",
    include: str = "Metadata",
    headers: bool = True,
) -> dict[str, Any]:
    """Make the table of some objects; ``include``: what of each object its row carries."""
    columns = columns_of(kind)
    return {
        "kind": "Table",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": metadata,
        "columnDefinitions": [_definition(column) for column in columns] if headers else [],
        "rows": [_row(columns, obj, now, version, include) for obj in objects],
    }


def _definition(column: Printed) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "format": "name" if column.name == "Name" else "",
        "description": _DESCRIPTIONS.get(column.name, ""),
        "priority": 1 if column.wide else 0,
    }


def _row(
    columns: Sequence[Printed], obj: Object, now: datetime, version: str, include: str
) -> dict[str, Any]:
    row: dict[str, Any] = {"cells": [column.cell(obj, now) for column in columns]}
    match include:
        case "None":
            pass
        case "Object":
            row["object"] = obj
        case _:
            row["object"] = partial_object(obj, version)
    return row
