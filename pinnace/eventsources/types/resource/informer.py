"""What a change of an object means to who has seen it before, as client-go's informers. Pure."""

from collections.abc import Iterator, Mapping

import orjson

from pinnace.eventsources.types.resource.filters import ADD, DELETE, UPDATE, InformerEvent
from pinnace.objects.types import Object


def key_of(obj: Object) -> str:
    """Return what an object is known by."""
    metadata = obj["metadata"]
    return f"{metadata.get('namespace', '')}/{metadata['name']}"


def version_of(obj: Mapping[str, object]) -> int:
    """Return the revision of an object."""
    metadata = obj["metadata"]
    assert isinstance(metadata, Mapping)  # noqa: S101 - every stored object has it
    return int(str(metadata["resourceVersion"]))


def appeared(seen: Mapping[str, str], obj: Object, raw: bytes) -> Iterator[InformerEvent]:
    """Yield what it means that an object is there (and selected) in this version."""
    known = seen.get(key_of(obj))
    if known is None:
        yield InformerEvent(type=ADD, obj=obj, raw=raw)
        return
    old = orjson.loads(known)
    if version_of(obj) <= version_of(old):
        return  # told before: a list and a watch overlap
    if obj["metadata"].get("uid") != old["metadata"].get("uid"):
        yield InformerEvent(type=DELETE, obj=old, raw=known.encode())
        yield InformerEvent(type=ADD, obj=obj, raw=raw)
        return
    yield InformerEvent(type=UPDATE, obj=obj, raw=raw, old=known.encode())


def vanished(
    seen: Mapping[str, str], key: str, revision: int, last: tuple[Object, bytes] | None = None
) -> Iterator[InformerEvent]:
    """Yield what it means that an object is gone or no longer selected since ``revision``.

    ``last`` is how it was then, if that is known better than from ``seen``.
    """
    known = seen.get(key)
    if known is None:
        return
    old = orjson.loads(known)
    if revision <= version_of(old):
        return
    obj, raw = last or (old, known.encode())
    yield InformerEvent(type=DELETE, obj=obj, raw=raw)
