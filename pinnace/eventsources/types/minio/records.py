"""S3 event records as MinIO writes them, and what makes two reports the same upload. Pure.

Mirrors minio/cmd/event-notification.go:ToEvent as its listen API sends it: the key is not escaped,
and ``sequencer`` is the object's modification time in nanoseconds, hexadecimal. That time and the
etag identify an upload, whether it was reported by the server or found by listing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CREATED_PUT = "s3:ObjectCreated:Put"
CREATED_MULTIPART = "s3:ObjectCreated:CompleteMultipartUpload"
REMOVED = "s3:ObjectRemoved:Delete"
#: What listing can tell apart; other events need the notification API.
BY_LISTING = (CREATED_PUT, CREATED_MULTIPART, REMOVED)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One version of one object, as a listing shows it."""

    key: str
    etag: str
    size: int
    modified: datetime
    content_type: str = ""
    user_metadata: Mapping[str, str] | None = None

    @property
    def mark(self) -> str:
        """Return what tells this version from any other of the same key."""
        return _mark(self.etag, _nanoseconds(self.modified))

    @property
    def event_name(self) -> str:
        """Return how it came, as far as the etag tells: multipart etags end in ``-<parts>``."""
        return CREATED_MULTIPART if "-" in self.etag else CREATED_PUT


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a bucket is and who asks: the parts of a record that an upload doesn't carry."""

    bucket: str
    endpoint: str
    access_key: str
    region: str = ""


def _nanoseconds(instant: datetime) -> int:
    span = instant - _EPOCH
    return ((span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds) * 1_000


def _mark(etag: str, nanoseconds: int) -> str:
    """Join etag and milliseconds: listings show no more digits than that."""
    return f"{etag} {nanoseconds // 1_000_000}"


def mark_of(record: Mapping[str, Any]) -> str:
    """Return the mark of the upload that a creation record reports ("" if it can't be told)."""
    item = record["s3"]["object"]
    try:
        return _mark(str(item.get("eTag") or ""), int(str(item.get("sequencer")), 16))
    except ValueError:
        return ""


def created_record(origin: Origin, upload: Upload) -> dict[str, Any]:
    """Build the record of an upload that was found by listing."""
    item: dict[str, Any] = {"key": upload.key, "size": upload.size, "eTag": upload.etag}
    if upload.content_type:
        item["contentType"] = upload.content_type
    if upload.user_metadata:
        item["userMetadata"] = dict(upload.user_metadata)
    item["sequencer"] = f"{_nanoseconds(upload.modified):X}"
    return _record(origin, upload.event_name, upload.modified, item)


def removed_record(origin: Origin, key: str, now: datetime) -> dict[str, Any]:
    """Build the record of an object that is no longer listed."""
    return _record(origin, REMOVED, now, {"key": key, "sequencer": f"{_nanoseconds(now):X}"})


def _record(origin: Origin, name: str, at: datetime, item: Mapping[str, Any]) -> dict[str, Any]:
    who = {"principalId": origin.access_key}
    time = at.astimezone(UTC)
    return {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "awsRegion": origin.region,
        "eventTime": f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z",
        "eventName": name,
        "userIdentity": who,
        "requestParameters": {
            "principalId": origin.access_key,
            "region": origin.region,
            "sourceIPAddress": "",
        },
        "responseElements": {"x-minio-origin-endpoint": origin.endpoint},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "Config",
            "bucket": {
                "name": origin.bucket,
                "ownerIdentity": who,
                "arn": f"arn:aws:s3:::{origin.bucket}",
            },
            "object": dict(item),
        },
        "source": {"host": "", "port": "", "userAgent": ""},
    }


def asked_for(name: str, events: Iterable[str]) -> bool:
    """Tell whether an event name is in the ``events`` of the spec (``s3:ObjectCreated:*``)."""
    return any(
        name.startswith(event[:-1]) if event.endswith("*") else name == event for event in events
    )
