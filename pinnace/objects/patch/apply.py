"""Server-side apply, and who owns which field (``metadata.managedFields``). Pure.

Mirrors k8s.io/apimachinery/pkg/util/managedfields: an applied configuration is merged over the
live object; what its manager applied before and no longer names is removed; a field that another
manager owns with another value is a conflict unless forced.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pinnace.objects.patch.field_sets import (
    Path,
    element_step,
    from_fields_v1,
    owned_fields,
    remove_fields,
    to_fields_v1,
)
from pinnace.objects.patch.merge_keys import Shape, list_merge
from pinnace.objects.patch.strategic import element_type, field_type
from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class Manager:
    """Who writes: a field manager's name and whether it applies or updates."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return what tells two entries of ``managedFields`` apart."""
        return self.name, self.operation, self.subresource


class ApplyConflict(Exception):
    """Other managers own fields that the configuration sets otherwise."""

    def __init__(self, conflicts: Sequence[tuple[str, Path]]) -> None:
        self.conflicts = tuple(conflicts)
        lines = [f'conflict with "{manager}": {dotted(path)}' for manager, path in conflicts]
        few = "conflict" if len(lines) == 1 else "conflicts"
        super().__init__(f"Apply failed with {len(lines)} {few}: " + ", ".join(lines))


def dotted(path: Path) -> str:
    """Write a path as Kubernetes writes it in conflicts: ``.spec.containers[name="x"].image``."""
    parts = []
    for step in path:
        if step.startswith("f:"):
            parts.append(f".{step[2:]}")
        elif step.startswith("k:"):
            parts.append("[" + step[3:-1].replace('":', "=").replace('"', "", 1) + "]")
        else:
            parts.append(f"[={step[2:]}]")
    return "".join(parts)


def apply_configuration(
    live: Object | None,
    configuration: Object,
    manager: Manager,
    *,
    of: Shape | None,
    now: str,
    force: bool = False,
) -> Object:
    """Merge a configuration over the live object; raises ApplyConflict."""
    wanted = owned_fields(configuration, of)
    sets = _read_managers(live or {})
    others = {key: entry for key, entry in sets.items() if key != manager.identity}
    present = owned_fields(live or {}, of)
    taken = [
        (key[0], path)
        for key, entry in others.items()
        for path in sorted(entry.paths & wanted.keys())
        if path in present and present[path] != wanted[path]
    ]
    if taken and not force:
        raise ApplyConflict(taken)
    lost = {path for _, path in taken}
    result: Object = _merge(copy.deepcopy(live) if live else {}, configuration, of)
    before = sets[manager.identity].paths if manager.identity in sets else set()
    kept_by_others = (path for entry in others.values() for path in entry.paths)
    needed = _with_parents({*wanted, *kept_by_others})
    remove_fields(result, before - needed, needed)
    kept = {key: _Entry(entry.raw, entry.paths - lost) for key, entry in others.items()}
    _write_managers(result, kept, manager, set(wanted), now)
    return result


def _with_parents(paths: set[Path]) -> set[Path]:
    """Return fields and all that they stand in."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def record_update(
    old: Object | None, new: Object, manager: Manager, *, of: Shape | None, now: str
) -> Object:
    """Return ``new`` with ``managedFields`` saying that ``manager`` set what changed."""
    before, after = owned_fields(old or {}, of), owned_fields(new, of)
    changed = {p for p, value in after.items() if p not in before or before[p] != value}
    sets = _read_managers(old or {})
    if not changed and before.keys() == after.keys():
        return _with_managers(new, (old or {}).get("metadata", {}).get("managedFields"))
    kept = {
        key: _Entry(entry.raw, (entry.paths - changed) & after.keys())
        for key, entry in sets.items()
    }
    mine = kept.pop(manager.identity, None)
    result = dict(new)
    result["metadata"] = dict(new.get("metadata") or {})
    _write_managers(result, kept, manager, changed | (mine.paths if mine else set()), now)
    return result


def _with_managers(obj: Object, entries: list[Any] | None) -> Object:
    metadata = dict(obj.get("metadata") or {})
    metadata.pop("managedFields", None)
    if entries:
        metadata["managedFields"] = entries
    return {**obj, "metadata": metadata}


@dataclass(frozen=True)
class _Entry:
    raw: Mapping[str, Any]
    paths: set[Path]


def _read_managers(obj: Object) -> dict[tuple[str, str, str], _Entry]:
    sets = {}
    for raw in (obj.get("metadata") or {}).get("managedFields") or ():
        key = (
            str(raw.get("manager", "")),
            str(raw.get("operation", "")),
            str(raw.get("subresource") or ""),
        )
        sets[key] = _Entry(raw, from_fields_v1(raw.get("fieldsV1")))
    return sets


def _write_managers(
    obj: Object,
    others: Mapping[tuple[str, str, str], _Entry],
    manager: Manager,
    paths: set[Path],
    now: str,
) -> None:
    entries = []
    for entry in others.values():
        if entry.paths:
            entries.append({**entry.raw, "fieldsV1": to_fields_v1(entry.paths)})
    if paths:
        mine: dict[str, Any] = {
            "manager": manager.name,
            "operation": manager.operation,
            "apiVersion": manager.api_version,
            "time": now,
            "fieldsType": "FieldsV1",
            "fieldsV1": to_fields_v1(paths),
        }
        if manager.subresource:
            mine["subresource"] = manager.subresource
        entries.append(_unless_same(obj, mine))
    metadata = obj.setdefault("metadata", {})
    metadata.pop("managedFields", None)
    if entries:
        metadata["managedFields"] = entries


def _unless_same(obj: Object, mine: dict[str, Any]) -> dict[str, Any]:
    """Keep the old entry, with its time, when the manager owns just what it owned."""
    for raw in (obj.get("metadata") or {}).get("managedFields") or ():
        if {**raw, "time": ""} == {**mine, "time": ""}:
            return dict(raw)
    return mine


def _merge(live: Any, configuration: Any, of: Shape | None) -> Any:
    if not isinstance(configuration, dict):
        return configuration
    result = live if isinstance(live, dict) else {}
    for name, value in configuration.items():
        merge = list_merge(of, name)
        if isinstance(value, dict):
            result[name] = _merge(result.get(name), value, field_type(of, name))
        elif isinstance(value, list) and merge:
            found = result.get(name)
            existing = found if isinstance(found, list) else []
            at = {element_step(item, merge): index for index, item in enumerate(existing)}
            merged = list(existing)
            for item in value:
                index = at.get(element_step(item, merge))
                if index is None:
                    merged.append(item)
                else:
                    merged[index] = _merge(merged[index], item, element_type(of, name))
            result[name] = merged
        else:
            result[name] = value
    return result
