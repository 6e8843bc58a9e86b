"""Artifacts in S3: SeaweedFS here, MinIO or any other elsewhere.

A folder is kept as objects below the key. Mirrors ``workflow/artifacts/s3``.
"""

from itertools import islice
from pathlib import Path
from typing import Any

import urllib3
from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from pinnace.workflows.executor.archive import regular_files
from pinnace.workflows.executor.context import ExecutorFailed
from pinnace.workflows.executor.drivers.values import Values

_LISTED = 10_000
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchBucket"})
_TIMEOUT = urllib3.Timeout(connect=10, read=300)
_RETRIES = urllib3.Retry(total=4, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504])


class S3Driver:
    """Keeps artifacts in buckets."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def load(self, place: dict[str, Any], target: Path) -> bool:
        """Download an object, or everything below it when it is a folder."""
        client, bucket, key = self._client(place), place["bucket"], str(place.get("key") or "")
        try:
            if key and not key.endswith("/") and _load_file(client, bucket, key, target):
                return True
            return _load_folder(client, bucket, key, target)
        except (S3Error, HTTPError, OSError) as problem:
            raise ExecutorFailed(f"s3 {bucket}/{key} failed to load: {problem}") from problem

    def files(self, place: dict[str, Any]) -> list[str]:
        """Return the names of what lies below a folder, relative to it; at most some thousand."""
        client, bucket = self._client(place), place["bucket"]
        prefix = f"{str(place.get('key') or '').rstrip('/')}/"
        try:
            found = client.list_objects(bucket, prefix=prefix, recursive=True)
            names = [str(each.object_name).removeprefix(prefix) for each in islice(found, _LISTED)]
        except (S3Error, HTTPError, OSError) as problem:
            raise ExecutorFailed(f"s3 {bucket}/{prefix} failed to list: {problem}") from problem
        return [name for name in names if name]

    def save(self, place: dict[str, Any], source: Path) -> None:
        """Upload a file, or every file of a folder below the key."""
        client, bucket, key = self._client(place), place["bucket"], str(place["key"])
        try:
            if place.get("createBucketIfNotPresent") and not client.bucket_exists(bucket):
                client.make_bucket(bucket)
            if source.is_dir():
                for file in regular_files(source):
                    below = file.relative_to(source).as_posix()
                    client.fput_object(bucket, f"{key.rstrip('/')}/{below}", str(file))
            else:
                client.fput_object(bucket, key, str(source))
        except (S3Error, HTTPError, OSError) as problem:
            raise ExecutorFailed(f"s3 {bucket}/{key} failed to save: {problem}") from problem

    def _client(self, place: dict[str, Any]) -> Minio:
        for field in ("endpoint", "bucket"):
            if not place.get(field):
                raise ExecutorFailed(f"s3.{field} is required: found {sorted(place)}")
        endpoint = str(place["endpoint"]).removeprefix("http://").removeprefix("https://")
        return Minio(
            self._values.address(endpoint),
            access_key=self._values.secret(place.get("accessKeySecret"), "s3.accessKeySecret"),
            secret_key=self._values.secret(place.get("secretKeySecret"), "s3.secretKeySecret"),
            session_token=self._values.secret(
                place.get("sessionTokenSecret"), "s3.sessionTokenSecret"
            ),
            secure=not place.get("insecure"),
            region=place.get("region") or "us-east-1",
            http_client=urllib3.PoolManager(timeout=_TIMEOUT, retries=_RETRIES),
        )


def _load_file(client: Minio, bucket: str, key: str, target: Path) -> bool:
    try:
        client.fget_object(bucket, key, str(target))
    except S3Error as problem:
        if problem.code in _MISSING:
            return False
        raise
    return True


def _load_folder(client: Minio, bucket: str, key: str, target: Path) -> bool:
    prefix = f"{key.rstrip('/')}/" if key else ""
    found = False
    for each in client.list_objects(bucket, prefix=prefix, recursive=True):
        name = str(each.object_name)
        below = name.removeprefix(prefix)
        if not below or name.endswith("/"):
            continue
        file = target / below
        if ".." in Path(below).parts:
            raise ExecutorFailed(f"s3 {bucket}/{name} refused: its name leads out of the artifact")
        file.parent.mkdir(parents=True, exist_ok=True)
        client.fget_object(bucket, name, str(file))
        found = True
    return found
