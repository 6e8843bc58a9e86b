"""Volumes of a node's pod: what argoexec, scripts and artifacts need, and what the user asks for.

Each function adds to a pod's spec that ``pod_spec`` is building. Mirrors the volume functions of
``workflow/controller/workflowpod.go``.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pinnace.objects.types import Object
from pinnace.workflows import constants as words
from pinnace.workflows.problems import Problem
from pinnace.workflows.spec import Template, artifacts, has_location, named, template_type

_INPUTS = "input-artifacts"


def base_volumes(template: Template) -> list[Object]:
    """Return the volumes every pod has, and the template's own."""
    return [
        {"name": "var-run-argo", "emptyDir": {}},
        {"name": "tmp-dir-argo", "emptyDir": {}},
        *(template.get("volumes") or []),
    ]


def user_mounts(template: Template) -> list[Object]:
    """Return the volume mounts of the user's main container."""
    kind = template_type(template)
    return list((template.get(kind) or {}).get("volumeMounts") or []) if kind else []


def add_referenced_volumes(
    spec: Object, template: Template, volumes: list[Object], claims: list[Object]
) -> None:
    """Add the workflow's volumes and claims that some container of the pod mounts."""
    known = [*(template.get("volumes") or []), *volumes, *claims]
    for mount in _all_mounts(template):
        volume = named(known, mount["name"])
        if volume is None:
            raise Problem(f"volume '{mount['name']}' not found in workflow spec")
        if named(spec["volumes"], volume["name"]) is None:
            spec["volumes"].append(volume)


def _all_mounts(template: Template) -> Iterable[Object]:
    yield from user_mounts(template)
    for part in ("initContainers", "sidecars"):
        for container in template.get(part) or []:
            yield from container.get("volumeMounts") or []


def overlapping_mount(template: Template, path: str) -> Object | None:
    """Return the user's volume that an artifact's path lies in: the innermost one."""
    found: Object | None = None
    for mount in user_mounts(template):
        where = mount["mountPath"].rstrip("/")
        inside = path == where or path.startswith(f"{where}/")
        if inside and (found is None or len(where) > len(found["mountPath"])):
            found = mount
    return found


def add_input_artifacts(spec: Object, template: Template) -> None:
    """Share a volume between init, which loads artifacts, and main, which has them at their paths.

    An artifact whose path lies in a user's volume is loaded into that volume instead.
    """
    inputs = artifacts(template.get("inputs"))
    if not inputs:
        return
    spec["volumes"].append({"name": _INPUTS, "emptyDir": {}})
    init = named(spec["initContainers"], words.INIT)
    if init is not None:
        mounts = [{"name": _INPUTS, "mountPath": words.INPUT_ARTIFACTS_DIR}]
        mounts += [_mirrored(each) for each in user_mounts(template)]
        init["volumeMounts"] = [*(init.get("volumeMounts") or []), *mounts]
    main = named(spec["containers"], words.MAIN)
    if main is None:
        return
    for artifact in inputs:
        if not has_location(artifact) and artifact.get("optional"):
            continue
        path = artifact.get("path")
        if path and overlapping_mount(template, path) is None:
            mount = {"name": _INPUTS, "mountPath": path, "subPath": artifact["name"]}
            main["volumeMounts"] = [*(main.get("volumeMounts") or []), mount]


def _mirrored(mount: Mapping[str, Any]) -> Object:
    path = f"{words.MAIN_FILESYSTEM_DIR}/{mount['mountPath'].lstrip('/')}"
    return {**mount, "mountPath": path, "readOnly": False}


def add_script_staging(spec: Object) -> None:
    """Share a volume between init, which writes the script, and main, which runs it."""
    spec["volumes"].append({"name": "argo-staging", "emptyDir": {}})
    for container in (
        named(spec["initContainers"], words.INIT),
        named(spec["containers"], words.MAIN),
    ):
        if container is not None:
            mount = {"name": "argo-staging", "mountPath": words.STAGING_DIR}
            container["volumeMounts"] = [*(container.get("volumeMounts") or []), mount]


def add_user_containers(spec: Object, template: Template) -> None:
    """Add the template's init containers and sidecars; those that mirror get main's mounts."""
    main = named(spec["containers"], words.MAIN)
    mirror = list((main or {}).get("volumeMounts") or [])
    for source, target in (("initContainers", "initContainers"), ("sidecars", "containers")):
        for container in template.get(source) or []:
            own = {key: value for key, value in container.items() if key != "mirrorVolumeMounts"}
            if container.get("mirrorVolumeMounts"):
                own["volumeMounts"] = [*(own.get("volumeMounts") or []), *mirror]
            spec[target].append(own)


def mirror_to_wait(spec: Object, template: Template) -> None:
    """Show main's volumes to wait, so that it can collect artifacts from them."""
    if template_type(template) in ("resource", "data"):
        return
    main, wait = named(spec["containers"], words.MAIN), named(spec["containers"], words.WAIT)
    if main is None or wait is None:
        return
    mounts = [_mirrored(each) for each in main.get("volumeMounts") or []]
    wait["volumeMounts"] = [*(wait.get("volumeMounts") or []), *mounts]
