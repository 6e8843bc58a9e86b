"""Which session a WebSocket request is for: what it asks and which protocol it speaks.

Mirrors k8s.io/kubernetes/pkg/registry/core/pod/strategy.go (streamLocation) and
pkg/registry/core/pod/rest/subresources.go.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from pinnace.apiserver.podlogs import choose_container
from pinnace.apiserver.remote import channels, sessions
from pinnace.apiserver.remote.access import (
    PodAccess,
    attach_options,
    exec_options,
    ports_of,
)
from pinnace.apiserver.remote.forwarding import Forwards, over_channels
from pinnace.apiserver.remote.link import Gone, Link
from pinnace.apiserver.remote.tunnel import Tunnel
from pinnace.apiserver.resources import Resources
from pinnace.apiserver.routing import Target
from pinnace.apiserver.streaming import Streams, Wakeup
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import BadRequest, PinnaceError
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object

log = logging.getLogger(__name__)

Run = Callable[[Link], Awaitable[None]]
SUBRESOURCES = ("exec", "attach", "portforward")
_CHANNELS = (channels.V5, channels.V4)
_FORWARDING = (channels.TUNNEL, channels.V4)


@dataclass(frozen=True)
class Session:
    """A session that can begin: the protocol to speak, and what then runs on the connection."""

    protocol: str
    run: Run

    async def serve(self, socket: WebSocket, streams: Streams) -> None:
        """Accept the connection and run on it, until either side or the server ends it."""
        await socket.accept(subprotocol=self.protocol)
        link, wakeup = Link(socket), streams.open()
        running = asyncio.ensure_future(self.run(link))
        stopping = asyncio.create_task(_ended(wakeup))
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (running, stopping):
                task.cancel()
            outcome, _ = await asyncio.gather(running, stopping, return_exceptions=True)
            streams.forget(wakeup)
        if isinstance(outcome, PinnaceError | Gone):
            log.info("a session of %s ended: %s", self.protocol, outcome)
        elif isinstance(outcome, Exception):
            log.error("a session of %s failed", self.protocol, exc_info=outcome)
        await link.close()


async def _ended(wakeup: Wakeup) -> None:
    while not wakeup.ended:
        await wakeup.wait()


def offered(asked: HTTPConnection) -> list[str]:
    """Return the protocols that a client offers to speak."""
    header = ",".join(asked.headers.getlist("sec-websocket-protocol"))
    return [protocol.strip() for protocol in header.split(",") if protocol.strip()]


class Door:
    """Turns requests on a Pod's streaming subresources into sessions."""

    def __init__(self, resources: Resources, access: PodAccess, workers: Workers) -> None:
        self._resources, self._access, self._workers = resources, access, workers
        self._table = {"exec": self._exec, "attach": self._attach, "portforward": self._forward}

    async def open(self, target: Target, query: QueryParams, offered: Sequence[str]) -> Session:
        """Return the session that is asked for; raises PinnaceError when it can't be."""
        pod = await self._workers.run(lambda: self._resources.get(target))
        if not (pod.get("spec") or {}).get("nodeName"):
            raise BadRequest(f"pod {name_of(pod)} does not have a host assigned")
        return self._table[target.subresource](pod, query, offered)

    def _exec(self, pod: Object, query: QueryParams, offered: Sequence[str]) -> Session:
        options = exec_options(query)
        container = choose_container(pod, query.get("container", ""))

        async def run(link: Link) -> None:
            try:
                program = await self._workers.run(
                    lambda: self._access.exec(pod, container, options)
                )
            except PinnaceError as error:
                await sessions.refuse(link, error)
            else:
                await sessions.ExecSession(link, program, self._workers).run()

        return Session(_speak(offered, _CHANNELS), run)

    def _attach(self, pod: Object, query: QueryParams, offered: Sequence[str]) -> Session:
        options = attach_options(query)
        container = choose_container(pod, query.get("container", ""))
        asked = next(c for c in _containers(pod) if c.get("name") == container)
        if options.stdin and asked.get("stdin"):
            raise BadRequest(
                f"container {container} of pod {name_of(pod)}: its stdin can't be attached to "
                "here; use kubectl exec -i, or attach without -i"
            )
        return Session(
            _speak(offered, _CHANNELS),
            lambda link: sessions.attach(
                link, lambda stop: self._access.attach(pod, container, stop)
            ),
        )

    def _forward(self, pod: Object, query: QueryParams, offered: Sequence[str]) -> Session:
        protocol = _speak(offered, _FORWARDING)
        forwards = Forwards(pod, self._access.dial, self._workers)
        if protocol == channels.TUNNEL:
            return Session(protocol, lambda link: Tunnel(link, forwards).run())
        ports = ports_of(query)
        return Session(protocol, lambda link: over_channels(link, forwards, ports))


def _containers(pod: Object) -> list[Object]:
    spec = pod.get("spec") or {}
    return [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]


def _speak(offered: Sequence[str], served: Sequence[str]) -> str:
    protocol = channels.choose(offered, served)
    if protocol is None:
        raise BadRequest(
            f"unable to upgrade: expected one of the WebSocket protocols {', '.join(served)}, "
            f"found {', '.join(offered) or 'none'}; kubectl speaks them from 1.31 on"
        )
    return protocol
