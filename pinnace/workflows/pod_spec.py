"""The Pod of a node, as Argo's controller builds it.

``init`` and ``wait`` are argoexec, ``main`` is the user's container, sidecars come after. Pure: it
returns the Pod; creating it is part of the Decision. Mirrors ``workflowpod.go`` of the controller.
"""

import json
from dataclasses import dataclass

import yaml

from pinnace.objects.clock import rfc3339
from pinnace.objects.meta import namespace_of, owner_reference, uid_of
from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.durations import instant, parse_duration
from pinnace.workflows.names import pod_name
from pinnace.workflows.nodes import Node
from pinnace.workflows.operation import Job, Operation
from pinnace.workflows.pod_patch import apply_patch
from pinnace.workflows.pod_volumes import (
    add_input_artifacts,
    add_referenced_volumes,
    add_script_staging,
    add_user_containers,
    base_volumes,
    mirror_to_wait,
)
from pinnace.workflows.problems import Problem
from pinnace.workflows.repository import with_archive_location
from pinnace.workflows.scheduling import add_metadata, add_scheduling
from pinnace.workflows.spec import Template, artifacts, template_type, whole
from pinnace.workflows.substitution import fill, unresolved_tags

_NO_DEADLINE = "0001-01-01T00:00:00Z"
_MAX_INLINE = 131072


@dataclass(frozen=True, kw_only=True)
class PodOrder:
    """Which pod to build."""

    job: Job
    node: Node
    include_result: bool


@dataclass(frozen=True)
class Built:
    """A pod, and the ConfigMaps it needs."""

    pod: Object
    extras: tuple[Object, ...] = ()


def build_pod(op: Operation, order: PodOrder) -> Built | None:
    """Build the node's pod; None when the workflow's deadline has left it no time at all."""
    template = with_archive_location(order.job.template, op.repository, op.spec)
    seconds = _active_deadline(op, order)
    if seconds is not None and seconds <= 0:
        return None
    pod = _skeleton(op, order, template)
    spec = pod["spec"]
    if seconds is not None:
        spec["activeDeadlineSeconds"] = seconds
    spec["containers"] = [*_wait(op, template), _main(op, template)]
    spec["initContainers"] = [_executor_container(op, words.INIT, ["argoexec", "init"])]
    add_scheduling(spec, op.spec, template)
    add_metadata(pod, op.spec, template)
    add_referenced_volumes(spec, template, op.volumes, _claims(op))
    add_input_artifacts(spec, template)
    if template_type(template) == "script":
        add_script_staging(spec)
    add_user_containers(spec, template)
    mirror_to_wait(spec, template)
    extras = _add_environment(op, order, pod, template)
    return Built(_finished(op, pod, template), extras)


def _skeleton(op: Operation, order: PodOrder, template: Template) -> Object:
    node = order.node
    labels = {words.LABEL_WORKFLOW: op.name, words.LABEL_COMPLETED: "false"}
    if order.job.call.on_exit:
        labels[words.LABEL_ON_EXIT] = "true"
    annotations = {
        words.ANNOTATION_NODE_NAME: node["name"],
        words.ANNOTATION_NODE_ID: node["id"],
        words.ANNOTATION_DEFAULT_CONTAINER: words.MAIN,
    }
    if op.spec.get("podGC"):
        pod_gc = op.spec["podGC"]
        delay = pod_gc.get("deleteDelayDuration") or "5s"
        annotations[words.ANNOTATION_POD_GC_STRATEGY] = f"{pod_gc.get('strategy') or ''}/{delay}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": pod_name(op.name, node["name"], template.get("name") or ""),
            "namespace": namespace_of(op.workflow),
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [owner_reference(op.workflow)],
        },
        "spec": {"restartPolicy": "Never", "volumes": base_volumes(template)},
    }


# -- containers -----------------------------------------------------------------------------------


def _executor_container(op: Operation, name: str, command: list[str]) -> Object:
    def field(name: str, path: str) -> Object:
        return {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}}

    return {
        "name": name,
        "image": words.EXECUTOR_IMAGE,
        "command": command,
        "env": [
            field("ARGO_POD_NAME", "metadata.name"),
            field("ARGO_POD_UID", "metadata.uid"),
            {"name": "ARGO_WORKFLOW_NAME", "value": op.name},
            {"name": "ARGO_WORKFLOW_UID", "value": uid_of(op.workflow)},
        ],
    }


def _wait(op: Operation, template: Template) -> list[Object]:
    """Return the wait container; resource templates have none, argoexec is their main."""
    if template_type(template) == "resource":
        return []
    return [_executor_container(op, words.WAIT, ["argoexec", "wait"])]


def _main(op: Operation, template: Template) -> Object:
    kind = template_type(template)
    if kind == "resource":
        command = ["argoexec", "resource", str(template["resource"].get("action") or "")]
        return _executor_container(op, words.MAIN, command)
    container = {
        key: value for key, value in template[kind].items() if key not in ("source", "name")
    }
    main: Object = {"name": words.MAIN, **container}
    if kind == "script" and template["script"].get("source"):
        main["args"] = [*(main.get("args") or []), words.SCRIPT_PATH]
    return main


# -- environment ----------------------------------------------------------------------------------


