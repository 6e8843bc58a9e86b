"""An S3 server for the trainer's tests, one for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.seaweed import seaweed


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment that leads the trainer to a server with the plane's buckets."""
    with seaweed(tmp_path_factory.mktemp("seaweed")) as store:
        client = store.client()
        for bucket in ("runs", "models", "datasets"):
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
        yield {
            "AWS_ENDPOINT_URL": f"http://{store.address}",
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "AWS_REGION": "us-east-1",
        }
