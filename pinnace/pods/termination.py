"""The last words of a container: what it wrote to its termination log.

Mirrors k8s.io/kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go (getTerminationMessage).
"""

from dataclasses import replace

from pinnace.objects.types import Object
from pinnace.pods import logs
from pinnace.pods.containers import ContainerExit
from pinnace.pods.layout import Attempt

_LONGEST = 4096  # bytes of a termination log
_LOG_BYTES, _LOG_LINES = 2048, 80  # of a log that stands in for it


def with_message(ended: ContainerExit, attempt: Attempt, container: Object) -> ContainerExit:
    """Return the exit with the container's own message, if it has one."""
    if ended.message:
        return ended
    try:
        with attempt.termination_log.open("rb") as file:
            text = file.read(_LONGEST).decode(errors="replace")
    except OSError:
        return ended
    if not text and ended.code and container.get("terminationMessagePolicy") == _FALLBACK:
        text = _last_lines(attempt)
    return replace(ended, message=text) if text else ended


_FALLBACK = "FallbackToLogsOnError"


def _last_lines(attempt: Attempt) -> str:
    text = b"".join(logs.last_entries(attempt, _LOG_LINES))
    return text[-_LOG_BYTES:].decode(errors="replace")
