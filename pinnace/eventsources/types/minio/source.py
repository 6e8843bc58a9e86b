"""The ``minio`` source: notifications where the server has them, listing in every case.

Order is what makes it lossless: the stream opens, then the bucket is listed (all that happened
before), then notifications are read (all that happens after). Each event commits together with the
mark of its upload, so a crash repeats nothing and skips nothing.
"""

import queue
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from pinnace.eventsources.emission import (
    Checkpoint,
    Emission,
    ListenContext,
    to_json,
    with_metadata,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.minio import records
from pinnace.eventsources.types.minio.listing import Created, Removed, changes, was_there_before
from pinnace.eventsources.types.minio.notices import Notices
from pinnace.eventsources.types.minio.records import Origin, Upload
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


@dataclass(kw_only=True)
class _Bucket:
    """The bucket of one event: where it is, what is wanted of it, what was seen in it."""

    context: ListenContext
    client: Minio
    origin: Origin
    prefix: str
    suffix: str
    events: tuple[str, ...]
    table: str
    seen: dict[str, str]

    def listed(self) -> Iterator[Upload]:
        found = self.client.list_objects(self.origin.bucket, prefix=self.prefix, recursive=True)
        for item in found:
            if item.object_name and item.last_modified and not item.is_dir:
                yield Upload(
                    key=item.object_name,
                    etag=(item.etag or "").strip('"'),
                    size=item.size or 0,
                    modified=item.last_modified,
                )

    def wanted(self, key: str, name: str) -> bool:
        fits = key.startswith(self.prefix) and key.endswith(self.suffix)
        return fits and records.asked_for(name, self.events)

    def emission(
        self, record: dict[str, Any], dedupe: str, change: dict[str, str | None]
    ) -> Emission:
        fields = {"notification": [record]}
        data = to_json(with_metadata(fields, self.context.spec.fields.get("metadata")))
        commit = self.context.mark(self.table, change)
        return Emission(data=data, dedupe=f"{self.context.spec.uid} {dedupe}", commit=commit)

    def remember(self, change: dict[str, str | None]) -> None:
        """Take over into memory what has become durable."""
        for key, mark in change.items():
            if mark is None:
                self.seen.pop(key, None)
            else:
                self.seen[key] = mark

    def described(self, upload: Upload) -> Upload:
        """Add content type and metadata, which a listing lacks; the object may be gone again."""
        try:
            found = self.client.stat_object(self.origin.bucket, upload.key)
        except S3Error:
            return upload
        if (found.etag or "").strip('"') != upload.etag:
            return upload
        kind = found.content_type or ""
        prefix = "x-amz-meta-"
        own = {k: v for k, v in (found.metadata or {}).items() if k.lower().startswith(prefix)}
        return replace(upload, content_type=kind, user_metadata={"content-type": kind, **own})


def listen(context: ListenContext) -> Iterator[Emission | Checkpoint]:
    """Yield an event for each object created (or removed) in the bucket, each exactly once."""
    address = context.resolve(str(context.spec.at("endpoint")))
    try:
        yield from _listen(context, address)
    except S3Error as error:
        raise Transient(f"{_place(context, address)}: {error.code}: {error.message}") from error
    except (urllib3.exceptions.HTTPError, MinioException, OSError, ValueError) as error:
        raise Transient(f"{_place(context, address)}: {type(error).__name__}") from error


def _place(context: ListenContext, address: str) -> str:
    declared = str(context.spec.at("endpoint"))
    where = declared if declared == address else f"{declared} ({address})"
    return f"bucket {context.spec.at('bucket.name')} at {where} cannot be read"


def _listen(context: ListenContext, address: str) -> Iterator[Emission | Checkpoint]:
    spec = context.spec
    known = context.checkpoint(_since_key(spec))
    since = parse_rfc3339(known) if known else context.now()
    yield Checkpoint(commit=context.save(_since_key(spec), rfc3339_nano(since)))
    credentials = (context.secret("accessKey"), context.secret("secretKey"))
    authority = context.secret("caCertificate") if spec.at("caCertificate") else ""

    def client(pool: urllib3.PoolManager) -> Minio:
        return Minio(
            address,
            access_key=credentials[0],
            secret_key=credentials[1],
            secure=not spec.at("insecure"),
            region=str(spec.at("region") or "") or None,
            http_client=pool,
        )

    bucket = _bucket(context, address, client(_pool(authority)), credentials[0])
    # created and removed are always listened to, so that the table of what was seen stays true
    notices = Notices(
        client, bucket.origin.bucket, bucket.prefix, sorted({*_EVERYTHING, *bucket.events})
    )
    if not context.checkpoint(_done_key(spec)):
        yield from _baseline(bucket, since if known else None)
    notices.start()
    try:
        yield from _watch(bucket, notices)
    finally:
        notices.stop()


def _pool(authority: str) -> urllib3.PoolManager:
    options: dict[str, Any] = {}
    if authority:
        options["ssl_context"] = ssl.create_default_context(cadata=authority)
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=3.0, read=15.0), retries=False, **options
    )


