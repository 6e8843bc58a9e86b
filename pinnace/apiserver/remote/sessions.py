"""exec and attach: bytes between a client's channels and a container's program."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import orjson

from pinnace.apiserver.remote import channels, descriptors
from pinnace.apiserver.remote.access import Program
from pinnace.apiserver.remote.link import Gone, Link
from pinnace.apiserver.statuses import of_error
from pinnace.apiserver.workers import Workers
from pinnace.objects.errors import PinnaceError

#: Seconds that output may be silent once its program has ended: others may hold the pipes for ever.
_STRAGGLERS = 2.0


async def refuse(link: Link, error: PinnaceError) -> None:
    """Tell the client, on the channel for it, why nothing runs."""
    with suppress(Gone):
        await link.send(channels.message(channels.ERROR, orjson.dumps(of_error(error))))


class ExecSession:
    """One program and one client."""

    def __init__(self, link: Link, program: Program, workers: Workers) -> None:
        self._link, self._program, self._workers = link, program, workers
        self._moved = 0  # messages sent
        self._sending = 0  # messages that wait for the client to read

    async def run(self) -> None:
        """Move bytes until the program has ended or the client has gone, then end the other."""
        program = self._program
        outputs = [
            asyncio.create_task(self._copy(descriptor, channel))
            for descriptor, channel in (
                (program.stdout, channels.STDOUT), (program.stderr, channels.STDERR),
            )
            if descriptor >= 0
        ]  # fmt: skip
        inputs = asyncio.create_task(self._feed())
        ended = asyncio.create_task(descriptors.readable(program.ended))
        try:
            await asyncio.wait({inputs, ended}, return_when=asyncio.FIRST_COMPLETED)
            finished = ended.done()
            if finished:
                await self._drain(outputs)
        finally:
            for task in (*outputs, inputs, ended):
                task.cancel()
            await asyncio.gather(*outputs, inputs, ended, return_exceptions=True)
            code = await asyncio.shield(self._workers.run(program.close))
        if finished:
            with suppress(Gone):
                await self._link.send(channels.message(channels.ERROR, channels.exit_status(code)))

    async def _drain(self, outputs: list["asyncio.Task[None]"]) -> None:
        """Wait for the rest of the output: as long as any comes, or the client is slow."""
        while any(not task.done() for task in outputs):
            moved = self._moved
            await asyncio.wait(outputs, timeout=_STRAGGLERS)
            if self._moved == moved and not self._sending:
                return

    async def _copy(self, descriptor: int, channel: int) -> None:
        with suppress(Gone):
            async for piece in descriptors.pieces(descriptor):
                self._sending += 1
                await self._link.send(channels.message(channel, piece))
                self._sending -= 1
                self._moved += 1

    async def _feed(self) -> None:
        """Pass on what the client sends; returns when it has gone."""
        program = self._program
        async for received in self._link.messages():
            channel, data = channels.read(received)
            if channel == channels.STDIN and program.stdin >= 0:
                if not await descriptors.write(program.stdin, data):
                    program.end_input()
            elif channel == channels.RESIZE and (size := channels.size_of(data)):
                program.resize(*size)
            elif channel == channels.CLOSE and data == bytes([channels.STDIN]):
                program.end_input()


_CHANNEL_OF = {"stdout": channels.STDOUT, "stderr": channels.STDERR}


async def attach(link: Link, follow: Callable[[threading.Event], Iterator[tuple[str, bytes]]]
                 ) -> None:  # fmt: skip
    """Send what a container says from now on, until it has ended or the client has gone."""
    loop, stop = asyncio.get_running_loop(), threading.Event()
    outcome: asyncio.Future[PinnaceError | None] = loop.create_future()

    def settle(error: PinnaceError | None) -> None:
        if not outcome.done():
            outcome.set_result(error)

    def pump() -> None:
        error: PinnaceError | None = None
        try:
            for stream, data in follow(stop):
                sent = asyncio.run_coroutine_threadsafe(
                    link.send(channels.message(_CHANNEL_OF[stream], data)), loop
                )
                sent.result()
        except PinnaceError as refused:
            error = refused
        except (Gone, RuntimeError):  # the client has gone, or the server is going
            return
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=pump, name="pod-attach", daemon=True).start()
    gone = asyncio.create_task(_until_gone(link))
    try:
        either: list[asyncio.Future[Any]] = [outcome, gone]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        gone.cancel()
    if outcome.done():
        error = outcome.result()
        if error is not None:
            await refuse(link, error)
            return
        with suppress(Gone):
            await link.send(channels.message(channels.ERROR, channels.exit_status(0)))


async def _until_gone(link: Link) -> None:
    async for _ in link.messages():
        pass
