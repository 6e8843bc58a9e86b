"""The Pod and the headless Service of one replica, as they should be created.

Mirrors createNewPod and CreateNewService of pkg/controller.v1/common and pkg/core/pod.go.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from pinnace.objects.meta import owner_reference
from pinnace.objects.types import Object
from pinnace.training import tfconfig
from pinnace.training.names import (
    ANNOTATION_PORT,
    CONTAINER,
    LABEL_ROLE,
    PORT_NAME,
    replica_labels,
    replica_name,
)
from pinnace.training.spec import Job, Replica, RestartPolicy


@dataclass(frozen=True, kw_only=True)
class Family:
    """What the children of one job have in common."""

    job: Job
    owner: Object
    ports: Mapping[str, int]

    def pod(self, replica: Replica, index: int) -> Object:
        """Make the Pod of one replica."""
        template = deepcopy(replica.template)
        metadata = template.get("metadata") or {}
        spec = template["spec"]
        spec["restartPolicy"] = _pod_restart_policy(replica.restart_policy)
        for container in spec["containers"]:
            if container.get("name") == CONTAINER:
                self._equip(container, replica.type, index)
        role = {LABEL_ROLE: "master"} if self.job.is_master(replica.type, index) else {}
        labels = replica_labels(self.job.name, replica.type, index)
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                **{
                    key: metadata[key] for key in ("annotations", "finalizers") if metadata.get(key)
                },
                **self._identity(replica.type, index),
                "labels": {**(metadata.get("labels") or {}), **labels, **role},
            },
            "spec": spec,
        }

    def service(self, replica: Replica, index: int) -> Object:
        """Make the headless Service by whose name the other replicas reach this one."""
        port = self.ports[replica_name(self.job.name, replica.type, index)]
        labels = replica_labels(self.job.name, replica.type, index)
        numbered = {PORT_NAME: port, **replica.named_ports()}
        return {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                **self._identity(replica.type, index),
                "labels": labels,
                "annotations": {ANNOTATION_PORT: str(port)},
            },
            "spec": {
                "clusterIP": "None",
                "selector": labels,
                "ports": [
                    {"name": name, "port": number, "targetPort": number, "protocol": "TCP"}
                    for name, number in numbered.items()
                ],
            },
        }

    def _identity(self, replica_type: str, index: int) -> Object:
        return {
            "name": replica_name(self.job.name, replica_type, index),
            "namespace": self.job.namespace,
            "ownerReferences": [owner_reference(self.owner)],
        }

    def _equip(self, container: Object, replica_type: str, index: int) -> None:
        """Give the training container its port and, where there are others, TF_CONFIG."""
        port = self.ports[replica_name(self.job.name, replica_type, index)]
        others = [entry for entry in container.get("ports") or [] if entry.get("name") != PORT_NAME]
        container["ports"] = [
            *others,
            {"name": PORT_NAME, "containerPort": port, "protocol": "TCP"},
        ]
        if self.job.distributed:
            text = tfconfig.render(self.job, replica_type, index, self.ports)
            container["env"] = [
                *(container.get("env") or []),
                {"name": tfconfig.VARIABLE, "value": text},
            ]


def _pod_restart_policy(policy: RestartPolicy) -> str:
    """Return what the kubelet is told: exit codes are judged by the controller alone."""
    return "Never" if policy is RestartPolicy.EXIT_CODE else policy.value
