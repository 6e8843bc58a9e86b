"""port-forward as kubectl does it: SPDY streams inside one WebSocket.

Each connection that kubectl accepts is a pair of streams of one request, first one for errors, then
one for data. Mirrors k8s.io/kubelet/pkg/cri/streaming/portforward/httpstream.go.
"""

import asyncio
from contextlib import suppress

from pinnace.apiserver.remote import spdy
from pinnace.apiserver.remote.forwarding import Connection, Forwards
from pinnace.apiserver.remote.link import Gone, Link
from pinnace.objects.errors import BadRequest, PinnaceError

_MOST_STREAMS = 512  # open at a time: two for each connection


class Tunnel:
    """The server's side of one tunnel."""

    def __init__(self, link: Link, forwards: Forwards) -> None:
        self._link, self._forwards = link, forwards
        self._encode = spdy.Encoder()
        self._errors: dict[str, int] = {}  # streams for errors, by request
        self._open: set[int] = set()
        self._tasks: dict[int, asyncio.Task[None]] = {}  # by data stream
        self._inputs: dict[int, asyncio.Queue[bytes]] = {}

    async def run(self) -> None:
        """Serve until the client goes; raises BadRequest when it speaks something else."""
        decoder = spdy.Decoder()
        try:
            async for received in self._link.messages():
                if isinstance(received, str):
                    raise BadRequest("SPDY: expected binary messages")
                for frame in decoder.feed(received):
                    await self._take(frame)
        except Gone:
            pass
        finally:
            tasks = tuple(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, frame: spdy.Frame) -> None:
        match frame:
            case spdy.SynStream():
                await self._begin(frame)
            case spdy.Data(stream, data, fin):
                for piece in ((data,) if data else ()) + ((b"",) if fin else ()):
                    await self._pass_on(stream, piece)
            case spdy.Reset(stream):
                self._forget(stream)
            case spdy.Ping(number):
                await self._link.send(self._encode.ping(number))

    async def _pass_on(self, stream: int, data: bytes) -> None:
        """Hand bytes (none: the end) to the stream's connection, unless it ends meanwhile."""
        queue, task = self._inputs.get(stream), self._tasks.get(stream)
        if queue is not None and task is not None:
            putting = asyncio.ensure_future(queue.put(data))
            await asyncio.wait({putting, task}, return_when=asyncio.FIRST_COMPLETED)
            putting.cancel()

    async def _begin(self, frame: spdy.SynStream) -> None:
        headers, stream = frame.headers, frame.stream
        kind, request = headers.get("streamtype", ""), headers.get("requestid", "")
        port = headers.get("port", "")
        valid = port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
        if not valid or kind not in ("data", "error") or len(self._open) >= _MOST_STREAMS:
            await self._link.send(self._encode.reset(stream))
            return
        self._open.add(stream)
        await self._link.send(self._encode.reply(stream))
        if kind == "error":
            self._errors[request] = stream
            return
        self._inputs[stream] = asyncio.Queue(maxsize=16)
        errors = self._errors.pop(request, None)
        self._tasks[stream] = asyncio.create_task(self._forward(stream, errors, int(port)))

    async def _forward(self, stream: int, errors: int | None, port: int) -> None:
        """Carry one connection; its two streams end with it."""
        try:
            problem = await self._carry(stream, port)
            if errors is not None:
                data = problem.encode()
                await self._link.send(self._encode.data(errors, data, fin=True))
                self._open.discard(errors)
            await self._link.send(self._encode.data(stream, b"", fin=True))
        except Gone:
            pass
        finally:
            self._inputs.pop(stream, None)
            self._tasks.pop(stream, None)
            self._open.discard(stream)

    async def _carry(self, stream: int, port: int) -> str:
        try:
            connection = await self._forwards.open(port)
        except PinnaceError as error:
            return str(error)
        feeding = asyncio.create_task(_feed(self._inputs[stream], connection))
        try:
            await connection.copy(lambda data: self._link.send(self._encode.data(stream, data)))
        finally:
            feeding.cancel()
            with suppress(asyncio.CancelledError):
                await feeding
            connection.close()
        return ""

    def _forget(self, stream: int) -> None:
        self._open.discard(stream)
        if task := self._tasks.get(stream):
            task.cancel()


async def _feed(queue: "asyncio.Queue[bytes]", connection: Connection) -> None:
    while data := await queue.get():
        await connection.write(data)
    connection.end_input()
