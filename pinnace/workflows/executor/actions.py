"""The actions of resource templates: create, apply, replace, patch, delete, get.

Each does what kubectl does with the same manifest. An object that is created is labelled with the
uid of the pod that made it: a second call finds it and creates nothing.
"""

import re
from collections.abc import Callable
from typing import Any

from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import Kind
from pinnace.objects.meta import Key, labels_of, name_of, uid_of
from pinnace.objects.patch import apply_json_patch, apply_merge_patch, apply_strategic_patch
from pinnace.objects.registry import Registry
from pinnace.objects.schema import type_of
from pinnace.objects.selectors import parse_labels
from pinnace.objects.types import Object
from pinnace.store import Store, Transaction
from pinnace.workflows.constants import LABEL_MADE_BY_POD
from pinnace.workflows.executor.context import ExecutorFailed, Told
from pinnace.workflows.executor.stream import require_object

#: Flags of kubectl that change nothing here.
_HARMLESS = re.compile(r"--(validate|force-conflicts|wait|overwrite|cascade|server-side)(=.*)?")


def perform(store: Store, told: Told, action: str, documents: list[Any]) -> list[Object]:
    """Perform one action on every document; returns the objects as they are after it."""
    flags = [str(each) for each in told.template["resource"].get("flags") or []]
    named = _named_by_flags(store.kinds, told, flags)
    if not documents and named is None:
        raise ExecutorFailed("Must provide at least one of flags or manifest.")
    if action == "patch":
        return [_patch(store, told, _target(store.kinds, told, documents, named), documents[0])]
    targets = documents if documents else [named]
    acts: dict[str, Callable[[Store, Told, Any, int], list[Object]]] = {
        "create": _create,
        "apply": _apply,
        "replace": _replace,
        "delete": _delete,
        "get": _get,
    }
    if action not in acts:
        raise ExecutorFailed(
            f"resource.action must be one of {', '.join([*acts, 'patch'])}, found {action!r}"
        )
    return [obj for i, each in enumerate(targets) for obj in acts[action](store, told, each, i)]


def _named_by_flags(kinds: Registry, told: Told, flags: list[str]) -> Object | None:
    """Read ``[kind, name]`` or ``[kind/name]`` from the flags; refuse what is not understood."""
    words = [each for each in flags if not each.startswith("-")]
    unknown = [each for each in flags if each.startswith("-") and not _HARMLESS.fullmatch(each)]
    if unknown:
        raise ExecutorFailed(
            f"resource.flags: Pinnace does not understand {unknown[0]!r}; it takes a kind and a "
            "name, and the manifest for everything else"
        )
    if not words:
        return None
    parts = words[0].split("/") if "/" in words[0] else words
    kind = kinds.by_name(parts[0])
    if kind is None or len(parts) != 2:
        raise ExecutorFailed(f"resource.flags: expected a kind and a name, found {words!r}")
    meta = {"name": parts[1], "namespace": told.namespace}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta}


def _placed(kinds: Registry, told: Told, document: Any) -> Object:
    """Return the object with the pod's namespace unless it names one (or has none)."""
    obj = require_object(document)
    meta = dict(obj.get("metadata") or {})
    if kinds.of(obj).namespaced and not meta.get("namespace"):
        meta["namespace"] = told.namespace
    return {**obj, "metadata": meta}


def _key(kinds: Registry, obj: Object) -> Key:
    """Return the key; the namespace is the one that was written, not a default."""
    kind = kinds.of(obj)
    return Key(kind, obj["metadata"].get("namespace", "") if kind.namespaced else "", name_of(obj))


# -- actions --------------------------------------------------------------------------------------


def _create(store: Store, told: Told, document: Any, index: int) -> list[Object]:
    obj = _placed(store.kinds, told, document)
    mark = f"{told.pod_uid}.{index}" if index else told.pod_uid
    obj["metadata"]["labels"] = {**labels_of(obj), LABEL_MADE_BY_POD: mark}

    def once(tx: Transaction) -> Object:
        mine = parse_labels(f"{LABEL_MADE_BY_POD}={mark}")
        made = tx.list(tx.kinds.of(obj), obj["metadata"].get("namespace"), labels=mine)
        return made[0] if made else tx.create(obj)

    return [store.write(once)]


def _apply(store: Store, told: Told, document: Any, index: int) -> list[Object]:
    obj = _placed(store.kinds, told, document)

    def upsert(tx: Transaction) -> Object:
        key = _key(tx.kinds, obj)
        live = tx.find(key.kind, key.namespace, key.name)
        if live is None:
            return tx.create(obj)
        return tx.update(apply_strategic_patch(live, obj, type_of(key.kind)))

    return [store.write(upsert)]


def _replace(store: Store, told: Told, document: Any, index: int) -> list[Object]:
    obj = _placed(store.kinds, told, document)

    def swap(tx: Transaction) -> Object:
        key = _key(tx.kinds, obj)
        live = tx.get(key.kind, key.namespace, key.name)
        kept = {name: live["metadata"][name] for name in ("uid", "creationTimestamp")}
        return tx.update({**obj, "metadata": {**obj["metadata"], **kept}})

    return [store.write(swap)]


def _delete(store: Store, told: Told, document: Any, index: int) -> list[Object]:
    obj = _placed(store.kinds, told, document)
    try:
        store.write(lambda tx: tx.delete(_key(tx.kinds, obj)))
    except NotFound:
        return []  # gone already is what was wanted (kubectl's --ignore-not-found)
    return []


def _get(store: Store, told: Told, document: Any, index: int) -> list[Object]:
    key = _key(store.kinds, _placed(store.kinds, told, document))
    found = store.find(key.kind, key.namespace, key.name)
    if found is None:
        raise NotFound(key.kind.resource, key.name)
    return [found]


def _target(kinds: Registry, told: Told, documents: list[Any], named: Object | None) -> Object:
    """Return what a patch is for: what the flags name, else the object the patch itself names."""
    if named is not None:
        return named
    if not documents:
        raise ExecutorFailed("a patch needs a manifest")
    return _placed(kinds, told, documents[0])


def _patch(store: Store, told: Told, target: Object, patch: Any) -> Object:
    strategy = told.template["resource"].get("mergeStrategy") or "strategic"
    ways: dict[str, Callable[[Object, Kind], Any]] = {
        "strategic": lambda live, kind: apply_strategic_patch(live, patch, type_of(kind)),
        "merge": lambda live, kind: apply_merge_patch(live, patch),
        "json": lambda live, kind: apply_json_patch(live, patch),
    }
    if strategy not in ways:
        raise ExecutorFailed(
            f"resource.mergeStrategy must be one of {', '.join(ways)}, found {strategy!r}"
        )

    def change(tx: Transaction) -> Object:
        key = _key(tx.kinds, target)
        live = tx.get(key.kind, key.namespace, key.name)
        patched = ways[strategy](live, key.kind)
        if uid_of(patched) != uid_of(live):
            raise ExecutorFailed("a patch may not change metadata.uid")
        return tx.update(patched)

    return store.write(change)
