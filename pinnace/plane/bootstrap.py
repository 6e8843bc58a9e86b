"""The objects every pipeline may count on, named as ``manifests/base`` names them on a cluster."""

from collections.abc import Mapping

from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import NAMESPACES
from pinnace.objects.meta import DEFAULT_NAMESPACE
from pinnace.objects.types import Object
from pinnace.objects.yamls import dump
from pinnace.plane.object_store import REGION, ObjectStore
from pinnace.store import Store, Transaction
from pinnace.store.services import service_objects

_NAMESPACES = ("default", "kube-system", "argo", "argo-events", "kubeflow", "pinnace")
_SERVICE_ACCOUNTS = ("default", "argo", "pinnace-sensor", "pinnace-workflow")
_DECLARED_S3_PORT = 9000


def apply_bootstrap(
    store: Store, objects: ObjectStore, webhook_port: int, secrets: Mapping[str, Mapping[str, str]]
) -> None:
    """Create or refresh the namespaces, credentials and services of this control plane."""
    wanted = [*_base(), *_secrets(objects, secrets), *_configuration(objects)]
    s3_port = int(objects.address.rpartition(":")[2])
    wanted += service_objects(
        "object-store", DEFAULT_NAMESPACE, {"s3": (_DECLARED_S3_PORT, s3_port)}
    )
    wanted += service_objects("webhook-service", DEFAULT_NAMESPACE, {"http": (80, webhook_port)})

    def write(tx: Transaction) -> None:
        for obj in wanted:
            ensure(tx, obj)

    store.write(write)


def ensure(tx: Transaction, obj: Object) -> Object:
    """Create an object, or make the one that is there look like it; its status stays."""
    key = tx.key_of(obj)
    try:
        current = tx.get(key.kind, key.namespace, key.name)
    except NotFound:
        return tx.create(obj)
    given = obj["metadata"]
    metadata = dict(current["metadata"])
    for field in ("labels", "annotations"):
        if given.get(field):
            metadata[field] = {**(metadata.get(field) or {}), **given[field]}
    fields = ("spec", "status") if key.kind == NAMESPACES else ("status",)
    kept = {field: current[field] for field in fields if field in current}
    return tx.update({**obj, **kept, "metadata": metadata})


def _object(kind: str, name: str, *, namespace: str = DEFAULT_NAMESPACE, **body: object) -> Object:
    metadata = {"name": name} if kind == "Namespace" else {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **body}


def _base() -> list[Object]:
    bus: Object = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "EventBus",
        "metadata": {"name": "default", "namespace": DEFAULT_NAMESPACE},
        "spec": {"jetstream": {"version": "latest"}},
    }
    accounts = [_object("ServiceAccount", name) for name in _SERVICE_ACCOUNTS]
    return [*(_object("Namespace", name) for name in _NAMESPACES), *accounts, bus]


def _secrets(objects: ObjectStore, given: Mapping[str, Mapping[str, str]]) -> list[Object]:
    store = {"accesskey": objects.access_key, "secretkey": objects.secret_key}
    named = {"object-store": store, **given}
    return [_object("Secret", name, stringData=dict(data)) for name, data in named.items()]


def _configuration(objects: ObjectStore) -> list[Object]:
    where = {"endpoint": f"http://{objects.address}", "region": REGION}
    credential = {"name": "object-store"}
    repository = {
        "s3": {
            "bucket": "artifacts",
            "endpoint": f"object-store:{_DECLARED_S3_PORT}",
            "insecure": True,
            "accessKeySecret": {**credential, "key": "accesskey"},
            "secretKeySecret": {**credential, "key": "secretkey"},
        }
    }
    artifacts = _object("ConfigMap", "artifact-repositories", data={"default-v1": dump(repository)})
    default = {"workflows.argoproj.io/default-artifact-repository": "default-v1"}
    artifacts["metadata"]["annotations"] = default
    return [_object("ConfigMap", "object-store", data=where), artifacts]
