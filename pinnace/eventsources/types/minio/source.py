"""The ``minio`` source: notifications where the server has them, listing in every case.

Order is what makes it lossless: the stream opens, then the bucket is listed (all that happened
before), then notifications are read (all that happens after). Each event commits together with the
mark of its upload, so a crash repeats nothing and skips nothing.
"""

import queue
from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from typing import Any

import urllib3
from minio.error import MinioException, S3Error

from pinnace.eventsources.emission import (
    Checkpoint,
    Emission,
    Items,
    ListenContext,
)
from pinnace.eventsources.messages import reason
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.minio import records
from pinnace.eventsources.types.minio.bucket import Access, Bucket, open_bucket, table_of
from pinnace.eventsources.types.minio.listing import Created, Removed, changes, was_there_before
from pinnace.eventsources.types.minio.notices import Notices
from pinnace.eventsources.types.minio.records import Upload
from pinnace.objects.clock import parse_rfc3339, rfc3339_nano
from pinnace.objects.errors import Transient

#: Seconds between listings without notifications, and with them (then it is only a safety net).
POLL_SECONDS = 0.8
CALM_SECONDS = 30.0
#: A listing may take at most this share of the time.
_LISTING_SHARE = 0.25
_BATCH = 1000
_EVERYTHING = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")


def check(spec: EventSpec) -> None:
    """Refuse what can't work; raises Invalid."""
    if not spec.at("bucket.name"):
        raise spec.invalid("bucket.name", expected="the name of a bucket", found=None)
    if not spec.at("endpoint"):
        raise spec.invalid("endpoint", expected="host:port", found=None)
    if not spec.at("events"):
        raise spec.invalid("events", expected="a list such as [s3:ObjectCreated:Put]", found=None)
    for name in ("accessKey", "secretKey"):
        if not isinstance(spec.at(name), dict):
            raise spec.invalid(name, expected="a secret: {name, key}", found=None)


def listen(context: ListenContext) -> Items:
    """Yield an event for each object created (or removed) in the bucket, each exactly once."""
    address = context.resolve(str(context.spec.at("endpoint")))
    try:
        yield from _listen(context, address)
    except S3Error as error:
        raise Transient(f"{_place(context, address)}: {error.code}: {error.message}") from error
    except (urllib3.exceptions.HTTPError, MinioException, OSError, ValueError) as error:
        raise Transient(f"{_place(context, address)}: {reason(error)}") from error


def _place(context: ListenContext, address: str) -> str:
    declared = str(context.spec.at("endpoint"))
    where = declared if declared == address else f"{declared} ({address})"
    return f"bucket {context.spec.at('bucket.name')} at {where} cannot be read"


def _listen(context: ListenContext, address: str) -> Iterator[Emission | Checkpoint]:
    spec = context.spec
    known = context.checkpoint(_since_key(spec))
    since = parse_rfc3339(known) if known else context.now()
    yield Checkpoint(commit=context.save(_since_key(spec), rfc3339_nano(since)))
    access = Access.of(context, address)
    bucket = open_bucket(context, access)
    # created and removed are always listened to, so that the table of what was seen stays true
    notices = Notices(
        access, bucket.origin.bucket, bucket.prefix, sorted({*_EVERYTHING, *bucket.events})
    )
    if not context.checkpoint(_done_key(spec)):
        yield from _baseline(bucket, since if known else None)
    notices.start()
    try:
        yield from _watch(bucket, notices)
    finally:
        notices.stop()


def _since_key(spec: EventSpec) -> str:
    return f"{table_of(spec)} since"


def _done_key(spec: EventSpec) -> str:
    return f"{table_of(spec)} baseline"


def _baseline(bucket: Bucket, since: datetime | None) -> Iterator[Checkpoint]:
    """Mark what was there before as seen, unless the annotation asks for it as events.

    Upstream's meaning is "from now on". ``since``: when this was first tried, if that failed; what
    was uploaded since then is not part of it.
    """
    context = bucket.context
    batch: dict[str, str | None] = {}
    if not context.spec.from_beginning:
        for upload in bucket.listed():
            if since is None or was_there_before(upload, since):
                batch[upload.key] = upload.mark
            if len(batch) == _BATCH:
                yield Checkpoint(commit=context.mark(bucket.table, batch))
                bucket.remember(batch)
                batch = {}
    yield Checkpoint(commit=context.mark(bucket.table, batch))
    bucket.remember(batch)
    yield Checkpoint(commit=context.save(_done_key(context.spec), "done"))


