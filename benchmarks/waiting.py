"""Waiting for what watchers of the store see, with a deadline."""

from collections.abc import Callable
from time import monotonic

from pinnace.objects.kinds import Kind
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object
from pinnace.store import Store, Subscription

_PATIENCE = 120.0


def await_names(
    seen: Subscription, names: set[str], wanted: Callable[[Object], bool]
) -> dict[str, Object]:
    """Return the objects of these names once each of them is as wanted."""
    left, found, deadline = set(names), dict[str, Object](), monotonic() + _PATIENCE
    while left:
        change = seen.get(max(0.0, deadline - monotonic()))
        if change is None:
            raise SystemExit(f"not seen within {_PATIENCE:.0f} s: {', '.join(sorted(left)[:5])} …")
        if change.key.name in left and change.type != "DELETED" and wanted(change.object):
            left.discard(change.key.name)
            found[change.key.name] = change.object
    return found


def create_and_await(
    store: Store, kind: Kind, objects: list[Object], wanted: Callable[[Object], bool]
) -> dict[str, Object]:
    """Create objects of one kind in one commit and return them once each is as wanted."""
    seen = store.watch(kind)
    try:
        names = store.write(lambda tx: {name_of(tx.create(obj)) for obj in objects})
        return await_names(seen, names, wanted)
    finally:
        seen.close()
