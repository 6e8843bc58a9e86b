"""What the parts of the node agent say to each other about one container.

Plain frozen data: a `ContainerPlan` goes from the agent to a `Runtime`, a `Launch` from there to
`launching`, and a `ContainerExit` comes back from the attempt directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pinnace.objects.errors import PinnaceError

#: What containers without a PATH of their own get, as container images commonly say.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, kw_only=True)
class Mount:
    """One path of the container that is a host file or folder."""

    target: str
    source: Path
    read_only: bool = False
    volume: str = ""  # its name in the Pod


@dataclass(frozen=True, kw_only=True)
class Image:
    """What a container image means on this machine (see `pinnace.pods.images`)."""

    name: str
    known: bool = True
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()  # folders that come first on PATH; visible in the container
    programs: Path | None = None  # a folder of our own programs, before all the others
    shown: tuple[Path, ...] = ()  # host paths that this image shows, read-only, where they are
    folders: tuple[Mount, ...] = ()  # folders of ours that this image has at places of its own
    rootfs: Path | None = None  # an unpacked root file system, used in place of the host's


@dataclass(frozen=True, kw_only=True)
class ContainerPlan:
    """Everything that a runtime needs to start one container."""

    rootfs: Path
    termination_log: Path
    termination_path: str = "/dev/termination-log"
    hostname: str
    image: Image
    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: str = "/"
    user: int = 0
    group: int = 0
    mounts: tuple[Mount, ...] = ()
    read_only_root: bool = False


@dataclass(frozen=True, kw_only=True)
class Launch:
    """The command that the shim starts; ``options`` are bwrap's, none means no sandbox."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    directory: str
    bwrap: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContainerExit:
    """How a container ended."""

    code: int
    reason: str = "Completed"
    signal: int = 0
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


class StartFailed(PinnaceError):
    """A container can't be started; the message says which command and image, and what to do."""

    def __init__(self, message: str, *, code: int = 128, reason: str = "StartError") -> None:
        self.exit_code, self.start_reason = code, reason
        super().__init__(message)
