"""Tables as the server makes them (meta.k8s.io ``Table``), in kubectl's layout. Pure.

Mirrors k8s.io/cli-runtime/pkg/printers/tableprinter.go.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinnace.cli.tables import harmless

ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
_BREAK = re.compile(r"[\f\n\r]")


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a person wants to see of a table."""

    wide: bool = False
    headers: bool = True
    namespaces: bool = False
    labels: bool = False
    columns: tuple[str, ...] = ()  # labels that have a column of their own (-L)
    prefix: str = ""  # before each name, where several kinds are shown


def header(table: Mapping[str, Any], look: Look) -> list[str]:
    """Return the names of the columns that are shown."""
    own = [column["name"].upper() for column in _shown(table["columnDefinitions"], look)]
    more = [column.rpartition("/")[2].upper() for column in look.columns]
    return [*(["NAMESPACE"] if look.namespaces else []), *own, *more,
            *(["LABELS"] if look.labels else [])]  # fmt: skip


def rows(table: Mapping[str, Any], look: Look) -> list[list[str]]:
    """Return the cells of each row; ``columnDefinitions`` must be there."""
    return [_row(table["columnDefinitions"], row, look) for row in table["rows"]]


def _row(definitions: Sequence[Mapping[str, Any]], row: Mapping[str, Any], look: Look) -> list[str]:
    meta = (row.get("object") or {}).get("metadata") or {}
    labels = meta.get("labels") or {}
    found = [str(meta.get("namespace", ""))] if look.namespaces else []
    first = True
    for column, cell in zip(definitions, row["cells"], strict=False):
        if look.wide or not column.get("priority"):
            found.append((look.prefix if first else "") + _cell(cell))
        first = False
    found += [labels.get(name, "") for name in look.columns]
    if look.labels:
        found.append(",".join(f"{k}={v}" for k, v in sorted(labels.items())) or "<none>")
    return found


def _shown(definitions: Sequence[Mapping[str, Any]], look: Look) -> list[Mapping[str, Any]]:
    return [column for column in definitions if look.wide or not column.get("priority")]


def _cell(value: Any) -> str:
    """Write a cell as Go does; a text ends at its first line, and can't steer the terminal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    first, *more = _BREAK.split(str(value), maxsplit=1)
    return harmless(first) + ("..." if more else "")
