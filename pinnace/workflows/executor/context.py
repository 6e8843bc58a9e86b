"""What argoexec is told and what it can reach: the pod's own words, and the node agent's hands.

``Surroundings`` is the shape of the node agent's builtin context; ``Told`` is what the workflow's
controller wrote into the container's environment.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pinnace.objects.errors import Invalid, PinnaceError
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.meta import Key, name_of, namespace_of, owners_of, uid_of
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.workflows.spec import Template


class ExecutorFailed(PinnaceError):
    """argoexec could not do its part; the text becomes the container's termination message."""


class Ended(Protocol):
    """How a container ended."""

    @property
    def code(self) -> int:
        """Return its exit code."""
        ...


class Surroundings(Protocol):
    """The pod around this container, as the node agent gives it."""

    pod: Object
    container: Object
    stopping: threading.Event

    def log(self, line: str) -> None:
        """Write a line to this container's log."""
        ...

    def path(self, container: str, path: str) -> Path:
        """Return the host path of a container's path; no link leads out of the container."""
        ...

    def stdout(self, container: str) -> Iterator[bytes]:
        """Yield what a container has written to standard output."""
        ...

    def wait_for(self, container: str) -> Ended:
        """Wait till a container has ended for good."""
        ...

    def kill(self, container: str) -> None:
        """End another container of the pod."""
        ...


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the controller told this container."""

    template: Template
    node_id: str
    workflow: str
    include_result: bool
    pod: Object

    @property
    def namespace(self) -> str:
        """Return the namespace of pod and workflow."""
        return namespace_of(self.pod)

    @property
    def pod_uid(self) -> str:
        """Return the pod's uid: what one execution is known by."""
        return uid_of(self.pod)

    @property
    def owner(self) -> Object | None:
        """Return the owner reference to the workflow."""
        return next((each for each in owners_of(self.pod) if each["kind"] == "Workflow"), None)

    def key(self, pods: Any) -> Key:
        """Return the pod's key, for messages that name who referred to something."""
        return Key(pods, self.namespace, name_of(self.pod))


def read_told(store: Store, ctx: Surroundings) -> Told:
    """Read the container's environment; raises ExecutorFailed when it isn't argoexec's."""
    told = {each["name"]: each.get("value") for each in ctx.container.get("env") or []}
    written = told.get("ARGO_TEMPLATE")
    if written == "offloaded":
        written = _offloaded(store, ctx.pod)
    if not written or not told.get("ARGO_NODE_ID"):
        raise ExecutorFailed(
            f"container {ctx.container.get('name')} has no ARGO_TEMPLATE and ARGO_NODE_ID: "
            "argoexec runs only in pods that the workflow controller makes"
        )
    try:
        template: Template = json.loads(written)
    except ValueError as problem:
        raise ExecutorFailed(f"ARGO_TEMPLATE is not JSON: {problem}") from problem
    return Told(
        template=template,
        node_id=str(told["ARGO_NODE_ID"]),
        workflow=str(told.get("ARGO_WORKFLOW_NAME") or ""),
        include_result=told.get("ARGO_INCLUDE_SCRIPT_OUTPUT") == "true",
        pod=ctx.pod,
    )


def _offloaded(store: Store, pod: Object) -> str:
    """Return a template that was too large for the environment."""
    config = store.find(CONFIG_MAPS, namespace_of(pod), name_of(pod))
    if config is None:
        raise Invalid(
            kind="Pod", name=name_of(pod), field="env.ARGO_TEMPLATE",
            expected=f"ConfigMap {namespace_of(pod)}/{name_of(pod)}", found="none",
        )  # fmt: skip
    return str(config["data"]["ARGO_TEMPLATE"])