def _bucket(context: ListenContext, address: str, client: Minio, access_key: str) -> _Bucket:
    spec = context.spec
    name, prefix = str(spec.at("bucket.name")), str(spec.at("filter.prefix") or "")
    table = _table(spec)
    origin = Origin(
        bucket=name,
        endpoint=f"{'http' if spec.at('insecure') else 'https'}://{address}",
        access_key=access_key,
        region=str(spec.at("region") or ""),
    )
    return _Bucket(
        context=context, client=client, origin=origin, prefix=prefix,
        suffix=str(spec.at("filter.suffix") or ""), events=tuple(spec.at("events") or ()),
        table=table, seen=context.seen(table),
    )  # fmt: skip


def _table(spec: EventSpec) -> str:
    """Name the table of what was seen: another bucket or prefix starts anew."""
    return f"{spec.at('endpoint')}/{spec.at('bucket.name')}/{spec.at('filter.prefix') or ''}"


def _since_key(spec: EventSpec) -> str:
    return f"{_table(spec)} since"


def _done_key(spec: EventSpec) -> str:
    return f"{_table(spec)} baseline"


def _baseline(bucket: _Bucket, since: datetime | None) -> Iterator[Checkpoint]:
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


def _watch(bucket: _Bucket, notices: Notices) -> Iterator[Emission | Checkpoint]:
    while not bucket.context.stopping.is_set():
        began = monotonic()
        yield from _reconcile(bucket)
        took = monotonic() - began
        bucket.context.listening(_note(bucket, notices))
        calm = CALM_SECONDS if notices.alive else POLL_SECONDS
        yield from _hear(bucket, notices, began + max(calm, took / _LISTING_SHARE))


def _note(bucket: _Bucket, notices: Notices) -> str:
    if notices.alive:
        return ""
    blind = [
        e for e in bucket.events if not any(records.asked_for(n, (e,)) for n in records.BY_LISTING)
    ]
    text = f"no notifications from the server: the bucket is listed every {POLL_SECONDS} s"
    return f"{text}; {', '.join(blind)} cannot be noticed that way" if blind else text


def _reconcile(bucket: _Bucket) -> Iterator[Emission | Checkpoint]:
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


def _created(bucket: _Bucket, upload: Upload) -> Emission:
    record = records.created_record(bucket.origin, bucket.described(upload))
    dedupe = _made(bucket, upload.key, upload.mark)
    return bucket.emission(record, dedupe, {upload.key: upload.mark})


def _made(bucket: _Bucket, key: str, mark: str) -> str:
    return f"+{bucket.origin.bucket}/{key} {mark}"


def _gone(bucket: _Bucket, key: str, mark: str) -> str:
    return f"-{bucket.origin.bucket}/{key} {mark}"


def _hear(bucket: _Bucket, notices: Notices, until: float) -> Iterator[Emission | Checkpoint]:
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


def _notified(bucket: _Bucket, record: dict[str, Any]) -> Iterator[Emission | Checkpoint]:
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
