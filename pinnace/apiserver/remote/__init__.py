"""Speaking with running containers over WebSockets: exec, attach and port-forward.

In: WebSocket connections that passed the boundary's security. Out: bytes to and from processes and
ports, which the pods room hands over through :class:`PodAccess`. `channels` and `spdy` are the wire
formats (pure), `sessions` and `forwarding` move the bytes, `door` chooses.
"""

from pinnace.apiserver.remote.access import (
    Attach,
    Dial,
    Exec,
    ExecOptions,
    PodAccess,
    Program,
)
from pinnace.apiserver.remote.door import SUBRESOURCES, Door, offered

__all__ = [
    "SUBRESOURCES",
    "Attach",
    "Dial",
    "Door",
    "Exec",
    "ExecOptions",
    "PodAccess",
    "Program",
    "offered",
]
