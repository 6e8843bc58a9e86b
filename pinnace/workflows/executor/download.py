"""Artifacts of workflows for people: found by node and name, fetched from where they are kept.

Mirrors ``getArtifactAndDriver`` of ``server/artifacts/artifact_server.go``.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from posixpath import basename
from typing import Any

from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.workflows.executor.artifacts import Artifact, Drivers
from pinnace.workflows.executor.context import Told
from pinnace.workflows.manual_retry import template_name
from pinnace.workflows.nodes import Node
from pinnace.workflows.repository import archive_location, read_repository
from pinnace.workflows.spec import ARTIFACT_LOCATIONS, Template, artifacts, named


class Download:
    """One artifact of a workflow's node, or (``file``) something inside of it."""

    def __init__(
        self,
        store: Store,
        workflow: Object,
        node_id: str,
        name: str,
        *,
        inputs: bool = False,
        file: str = "",
    ) -> None:
        node = _node(workflow, node_id)
        found = named(artifacts(node.get("inputs" if inputs else "outputs")), name)
        if found is None:
            raise NotFound("artifacts", name)
        self._artifact = _inside(found, file) if file else found
        self._drivers = Drivers(store, _told(store, workflow, node))

    @property
    def file_name(self) -> str:
        """Return the name under which it is kept, for who saves it."""
        kind = _kind(self._artifact)
        place = self._artifact.get(kind) or {} if kind else self._artifact
        return basename(str(place.get("key") or "").rstrip("/")) or str(self._artifact["name"])

    def files(self) -> list[str]:
        """Return the files of a folder, relative to it; [] when it isn't one."""
        return self._drivers.files(self._artifact)

    def load(self, target: Path) -> bool:
        """Fetch it as it is kept; False when it is gone. Raises ExecutorFailed."""
        return self._drivers.load(self._artifact, target)


def _node(workflow: Object, node_id: str) -> Node:
    nodes: dict[str, Node] = (workflow.get("status") or {}).get("nodes") or {}
    if node_id not in nodes:
        raise NotFound("nodes", node_id, f"workflow {name_of(workflow)} has no node {node_id}")
    return nodes[node_id]


def _told(store: Store, workflow: Object, node: Node) -> Told:
    """Return what argoexec would be told: the artifact repository of the node's template."""
    location = _own_location(workflow, node) or _repository(store, workflow)
    metadata = {"name": name_of(workflow), "namespace": namespace_of(workflow)}
    return Told(
        template={"archiveLocation": location}, node_id=node["id"], workflow=name_of(workflow),
        include_result=False, pod={"metadata": metadata},
    )  # fmt: skip


def _own_location(workflow: Object, node: Node) -> Mapping[str, Any] | None:
    """Return the ``archiveLocation`` of the node's template, if that names a place."""
    wanted = template_name(node)
    for template in _templates(workflow):
        location = template.get("archiveLocation") or {}
        if wanted and template.get("name") == wanted and _kind(location):
            return dict(location)
    return None


def _templates(workflow: Object) -> Iterable[Template]:
    status = workflow.get("status") or {}
    yield from (workflow.get("spec") or {}).get("templates") or []
    yield from (status.get("storedWorkflowTemplateSpec") or {}).get("templates") or []
    yield from (status.get("storedTemplates") or {}).values()


def _repository(store: Store, workflow: Object) -> Mapping[str, Any]:
    reference = (workflow.get("status") or {}).get("artifactRepositoryRef") or {}
    name, namespace = reference.get("configMap"), namespace_of(workflow)
    config = store.find(CONFIG_MAPS, namespace, name) if name else None
    return archive_location(read_repository(reference, {name: config} if name and config else {}))


def _inside(artifact: Artifact, file: str) -> Artifact:
    """Return the artifact that is a file of a folder artifact."""
    kind = _kind(artifact)
    place = artifact.get(kind) if kind else None
    if place is None or not place.get("key"):
        raise NotFound("artifacts", f"{artifact['name']}/{file}")
    return {**artifact, kind: {**place, "key": f"{place['key'].rstrip('/')}/{file}"}}


def _kind(location: Mapping[str, Any]) -> str:
    return next((kind for kind in ARTIFACT_LOCATIONS if location.get(kind) is not None), "")
