"""The process runtime: no namespaces, for machines where bubblewrap doesn't work.

A container is a plain process group of the user. Its HOME and TMPDIR are in the Pod's folder; /tmp
and the whole host are as the user sees them. Volumes can't be mounted at absolute paths without a
mount namespace, so a container that mounts one fails and says which. The volumes that the workflow
controller itself adds (``var-run-argo``, ``argo-staging``, ``input-artifacts``) are the exception:
their mount paths are replaced by the host folder wherever they stand in the command, arguments and
environment. That covers ``/argo/staging/script`` and artifact paths that a step is given as
arguments; a path that only stands inside a program is not found. A Service's name can't be given an
address without a hosts file of its own either: names that end in ``.svc`` become 127.0.0.1 in the
command, arguments and environment (TF_CONFIG above all).
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from pinnace.pods.containers import ContainerPlan, Image, Launch, Mount, StartFailed
from pinnace.pods.runtime import RuntimeReport, find_program, search_path
from pinnace.pods.view import View

#: The volumes whose paths are rewritten (made by pinnace.workflows, as by Argo's controller).
REWRITTEN = frozenset({"var-run-argo", "argo-staging", "input-artifacts", "tmp-dir-argo"})
#: A name that a cluster's DNS would know, also as a URL's host, but not as a part of a path.
_SERVICE_NAME = re.compile(
    r"(?<![A-Za-z0-9_.-])(?<![^/]/)(?:[a-z0-9][a-z0-9-]*\.){2,3}svc(?:\.cluster\.local)?(?![\w.-])"
)
WARNING = (
    "containers run as plain processes of this user, without isolation: they can read and write "
    "whatever the user can, share /tmp and the process list, volumes can't be mounted at their "
    "mountPath, runAsUser and rootfs images don't work, and a container that leaves its process "
    "group can outlive its Pod"
)


class Process:
    """Runs containers as processes of the user."""

    name = "process"

    def probe(self) -> RuntimeReport:
        """Tell what is missing; it always works."""
        return RuntimeReport(name=self.name, works=True, warning=WARNING)

    def view(self, rootfs: Path, image: Image, mounts: Iterable[Mount]) -> View:
        """Return the host's own file system, with the rewritten volumes on it."""
        return View(Path("/"), [m for m in mounts if m.volume in REWRITTEN])

    def prepare(self, plan: ContainerPlan) -> Launch:
        """Rewrite the mount paths that can be; refuse the others."""
        if plan.image.rootfs is not None:
            raise StartFailed(
                f'image "{plan.image.name}" is mapped to a rootfs, which the process runtime '
                "can't use; install bubblewrap (apt install bubblewrap)"
            )
        for mount in plan.mounts:
            if mount.volume not in REWRITTEN:
                raise StartFailed(
                    f'volume "{mount.volume}" can\'t be mounted at {mount.target}: the process '
                    "runtime has no mount namespace; install bubblewrap (apt install bubblewrap)"
                )
        home, temporary = plan.rootfs / "root", plan.rootfs / "tmp"
        for folder in (home, temporary):
            folder.mkdir(parents=True, exist_ok=True)
        plan.termination_log.touch()
        given = {"HOME": str(home), "TMPDIR": str(temporary), **plan.environment}
        first = [str(plan.image.programs)] if plan.image.programs is not None else []
        tail = search_path(given, last=[str(Path(sys.executable).parent)])
        given["PATH"] = ":".join([*first, *plan.image.path, tail])
        paths = {mount.target: str(mount.source) for mount in plan.mounts}
        paths[plan.termination_path] = str(plan.termination_log)
        directory = self._directory(plan)
        find_program(plan, View(Path("/")), given["PATH"])
        program = plan.command[0]
        return Launch(
            command=tuple(rewrite(word, paths) for word in (_absolute(program, given["PATH"]),
                                                            *plan.command[1:])),
            environment={key: rewrite(value, paths) for key, value in given.items()},
            directory=directory,
        )  # fmt: skip

    @staticmethod
    def _directory(plan: ContainerPlan) -> str:
        if Path(plan.directory).is_dir() and plan.directory != "/":
            return plan.directory
        work = plan.rootfs / "work"
        work.mkdir(parents=True, exist_ok=True)
        return str(work)


def _absolute(program: str, path: str) -> str:
    """posix_spawn looks nothing up: find the program on the container's PATH."""
    if "/" in program:
        return program
    places = [Path(folder) / program for folder in path.split(":") if folder]
    return str(next((place for place in places if place.is_file()), program))


def rewrite(text: str, paths: dict[str, str]) -> str:
    """Replace container paths by host paths where they stand whole, Services by this machine."""
    text = _SERVICE_NAME.sub("127.0.0.1", text)
    if not paths:
        return text
    longest_first = sorted(paths, key=len, reverse=True)
    pattern = (
        "(?<![A-Za-z0-9_./-])(" + "|".join(map(re.escape, longest_first)) + ")(?![A-Za-z0-9_.-])"
    )
    return re.sub(pattern, lambda found: paths[found.group(1)], text)
