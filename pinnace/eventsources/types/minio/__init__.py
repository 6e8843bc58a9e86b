"""EventSource type ``minio``: objects in a bucket become events, and none is lost.

Argo Events listens to MinIO's notification API (sources/minio/start.go) and misses what happens
while it is away. Here the bucket is listed as well, against a durable table of what was seen:
``records`` (S3 event records and the identity of an upload, pure), ``listing`` (what changed since,
pure), ``notices`` (the server's own notifications), ``source`` (both together).
"""

from pinnace.eventsources.types.minio.source import check, listen

__all__ = ["check", "listen"]
