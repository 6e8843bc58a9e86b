"""From a container of a Pod to the plan that a runtime carries out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pinnace.objects.clock import Clock
from pinnace.objects.meta import Key, name_of
from pinnace.objects.types import Object
from pinnace.pods import volumes
from pinnace.pods.builtins import Builtin
from pinnace.pods.containers import ContainerPlan
from pinnace.pods.environment import command_line, environment
from pinnace.pods.images import Images
from pinnace.pods.layout import Attempt, Layout
from pinnace.pods.runtime import Runtime
from pinnace.pods.settings import PodSettings
from pinnace.pods.sources import Sources
from pinnace.pods.watching import Watcher


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What all Pods of the node share."""

    layout: Layout
    runtime: Runtime
    images: Images
    builtins: Mapping[str, Builtin]
    sources: Sources
    watcher: Watcher
    settings: PodSettings
    clock: Clock
    wake: Callable[[Key], None]


def prepare(pod: Object, container: Object, attempt: Attempt, tools: Tools) -> ContainerPlan:
    """Return the plan of one run; raises NotReady when something it refers to is missing."""
    spec = pod.get("spec") or {}
    image = tools.images.resolve(str(container.get("image") or ""))
    variables = environment(pod, container, image, tools.sources, tools.settings.environment)
    mounts = volumes.mounts(pod, container, tools.layout, variables)
    volumes.make_sources(mounts)
    security = {**(spec.get("securityContext") or {}), **(container.get("securityContext") or {})}
    return ContainerPlan(
        rootfs=attempt.rootfs,
        termination_log=attempt.termination_log,
        termination_path=str(container.get("terminationMessagePath") or "/dev/termination-log"),
        hostname=str(spec.get("hostname") or name_of(pod)),
        image=image,
        command=command_line(container, image, variables),
        environment=variables,
        directory=str(container.get("workingDir") or "/"),
        user=int(security.get("runAsUser") or 0),
        group=int(security.get("runAsGroup") or 0),
        mounts=mounts,
        read_only_root=bool(security.get("readOnlyRootFilesystem")),
    )
