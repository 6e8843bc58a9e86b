"""The bucket of one ``minio`` event: where it is, what is wanted of it, what was seen in it."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import urllib3
from minio import Minio
from minio.error import S3Error

from pinnace.eventsources.emission import Emission, ListenContext, to_json, with_metadata
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.minio import records
from pinnace.eventsources.types.minio.records import Origin, Upload


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach a server: its real address and credentials, read anew for each attempt."""

    address: str
    access_key: str
    secret_key: str
    secure: bool
    region: str | None
    authority: str = ""

    @classmethod
    def of(cls, context: ListenContext, address: str) -> "Access":
        """Read what the spec and its secrets say; raises Invalid."""
        spec = context.spec
        return cls(
            address=address,
            access_key=context.secret("accessKey"),
            secret_key=context.secret("secretKey"),
            secure=not spec.at("insecure"),
            region=str(spec.at("region") or "") or None,
            authority=context.secret("caCertificate") if spec.at("caCertificate") else "",
        )

    def client(self, pool: urllib3.PoolManager) -> Minio:
        """Return an S3 client over an HTTP client."""
        return Minio(
            self.address,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=self.secure,
            region=self.region,
            http_client=pool,
        )

    def options(self) -> dict[str, Any]:
        """Return the options of an HTTP client: failures are seen at once, retried by ``serve``."""
        options: dict[str, Any] = {"retries": False}
        if self.authority:
            options["ssl_context"] = ssl.create_default_context(cadata=self.authority)
        return options


@dataclass(kw_only=True)
class Bucket:
    """A bucket as one event sees it."""

    context: ListenContext
    client: Minio
    origin: Origin
    prefix: str
    suffix: str
    events: tuple[str, ...]
    table: str
    seen: dict[str, str]

    def listed(self) -> Iterator[Upload]:
        """Return every object below the prefix; raises what the client raises."""
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
        """Tell whether an event about a key was asked for."""
        fits = key.startswith(self.prefix) and key.endswith(self.suffix)
        return fits and records.asked_for(name, self.events)

    def emission(
        self, record: dict[str, Any], dedupe: str, change: dict[str, str | None]
    ) -> Emission:
        """Build the event of a record, with the change of the table that goes with it."""
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


def table_of(spec: EventSpec) -> str:
    """Name the table of what was seen: another bucket or prefix starts anew."""
    return f"{spec.at('endpoint')}/{spec.at('bucket.name')}/{spec.at('filter.prefix') or ''}"


def open_bucket(context: ListenContext, access: Access) -> Bucket:
    """Return the bucket of an event with the marks of what was seen; nothing is asked of it yet."""
    spec = context.spec
    timeout = urllib3.Timeout(connect=3.0, read=15.0)
    origin = Origin(
        bucket=str(spec.at("bucket.name")),
        endpoint=f"{'https' if access.secure else 'http'}://{access.address}",
        access_key=access.access_key,
        region=access.region or "",
    )
    return Bucket(
        context=context,
        client=access.client(urllib3.PoolManager(timeout=timeout, **access.options())),
        origin=origin,
        prefix=str(spec.at("filter.prefix") or ""),
        suffix=str(spec.at("filter.suffix") or ""),
        events=tuple(spec.at("events") or ()),
        table=table_of(spec),
        seen=context.seen(table_of(spec)),
    )
