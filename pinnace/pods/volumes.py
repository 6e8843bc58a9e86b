"""A Pod's volumes: what each one is, which files it holds, and where containers mount it.

The first half is pure (a volume becomes a `Plan`); `materialise` makes the plans true on disk, and
`mounts` gives a container's mounts, sub-paths resolved inside their volume: no link leads out.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinnace.objects.meta import name_of, namespace_of, uid_of
from pinnace.objects.types import Object
from pinnace.pods.containers import Mount
from pinnace.pods.environment import expand
from pinnace.pods.layout import Layout
from pinnace.pods.sources import (
    NotReady,
    Sources,
    config_map_data,
    pod_field,
    resource_field,
    secret_data,
)
from pinnace.pods.view import View

_REASON = "FailedMount"


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a volume that the control plane writes."""

    path: str
    data: bytes
    mode: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one volume is: a host folder, filled with ``files`` if it is one of those."""

    name: str
    folder: Path
    files: tuple[File, ...] | None = None
    must_exist: bool = False
    read_only: bool = False


def plan(
    pod: Object, layout: Layout, sources: Sources, allowed: Iterable[str] = ()
) -> tuple[Plan, ...]:
    """Return the plan of every volume; raises NotReady naming what is missing or refused."""
    return tuple(
        _plan(pod, volume, layout, sources, tuple(allowed))
        for volume in (pod.get("spec") or {}).get("volumes") or ()
    )


def folder_of(pod: Object, volume: Object, layout: Layout) -> tuple[Path, bool]:
    """Return where a volume lies on the host, and whether it is read-only by nature."""
    match volume:
        case {"persistentVolumeClaim": source}:
            claim = layout.claim(namespace_of(pod), str(source["claimName"]))
            return claim, bool(source.get("readOnly"))
        case {"ephemeral": _}:
            return layout.claim(namespace_of(pod), f"{name_of(pod)}-{volume['name']}"), False
        case {"hostPath": source}:
            return Path(str(source["path"])), False
    own = layout.pod(uid_of(pod)).volumes / str(volume["name"])
    written = any(kind in volume for kind in ("configMap", "secret", "projected", "downwardAPI"))
    return own, written


def _plan(
    pod: Object, volume: Object, layout: Layout, sources: Sources, allowed: tuple[str, ...]
) -> Plan:
    folder, read_only = folder_of(pod, volume, layout)
    name = str(volume["name"])
    namespace = namespace_of(pod)
    match volume:
        case {"hostPath": source}:
            _check_host_path(name, str(source["path"]), allowed)
            make = str(source.get("type") or "") == "DirectoryOrCreate"
            return Plan(name=name, folder=folder, must_exist=not make)
        case {"persistentVolumeClaim": source}:
            claim = str(source["claimName"])
            if sources.claim(namespace, claim) is None:
                message = f'persistentvolumeclaim "{claim}" not found'
                raise NotReady(message, reason=_REASON)
            return Plan(name=name, folder=folder, read_only=read_only)
    if read_only:
        files = tuple(_files(pod, volume, sources))
        return Plan(name=name, folder=folder, files=files, read_only=True)
    if "emptyDir" in volume or "ephemeral" in volume or set(volume) == {"name"}:
        return Plan(name=name, folder=folder)
    kind = next(iter(set(volume) - {"name"}))
    raise NotReady(
        f'volume "{name}" of type {kind} is not supported here: expected emptyDir, configMap, '
        "secret, projected, downwardAPI, persistentVolumeClaim, ephemeral or hostPath",
        reason=_REASON,
    )


def _check_host_path(name: str, path: str, allowed: tuple[str, ...]) -> None:
    real = os.path.realpath(path)
    if any(real == root or real.startswith(root.rstrip("/") + "/") for root in allowed):
        return
    raise NotReady(
        f'volume "{name}": hostPath {path} is refused, as it would show the Pod a folder of this '
        "machine; allow it with `hostPaths: [FOLDER]` in pinnace.yaml",
        reason=_REASON,
    )


def _files(pod: Object, volume: Object, sources: Sources) -> list[File]:
    match volume:
        case {"projected": projected}:
            default = _mode(projected.get("defaultMode"), 0o644)
            parts = projected.get("sources") or ()
            return [file for part in parts for file in _part(pod, part, default, sources)]
        case {"secret": source}:
            renamed = {**source, "name": source.get("secretName")}
            return _part(pod, {"secret": renamed}, _mode(source.get("defaultMode"), 0o644), sources)
    kind = "configMap" if "configMap" in volume else "downwardAPI"
    source = volume[kind]
    return _part(pod, {kind: source}, _mode(source.get("defaultMode"), 0o644), sources)


def _part(pod: Object, part: Object, default: int, sources: Sources) -> list[File]:
    namespace = namespace_of(pod)
    match part:
        case {"configMap": source}:
            found = sources.config_map(namespace, str(source.get("name", "")))
            data = None if found is None else config_map_data(found)
            return _selected("configmap", source, data, default)
        case {"secret": source}:
            found = sources.secret(namespace, str(source.get("name", "")))
            data = None if found is None else secret_data(found)
            return _selected("secret", source, data, default)
        case {"downwardAPI": source}:
            return [_downward(pod, item, default) for item in source.get("items") or ()]
        case {"serviceAccountToken": source}:  # there are no such tokens here; an empty file
            return [File(path=str(source.get("path", "token")), data=b"", mode=default)]
    raise NotReady(f"projected source {sorted(part)} is not supported", reason=_REASON)


def _selected(
    kind: str, source: Mapping[str, Any], data: dict[str, bytes] | None, default: int
) -> list[File]:
    """The files of a ConfigMap or Secret: all keys, or those that ``items`` names."""
    name = source.get("name")
    if data is None:
        if source.get("optional"):
            return []
        raise NotReady(f'{kind} "{name}" not found', reason=_REASON)
    items = source.get("items")
    if items is None:
        return [File(path=key, data=value, mode=default) for key, value in data.items()]
    missing = [item["key"] for item in items if item["key"] not in data]
    if missing and not source.get("optional"):
        message = f'{kind} "{name}" references non-existent key: {missing[0]}'
        raise NotReady(message, reason=_REASON)
    return [
        File(
            path=_inside(item["path"]),
            data=data[item["key"]],
            mode=_mode(item.get("mode"), default),
        )
        for item in items
        if item["key"] in data
    ]


def _downward(pod: Object, item: Object, default: int) -> File:
    if "fieldRef" in item:
        value = pod_field(pod, str(item["fieldRef"].get("fieldPath", "")))
    else:
        value = resource_field(pod, {}, item.get("resourceFieldRef") or {})
    return File(
        path=_inside(item["path"]), data=value.encode(), mode=_mode(item.get("mode"), default)
    )


def _inside(path: str) -> str:
    if path.startswith("/") or ".." in path.split("/"):
        raise NotReady(f"path {path!r} must be relative and without '..'", reason=_REASON)
    return path


def _mode(value: Any, default: int) -> int:
    return default if value is None else int(value) & 0o777


def materialise(plans: Iterable[Plan]) -> None:
    """Make the volumes on disk; what is there already stays as it is."""
    for volume in plans:
        if volume.must_exist and not volume.folder.exists():
            message = f'volume "{volume.name}": hostPath {volume.folder} does not exist'
            raise NotReady(message, reason=_REASON)
        if volume.files is not None:
            _write(volume.folder, volume.files)
        elif not volume.folder.exists():
            volume.folder.mkdir(parents=True, exist_ok=True)
            volume.folder.chmod(0o777)


def _write(folder: Path, files: Iterable[File]) -> None:
    """Write the files beside, then swap them in: a container never sees half of them."""
    if folder.exists():
        return
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for file in files:
        target = fresh / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        target.chmod(file.mode)
    fresh.rename(folder)


def mounts(
    pod: Object, container: Object, layout: Layout, variables: Mapping[str, str]
) -> tuple[Mount, ...]:
    """Return a container's mounts, outer ones first; raises NotReady for an unknown volume."""
    volumes = {str(v["name"]): v for v in (pod.get("spec") or {}).get("volumes") or ()}
    result = []
    for wanted in container.get("volumeMounts") or ():
        name = str(wanted["name"])
        if name not in volumes:
            message = f'volumeMounts: no volume named "{name}" in the Pod'
            raise NotReady(message, reason=_REASON)
        folder, read_only = folder_of(pod, volumes[name], layout)
        part = wanted.get("subPath") or expand(str(wanted.get("subPathExpr") or ""), variables)
        result.append(
            Mount(
                target=str(wanted["mountPath"]),
                source=sub_path(folder, str(part)),
                read_only=read_only or bool(wanted.get("readOnly")),
                volume=name,
            )
        )
    return tuple(sorted(result, key=lambda mount: mount.target.rstrip("/").count("/")))


def sub_path(folder: Path, part: str) -> Path:
    """Return a path inside a volume, made as a folder if nothing is there."""
    if not part:
        return folder
    if part.startswith("/") or ".." in part.split("/"):
        raise NotReady(f"subPath {part!r} must be relative and without '..'", reason=_REASON)
    return View(folder).host(part)


def make_sources(found: Iterable[Mount]) -> None:
    """Make the sub-paths that nothing has made yet, as Kubernetes does, as folders."""
    for mount in found:
        if not mount.source.exists():
            mount.source.mkdir(parents=True, exist_ok=True)
            mount.source.chmod(0o777)
