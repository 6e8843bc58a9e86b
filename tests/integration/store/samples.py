"""Small objects to store."""

from pinnace.objects.types import Object


def config_map(name: str, **more: object) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **more}, "data": {}}


def pod(name: str, **metadata: object) -> Object:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, **metadata}, "spec": {}}


def workflow(name: str) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"name": name},
        "spec": {"entrypoint": "a"},
    }  # fmt: skip
