"""What a builtin is given of the Pod that it works in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pinnace.objects.types import Object
from pinnace.pods.builtins import BuiltinRun
from pinnace.pods.containers import ContainerExit


class Pod(Protocol):
    """The part of a `pinnace.pods.podrun.PodRun` that builtins use."""

    pod: Object

    def host_path(self, name: str, path: str) -> Path:
        """Return the host path of a container's path."""
        ...

    def output(self, name: str) -> Iterator[bytes]:
        """Yield what a container has written to standard output."""
        ...

    def wait_for(self, name: str) -> ContainerExit:
        """Wait till a container has ended for good."""
        ...

    def terminate(self, name: str) -> None:
        """Ask a container to end."""
        ...

    def wake(self) -> None:
        """Have the Pod looked at again."""
        ...


class Context:
    """What a builtin is given; see `pinnace.pods.builtins.BuiltinContext`."""

    def __init__(self, run: Pod, container: Object, builtin: BuiltinRun) -> None:
        self.pod, self.container, self.stopping = run.pod, container, builtin.stopping
        self._run, self._builtin = run, builtin

    def log(self, line: str) -> None:
        """Write a line to this container's log."""
        self._builtin.log(line)

    def path(self, container: str, path: str) -> Path:
        """Return the host path of a container's path."""
        return self._run.host_path(container, path)

    def stdout(self, container: str) -> Iterator[bytes]:
        """Yield what a container has written to standard output."""
        return self._run.output(container)

    def wait_for(self, container: str) -> ContainerExit:
        """Wait till a container has ended for good."""
        return self._run.wait_for(container)

    def kill(self, container: str) -> None:
        """End another container of the Pod."""
        self._run.terminate(container)
        self._run.wake()
