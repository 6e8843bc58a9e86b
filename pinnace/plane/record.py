"""What a running control plane tells others through its state folder: addresses and problems."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pinnace.plane.state import StateFolder, read_json, write_json

_TEXTS = ("folders", "warnings", "manifest_warnings", "problems")


@dataclass(frozen=True, kw_only=True)
class Record:
    """One control plane: who runs, where its faces are, what is wrong."""

    pid: int
    api: str
    page: str
    object_store: str
    git: str
    git_push: str
    runtime: str
    folders: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # what this machine can't do
    manifest_warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)


def write(state: StateFolder, record: Record) -> None:
    """Store the record for ``pinnace status`` and for the next start."""
    write_json(state.run / "plane.json", asdict(record))


def read(state: StateFolder) -> Record | None:
    """Return the record of the control plane that runs, None when none does."""
    found = last(state)
    return found if found is not None and state.holder() == found.pid else None


def last(state: StateFolder) -> Record | None:
    """Return the record of the last control plane, whether or not it still runs.

    What a newer version has written beside it is left out.
    """
    found: dict[str, Any] | None = read_json(state.run / "plane.json")
    if found is None:
        return None
    known = {each.name: found[each.name] for each in fields(Record) if each.name in found}
    texts = {name: tuple(known.get(name) or ()) for name in _TEXTS}
    return Record(**{**known, **texts})
