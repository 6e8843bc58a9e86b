"""A bucket of an S3 server, through the `minio` client, with errors that say what to do.

`storage` is the only user. Kept apart because it is the one place that knows the client.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from trainer.environment import ObjectStore
from trainer.errors import Invalid, Missing, TrainerError, Unreachable

ABSENT = frozenset({"NoSuchKey", "NoSuchObject", "NotFound"})
TAKEN = 412
RACED = 409


class Bucket:
    """One bucket."""

    def __init__(self, name: str, store: ObjectStore) -> None:
        self.name = name
        self._endpoint = store.endpoint
        self._client = _client(store)

    def size(self, key: str) -> int:
        """Bytes of an object; raises Missing."""
        with self._explained(key):
            return int(self._client.stat_object(self.name, key).size or 0)

    def get(self, key: str) -> tuple[bytes, str]:
        """An object's bytes and its etag, both of one response."""
        with self._explained(key):
            response = self._client.get_object(self.name, key)
            try:
                return response.data, (response.headers.get("ETag") or "").strip('"')
            finally:
                response.close()
                response.release_conn()

    def put(self, key: str, data: bytes) -> None:
        """Create or replace an object."""
        with self._explained(key):
            self._client.put_object(self.name, key, io.BytesIO(data), len(data))

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Create an object, or return False if there is one.

        The client has no argument for a condition, so it signs a URL and the condition goes in a
        header beside it. A server that ignores the condition is found out by asking twice.
        """
        if not self._conditional_put(key, data):
            return False
        if self._conditional_put(key, data):
            raise ConditionIgnored(self._uri(key), self._endpoint)
        return True

    def delete(self, key: str) -> None:
        """Remove an object."""
        with self._explained(key):
            self._client.remove_object(self.name, key)

    def list(self, prefix: str, *, recursive: bool) -> Iterator[str]:
        """Keys under a prefix; folders end with `/`."""
        with self._explained(prefix):
            for found in self._client.list_objects(self.name, prefix, recursive=recursive):
                yield str(found.object_name)

    def _conditional_put(self, key: str, data: bytes) -> bool:
        with self._explained(key):
            url = self._client.presigned_put_object(self.name, key)
            response = urllib3.request("PUT", url, body=data, headers={"If-None-Match": "*"})
        if response.status in {TAKEN, RACED}:
            return False
        if response.status >= 300:
            raise TrainerError(
                f"{self._uri(key)}: expected the object store at {self._endpoint} to take a "
                f"conditional PUT; found status {response.status}: {response.data[:300]!r}"
            )
        return True

    def _uri(self, key: str) -> str:
        return f"s3://{self.name}/{key}"

    @contextmanager
    def _explained(self, key: str) -> Iterator[None]:
        try:
            yield
        except S3Error as error:
            raise self._meaning(error, key) from error
        except HTTPError as error:
            raise Unreachable(
                f"{self._uri(key)}: no answer from the object store at {self._endpoint} "
                f"({error}); check AWS_ENDPOINT_URL and that the server runs"
            ) from error

    def _meaning(self, error: S3Error, key: str) -> TrainerError:
        match error.code:
            case "NoSuchBucket":
                return Missing(f"s3://{self.name}", fix="create the bucket")
            case code if code in ABSENT:
                return Missing(self._uri(key))
            case _:
                return TrainerError(
                    f"{self._uri(key)}: the object store at {self._endpoint} answered "
                    f"{error.code}: {error.message}"
                )


class ConditionIgnored(TrainerError):
    """The object store accepts If-None-Match and ignores it: no version can be claimed safely."""

    def __init__(self, uri: str, endpoint: str) -> None:
        super().__init__(
            f"{uri}: expected the object store at {endpoint} to honour If-None-Match; found it "
            "replaced an object; use a server that honours conditional writes"
        )


def _client(store: ObjectStore) -> Minio:
    for name, value in (
        ("AWS_ENDPOINT_URL", store.endpoint),
        ("AWS_ACCESS_KEY_ID", store.access_key),
        ("AWS_SECRET_ACCESS_KEY", store.secret_key),
    ):
        if not value:
            raise Invalid(
                where="environment", field=name, expected="a value, to use s3://", found="none"
            )
    parts = urlsplit(store.endpoint)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Invalid(
            where="environment",
            field="AWS_ENDPOINT_URL",
            expected="http(s)://host:port",
            found=store.endpoint,
        )
    return Minio(
        parts.netloc,
        access_key=store.access_key,
        secret_key=store.secret_key,
        region=store.region,
        secure=parts.scheme == "https",
    )