def _watch(bucket: Bucket, notices: Notices) -> Iterator[Emission | Checkpoint]:
    while not bucket.context.stopping.is_set():
        began = monotonic()
        yield from _reconcile(bucket)
        took = monotonic() - began
        bucket.context.listening(_note(bucket, notices))
        calm = CALM_SECONDS if notices.alive else POLL_SECONDS
        yield from _hear(bucket, notices, began + max(calm, took / _LISTING_SHARE))


def _note(bucket: Bucket, notices: Notices) -> str:
    if notices.alive:
        return ""
    blind = [
        e for e in bucket.events if not any(records.asked_for(n, (e,)) for n in records.BY_LISTING)
    ]
    text = f"no notifications from the server: the bucket is listed every {POLL_SECONDS} s"
    return f"{text}; {', '.join(blind)} cannot be noticed that way" if blind else text


def _reconcile(bucket: Bucket) -> Iterator[Emission | Checkpoint]:
    """List the bucket and yield what is new against the marks."""
    quiet: dict[str, str | None] = {}
    for change in changes(dict(bucket.seen), bucket.listed()):
        match change:
            case Created(upload=upload) if bucket.wanted(upload.key, upload.event_name):
                yield _created(bucket, upload)
                bucket.remember({upload.key: upload.mark})
            case Created(upload=upload):
                quiet[upload.key] = upload.mark
            case Removed(key=key, mark=mark) if bucket.wanted(key, records.REMOVED):
                record = records.removed_record(bucket.origin, key, bucket.context.now())
                yield bucket.emission(record, _gone(bucket, key, mark), {key: None})
                bucket.remember({key: None})
            case Removed(key=key):
                quiet[key] = None
    if quiet:
        yield Checkpoint(commit=bucket.context.mark(bucket.table, quiet))
        bucket.remember(quiet)


def _created(bucket: Bucket, upload: Upload) -> Emission:
    record = records.created_record(bucket.origin, bucket.described(upload))
    dedupe = _made(bucket, upload.key, upload.mark)
    return bucket.emission(record, dedupe, {upload.key: upload.mark})


def _made(bucket: Bucket, key: str, mark: str) -> str:
    return f"+{bucket.origin.bucket}/{key} {mark}"


def _gone(bucket: Bucket, key: str, mark: str) -> str:
    return f"-{bucket.origin.bucket}/{key} {mark}"


def _hear(bucket: Bucket, notices: Notices, until: float) -> Iterator[Emission | Checkpoint]:
    """Take notifications until it is time to list again."""
    while not bucket.context.stopping.is_set():
        left = until - monotonic()
        if left <= 0 or (not notices.alive and left > POLL_SECONDS):
            return
        try:
            # woken by a notification; the time-out notices a stop
            heard = notices.inbox.get(timeout=min(left, POLL_SECONDS))
        except queue.Empty:
            continue
        if not heard or not all(map(_identified, heard)):
            return  # the stream has just opened, or reports what only a listing can identify
        for record in heard:
            yield from _notified(bucket, record)


def _identified(record: dict[str, Any]) -> bool:
    created = str(record["eventName"]).startswith("s3:ObjectCreated:")
    return not created or bool(records.mark_of(record))


def _notified(bucket: Bucket, record: dict[str, Any]) -> Iterator[Emission | Checkpoint]:
    """Yield the event of one record of the server, if it is new and wanted."""
    name, key = str(record["eventName"]), str(record["s3"]["object"]["key"])
    if not key.startswith(bucket.prefix):
        return
    if name.startswith("s3:ObjectCreated:"):
        mark = records.mark_of(record)
        change: dict[str, str | None] = {key: mark}
        repeated = bucket.seen.get(key) == mark
        dedupe = _made(bucket, key, mark)
    elif name.startswith("s3:ObjectRemoved:"):
        change, repeated = {key: None}, key not in bucket.seen
        dedupe = _gone(bucket, key, bucket.seen.get(key, ""))
    else:
        change, repeated = {}, False
        dedupe = f"{name} {key} {record['s3']['object'].get('sequencer')}"
    if repeated:
        return
    if bucket.wanted(key, name):
        yield bucket.emission(record, dedupe, change)
    else:
        yield Checkpoint(commit=bucket.context.mark(bucket.table, change))
    bucket.remember(change)
