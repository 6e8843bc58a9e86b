"""The channel protocols: each message begins with the number of its stream. Pure.

``v4.channel.k8s.io`` and ``v5.channel.k8s.io``, which adds a message that closes a stream. Mirrors
k8s.io/apimachinery/pkg/util/remotecommand and k8s.io/streaming wsstream; port-forward over channels
is k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go.
"""

from collections.abc import Iterable
from typing import Any

import orjson

V5 = "v5.channel.k8s.io"
V4 = "v4.channel.k8s.io"
TUNNEL = "SPDY/3.1+portforward.k8s.io"

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255


def choose(offered: Iterable[str], served: Iterable[str]) -> str | None:
    """Return the protocol to speak: the first of ours that the client knows."""
    known = {protocol.strip() for protocol in offered}
    return next((protocol for protocol in served if protocol in known), None)


def message(channel: int, data: bytes) -> bytes:
    """Return a message of one stream."""
    return bytes([channel]) + data


def read(received: bytes | str) -> tuple[int, bytes]:
    """Return channel and data of a message; an empty one is of channel -1."""
    data = received.encode() if isinstance(received, str) else received
    return (data[0], data[1:]) if data else (-1, b"")


def port_message(channel: int, port: int) -> bytes:
    """Return the message that begins a port's channel: the port, little-endian."""
    return message(channel, port.to_bytes(2, "little"))


def size_of(data: bytes) -> tuple[int, int] | None:
    """Return columns and rows of a message on the resize channel, None when it has none."""
    try:
        size: Any = orjson.loads(data)
        return int(size["Width"]), int(size["Height"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


def exit_status(code: int) -> bytes:
    """Return the status that ends an exec whose program ended with ``code``."""
    if code == 0:
        return orjson.dumps({"metadata": {}, "status": "Success"})
    return orjson.dumps(
        {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: exit status {code}",
            "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
        }
    )
