"""An object of Kubernetes that is an object in S3."""

import ssl
from contextlib import closing

import urllib3
from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from pinnace.objects.errors import Permanent
from pinnace.sensors.effects.edge import CONNECT_SECONDS, Edge
from pinnace.sensors.effects.sources.request import LIMIT, SECONDS, Request
from pinnace.store.pem import Tls


def read(request: Request, edge: Edge) -> bytes:
    """Return the object's content; raises Permanent or Invalid."""
    bucket = request.place.get("bucket") or {}
    where = f"s3 {bucket.get('name')}/{bucket.get('key')} at {request.text('endpoint')}"
    try:
        answer = _client(request, edge).get_object(bucket["name"], bucket["key"])
        with closing(answer):
            return bytes(answer.read(LIMIT + 1))
    except (MinioException, HTTPError, OSError, ValueError, ssl.SSLError) as error:
        raise Permanent(f"{where}: {error}") from error


def _client(request: Request, edge: Edge) -> Minio:
    insecure = bool(request.place.get("insecure"))
    endpoint = request.text("endpoint")
    named = endpoint if ":" in endpoint else f"{endpoint}:{80 if insecure else 443}"
    real = edge.reach.resolve(named, request.occasion.namespace)
    tls = Tls(authority=request.secret(edge, "caCertificate"))
    return Minio(
        endpoint if real == named else real,
        access_key=request.secret(edge, "accessKey"),
        secret_key=request.secret(edge, "secretKey"),
        secure=not insecure,
        region=request.text("region") or "us-east-1",
        http_client=urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SECONDS),
            retries=urllib3.Retry(total=1), ssl_context=tls.context(),
        ),
    )  # fmt: skip