def _add_environment(
    op: Operation, order: PodOrder, pod: Object, template: Template
) -> tuple[Object, ...]:
    """Tell every container who it is, and argoexec the template it serves."""
    deadline = order.job.call.deadline
    common = [
        {"name": "ARGO_NODE_ID", "value": order.node["id"]},
        {"name": "ARGO_INCLUDE_SCRIPT_OUTPUT", "value": str(order.include_result).lower()},
        {"name": "ARGO_DEADLINE", "value": rfc3339(deadline) if deadline else _NO_DEADLINE},
        {"name": "ARGO_WORKFLOW_NAME", "value": op.name},
        {"name": "ARGO_PROGRESS_FILE", "value": words.PROGRESS_PATH},
    ]
    written = json.dumps(_simplified(op, template), separators=(",", ":"))
    offloaded = len(written) > _MAX_INLINE
    told = {"name": "ARGO_TEMPLATE", "value": "offloaded" if offloaded else written}
    for part in ("initContainers", "containers"):
        for container in pod["spec"][part]:
            own = [{"name": "ARGO_CONTAINER_NAME", "value": container["name"]}]
            argoexec = container.get("image") == words.EXECUTOR_IMAGE
            container["env"] = [
                *(container.get("env") or []), *own, *([told] if argoexec else []), *common,
            ]  # fmt: skip
            container.setdefault("volumeMounts", [])
            container["volumeMounts"] = [
                *container["volumeMounts"],
                {"name": "var-run-argo", "mountPath": words.VAR_RUN_ARGO},
            ]
    return (_offload(op, pod, written),) if offloaded else ()


def _simplified(op: Operation, template: Template) -> Template:
    """Return what argoexec needs to know: no parameters in, owner set on a resource's manifest."""
    simple = {**template, "inputs": {"artifacts": artifacts(template.get("inputs"))}}
    resource = template.get("resource")
    if resource and resource.get("setOwnerReference") and resource.get("manifest"):
        simple["resource"] = {**resource, "manifest": _owned(op, str(resource["manifest"]))}
    return simple


def _owned(op: Operation, manifest: str) -> str:
    try:
        found = yaml.safe_load(manifest)
    except yaml.YAMLError as problem:
        raise Problem(f"resource.manifest is not YAML: {problem}") from None
    if not isinstance(found, dict):
        raise Problem("resource.manifest must be one object for setOwnerReference")
    meta = found.setdefault("metadata", {})
    meta["ownerReferences"] = [*(meta.get("ownerReferences") or []), owner_reference(op.workflow)]
    return yaml.safe_dump(found, sort_keys=False)


def _offload(op: Operation, pod: Object, written: str) -> Object:
    """Put a template that is too large for an environment variable into a ConfigMap."""
    name = pod["metadata"]["name"]
    pod["spec"]["volumes"].append({"name": "argo-env-config", "configMap": {"name": name}})
    for container in pod["spec"]["initContainers"] + pod["spec"]["containers"]:
        if container.get("image") == words.EXECUTOR_IMAGE:
            mount = {"name": "argo-env-config", "mountPath": "/argo/config"}
            container["volumeMounts"].append(mount)
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": pod["metadata"]["namespace"],
            "labels": {words.LABEL_WORKFLOW: op.name},
            "annotations": dict(pod["metadata"]["annotations"]),
            "ownerReferences": [owner_reference(op.workflow)],
        },
        "data": {"ARGO_TEMPLATE": written},
    }


# -- finishing ------------------------------------------------------------------------------------


def _claims(op: Operation) -> list[Object]:
    found: list[Object] = op.status.get("persistentVolumeClaims") or []
    return found


def _active_deadline(op: Operation, order: PodOrder) -> int | None:
    """Return the least of the template's deadline, its timeout and what the workflow has left."""
    template = order.job.template
    limits = [whole(template.get("activeDeadlineSeconds"), "activeDeadlineSeconds")]
    if op.deadline is not None and not order.job.call.on_exit:
        limits.append(int((op.deadline - op.now).total_seconds()))
    started = instant(order.node.get("startedAt"))
    if template.get("timeout") and started is not None:
        left = started + parse_duration(template["timeout"]) - op.now
        if left.total_seconds() <= 1:
            raise Problem(f"{order.node['name']} exceeded its deadline")
        limits.append(int(left.total_seconds()))
    if order.job.call.deadline is not None:
        limits.append(max(1, int((order.job.call.deadline - op.now).total_seconds())))
    known = [each for each in limits if each is not None]
    return min(known) if known else None


def _finished(op: Operation, pod: Object, template: Template) -> Object:
    """Fill in what came late (volumes, archive location) and apply ``podSpecPatch``."""
    values: dict[str, str | None] = {**op.globals, "pod.name": pod["metadata"]["name"]}
    filled: Object = fill(pod, values)
    missing = unresolved_tags(template.get("archiveLocation") or {}, values)
    if missing:
        raise Problem(f"failed to resolve {{{{{missing[0]}}}}}")
    for patch in (op.spec.get("podSpecPatch"), template.get("podSpecPatch")):
        if patch:
            filled["spec"] = apply_patch(filled["spec"], str(fill(patch, values)))
    return filled
