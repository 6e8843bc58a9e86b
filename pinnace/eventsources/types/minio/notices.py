"""The server's own notifications of a bucket, read on a thread of their own into a queue.

They make events arrive at once, but nothing depends on them: whenever the connection opens (again)
the bucket is listed, and without the notification API (SeaweedFS, S3) listing alone finds all.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

import urllib3
from minio.error import MinioException, S3Error

from pinnace.eventsources.types.minio.bucket import Access

#: MinIO sends a blank every half second; a stream that is silent this long is dead.
SILENCE_SECONDS = 10.0
_RETRY_SECONDS = 5.0
_STREAM = "text/event-stream"

logger = logging.getLogger(__name__)


class Unsupported(Exception):
    """The server has no notification API."""


class _Stream(urllib3.PoolManager):
    """An HTTP client that tells when the stream of notifications is open, and can end it."""

    def __init__(self, opened: Callable[[], None], **options: Any) -> None:
        super().__init__(**options)
        self._opened = opened
        self._response: Any = None

    def urlopen(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Open the stream; raises Unsupported when the answer is something else."""
        response = super().urlopen(method, url, *args, **kwargs)
        if kwargs.get("preload_content", True) or response.status != 200:
            return response
        kind = str(response.headers.get("content-type") or "")
        if not kind.startswith(_STREAM):
            response.close()
            raise Unsupported(f"it answers with {kind or 'no content type'}")
        self._response = response
        self._opened()
        return response

    def end(self) -> None:
        """Wake and end whoever reads the stream."""
        if self._response is None:
            return
        try:
            self._response.shutdown()
        except (OSError, RuntimeError, ValueError):
            return  # the stream has ended by itself


class Notices:
    """Puts records into ``inbox``; an empty list says "the stream has just opened: list now"."""

    def __init__(self, access: Access, bucket: str, prefix: str, events: Sequence[str]) -> None:
        self.inbox: queue.SimpleQueue[list[dict[str, Any]]] = queue.SimpleQueue()
        self.alive = self.unsupported = False
        self._access, self._bucket, self._prefix = access, bucket, prefix
        self._events = tuple(events)
        self._stopping = threading.Event()
        self._pool: _Stream | None = None
        self._thread = threading.Thread(target=self._run, name=f"notices-{bucket}", daemon=True)

    def start(self) -> None:
        """Read from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End the stream."""
        self._stopping.set()
        if self._pool is not None:
            self._pool.end()
        self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopping.is_set() and not self.unsupported:
            try:
                self._read()
            except (Unsupported, S3Error) as error:
                self.unsupported = _final(error)
                logger.info("bucket %s: no notifications: %s", self._bucket, error)
            except (urllib3.exceptions.HTTPError, MinioException, OSError) as error:
                logger.info("bucket %s: notifications ended: %s", self._bucket, error)
            except Exception:  # supervisor: listing goes on without the stream
                logger.exception("bucket %s: reading notifications failed", self._bucket)
            self.alive = False
            self._stopping.wait(_RETRY_SECONDS)

    def _read(self) -> None:
        timeout = urllib3.Timeout(connect=3.0, read=SILENCE_SECONDS)
        self._pool = _Stream(self._opened, timeout=timeout, **self._access.options())
        client = self._access.client(self._pool)
        with client.listen_bucket_notification(
            self._bucket, prefix=self._prefix, events=self._events
        ) as stream:
            for notification in stream:
                self.inbox.put(notification["Records"])
                if self._stopping.is_set():
                    return

    def _opened(self) -> None:
        if self._stopping.is_set():
            raise urllib3.exceptions.HTTPError("stopping")
        self.alive = True
        self.inbox.put([])


def _final(error: Exception) -> bool:
    """Tell "this server can't" from "not now"."""
    if isinstance(error, S3Error):
        return error.code in ("NotImplemented", "MethodNotAllowed", "InvalidArgument")
    return True
