"""WebSockets with the names that Kubernetes gives its protocols.

``SPDY/3.1+portforward.k8s.io``, which kubectl offers for port-forward, is no token of RFC 6455 (for
its ``/``), so the websockets library refuses the handshake. The choice among the offered protocols
is made by `pinnace.apiserver.remote`; here the library is kept from reading them.
"""

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.server import ServerProtocol

_LARGEST_MESSAGE = 4 * 1024 * 1024


class _Handshake(ServerProtocol):
    def process_subprotocol(self, headers: Headers) -> None:
        """Choose none: the application does."""


class WebSockets(WebSocketsSansIOProtocol):
    """uvicorn's protocol of one WebSocket, with any protocol names."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.conn = _Handshake(max_size=_LARGEST_MESSAGE, logger=logging.getLogger("uvicorn.error"))
