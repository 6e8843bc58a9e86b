"""What changed in a bucket since it was last looked at. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pinnace.eventsources.types.minio.records import Upload


@dataclass(frozen=True, kw_only=True)
class Created:
    """A new object, or a new version of one."""

    upload: Upload


@dataclass(frozen=True, kw_only=True)
class Removed:
    """An object that was there and isn't any more; ``mark`` is its last version's."""

    key: str
    mark: str


def changes(seen: Mapping[str, str], listed: Iterable[Upload]) -> Iterator[Created | Removed]:
    """Compare a whole listing with the marks of what was seen."""
    present = set()
    for upload in listed:
        present.add(upload.key)
        if seen.get(upload.key) != upload.mark:
            yield Created(upload=upload)
    for key in sorted(seen.keys() - present):
        yield Removed(key=key, mark=seen[key])


def was_there_before(upload: Upload, since: datetime) -> bool:
    """Tell whether an object is older than the event source.

    A server that keeps whole seconds shows an upload as up to a second older than it is.
    """
    limit = since if upload.modified.microsecond else since.replace(microsecond=0)
    return upload.modified < limit
