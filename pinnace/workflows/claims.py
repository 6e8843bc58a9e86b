"""volumeClaimTemplates: PersistentVolumeClaims made with a workflow and removed after it.

Mirrors ``createPVCs`` and ``deletePVCs`` of operator.go.
"""

from pinnace.objects.kinds import PERSISTENT_VOLUME_CLAIMS
from pinnace.objects.meta import Key, namespace_of, owner_reference
from pinnace.objects.types import Object
from pinnace.workflows.constants import LABEL_WORKFLOW, Phase
from pinnace.workflows.operation import Operation


def want_claims(op: Operation) -> None:
    """Ask for the workflow's claims when it starts, and record them in its status."""
    templates = op.spec.get("volumeClaimTemplates") or []
    if not templates or op.status.get("persistentVolumeClaims"):
        return
    recorded: list[Object] = []
    for template in templates:
        meta = template.get("metadata") or {}
        name = f"{op.name}-{meta.get('name')}"
        op.wanted.append({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                **meta,
                "name": name,
                "namespace": namespace_of(op.workflow),
                "labels": {**(meta.get("labels") or {}), LABEL_WORKFLOW: op.name},
                "ownerReferences": [owner_reference(op.workflow)],
            },
            "spec": template.get("spec") or {},
        })  # fmt: skip
        claim = {"claimName": name}
        recorded.append({"name": meta.get("name"), "persistentVolumeClaim": claim})
    op.status["persistentVolumeClaims"] = recorded


def drop_claims(op: Operation, phase: Phase) -> None:
    """Delete the claims of a workflow that has ended, as ``volumeClaimGC`` says."""
    strategy = (op.spec.get("volumeClaimGC") or {}).get("strategy") or "OnWorkflowSuccess"
    if strategy == "OnWorkflowSuccess" and phase != Phase.SUCCEEDED:
        return
    for volume in op.status.get("persistentVolumeClaims") or []:
        name = volume["persistentVolumeClaim"]["claimName"]
        op.deletions.append(Key(PERSISTENT_VOLUME_CLAIMS, namespace_of(op.workflow), name))
    op.status.pop("persistentVolumeClaims", None)
