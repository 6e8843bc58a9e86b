"""Where the API server meets the containers: logs, exec, attach and port-forward.

The two rooms know nothing of each other; here the callables of one become the wishes of the other.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pinnace.apiserver import ExecOptions, LogOptions, PodAccess, Program, ReadLog
from pinnace.objects.types import Object
from pinnace.pods import Command, dial, execute, follow, read_log


def log_reader(state: Path) -> ReadLog:
    """Return what reads the logs in a state folder."""

    def read(pod: Object, container: str, options: LogOptions) -> Iterator[bytes]:
        return read_log(
            state, pod, container, follow=options.follow, tail=options.tail,
            since=options.since, timestamps=options.timestamps, previous=options.previous,
            limit_bytes=options.limit, stop=options.stopping,
        )  # fmt: skip

    return read


def pod_access(state: Path) -> PodAccess:
    """Return the ways into the containers that run on a state folder."""

    def start(pod: Object, container: str, options: ExecOptions) -> Program:
        command = Command(words=options.command, stdin=options.stdin, terminal=options.tty)
        return execute(state, pod, container, command)

    return PodAccess(exec=start, attach=partial(follow, state), dial=partial(dial, state))
