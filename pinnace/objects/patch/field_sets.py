"""Sets of fields, and their ``FieldsV1`` form in ``metadata.managedFields``.

Mirrors sigs.k8s.io/structured-merge-diff: a field is a path of steps, ``f:name`` into an object,
``k:{"name":"x"}`` to an element of a keyed list, ``v:"x"`` to an element of a set.
"""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from pinnace.objects.patch.merge_keys import ListMerge, Shape, list_merge
from pinnace.objects.patch.strategic import element_type, field_type

Path: TypeAlias = tuple[str, ...]
#: Owned by nobody: identity and what the server itself writes.
_UNOWNED = frozenset(
    [("f:apiVersion",), ("f:kind",)]
    + [
        ("f:metadata", f"f:{name}")
        for name in (
            "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
            "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
            "generateName",
        )
    ]
)  # fmt: skip


def owned_fields(obj: dict[str, Any], of: Shape | None) -> dict[Path, Any]:
    """Return the leaves of an object that a manager can own, with their values."""
    return dict(_walk(obj, of, ()))


def _walk(value: dict[str, Any], of: Shape | None, path: Path) -> Iterator[tuple[Path, Any]]:
    for name, inner in value.items():
        here = (*path, f"f:{name}")
        if here in _UNOWNED:
            continue
        if isinstance(inner, dict) and inner:
            yield from _walk(inner, field_type(of, name), here)
        elif isinstance(inner, list) and (merge := list_merge(of, name)):
            yield from _walk_list(inner, merge, element_type(of, name), here)
        else:
            yield here, inner


def _walk_list(
    items: list[Any], merge: ListMerge, of: Shape | None, path: Path
) -> Iterator[tuple[Path, Any]]:
    for item in items:
        here = (*path, element_step(item, merge))
        if merge.keys and isinstance(item, dict):
            yield here, None
            yield from _walk(item, of, here)
        else:
            yield here, item


def element_step(item: Any, merge: ListMerge) -> str:
    """Return the step that leads to an element of a keyed list or a set."""
    if not merge.keys or not isinstance(item, dict):
        return "v:" + json.dumps(item, sort_keys=True, separators=(",", ":"))
    defaults = {"protocol": "TCP"}
    keyed = {key: item.get(key, defaults.get(key)) for key in merge.keys}
    present = {key: value for key, value in keyed.items() if value is not None}
    return "k:" + json.dumps(present, sort_keys=True, separators=(",", ":"))


def to_fields_v1(paths: set[Path]) -> dict[str, Any]:
    """Write a set of fields as the nested ``FieldsV1``."""
    root: dict[str, Any] = {}
    for path in sorted(paths):
        node = root
        for step in path:
            node = node.setdefault(step, {})
        if path[-1].startswith("k:"):
            node.setdefault(".", {})
    return root


def from_fields_v1(fields: object) -> set[Path]:
    """Read a ``FieldsV1``; what is not one reads as empty."""
    return set(_read(fields, ())) if isinstance(fields, dict) else set()


def _read(node: dict[str, Any], path: Path) -> Iterator[Path]:
    if path and (not node or "." in node):
        yield path
    for step, inner in node.items():
        if step != "." and isinstance(inner, dict):
            yield from _read(inner, (*path, step))


def remove_fields(obj: Any, paths: set[Path], needed: set[Path]) -> None:
    """Take leaves out of an object, in place, and what is empty then unless it is needed."""
    for path in sorted(paths, key=len):  # an element before its own fields, its key among them
        _remove(obj, path, 0, needed)


def _remove(node: Any, path: Path, depth: int, needed: set[Path]) -> None:
    at = _position(node, path[depth])
    if at is None:
        return
    here = path[: depth + 1]
    if here != path:
        _remove(node[at], path, depth + 1, needed)
    if here == path or (node[at] in ({}, []) and here not in needed):
        del node[at]


def _position(node: Any, step: str) -> Any:
    """Return the key or index that a step leads to, if it is there."""
    if step.startswith("f:") and isinstance(node, dict):
        return step[2:] if step[2:] in node else None
    if isinstance(node, list):
        return next((i for i, item in enumerate(node) if _is_element(item, step)), None)
    return None


def _is_element(item: Any, step: str) -> bool:
    wanted = json.loads(step[2:])
    if step.startswith("v:"):
        return bool(item == wanted)
    return isinstance(item, dict) and all(
        item.get(key, "TCP" if key == "protocol" else None) == value
        for key, value in wanted.items()
    )
