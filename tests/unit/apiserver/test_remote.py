"""The wire formats of exec and port-forward."""

import struct
import zlib
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from pinnace.apiserver.remote import channels, spdy
from pinnace.apiserver.remote.access import exec_options, ports_of
from pinnace.objects.errors import BadRequest


def test_a_message_carries_its_channel() -> None:
    assert channels.message(1, b"out") == b"\x01out"
    assert channels.read(b"\x00in") == (0, b"in")
    assert channels.read("\x00text") == (0, b"text")
    assert channels.read(b"") == (-1, b"")
    assert channels.port_message(2, 8080) == b"\x02\x90\x1f"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["v5.channel.k8s.io", "v4.channel.k8s.io"], "v5.channel.k8s.io"),
        (["v4.channel.k8s.io", "v5.channel.k8s.io"], "v5.channel.k8s.io"),
        (["channel.k8s.io", "v4.channel.k8s.io"], "v4.channel.k8s.io"),
        (["base64.channel.k8s.io"], None),
        ([], None),
    ],
)
def test_the_best_protocol_that_both_know(offered: list[str], chosen: str | None) -> None:
    assert channels.choose(offered, (channels.V5, channels.V4)) == chosen


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b'{"Width":80,"Height":24}', (80, 24)),
        (b'{"Width":80}', None),
        (b"[]", None),
        (b"{", None),
        (b'{"Width":"x","Height":1}', None),
    ],
)
def test_sizes_of_terminals(data: bytes, size: tuple[int, int] | None) -> None:
    assert channels.size_of(data) == size


def test_what_exec_asks_for() -> None:
    options = exec_options(QueryParams("command=sh&command=-c&command=ls&stdin=1&stdout=1&tty=1"))
    assert options.command == ("sh", "-c", "ls")
    assert (options.stdin, options.stdout, options.stderr, options.tty) == (True, True, False, True)
    with pytest.raises(BadRequest, match="at least one command"):
        exec_options(QueryParams("stdout=true"))
    with pytest.raises(BadRequest, match="at least 1 of stdin, stdout, stderr"):
        exec_options(QueryParams("command=ls"))


@pytest.mark.parametrize("query", ["", "ports=0", "ports=65536", "ports=x", "ports=²", "ports=1,,"])
def test_ports_that_are_none(query: str) -> None:
    with pytest.raises(BadRequest):
        ports_of(QueryParams(query))


def test_ports_in_their_order() -> None:
    assert ports_of(QueryParams("ports=80,443&ports=8080")) == (80, 443, 8080)


class Client:
    """The client's side of SPDY, as moby/spdystream writes it."""

    def __init__(self) -> None:
        self._compress = zlib.compressobj(9, zdict=spdy.DICTIONARY)

    def control(self, kind: int, payload: bytes, flags: int = 0, version: int = 3) -> bytes:
        return struct.pack(">HHI", 0x8000 | version, kind, flags << 24 | len(payload)) + payload

    def syn(self, stream: int, headers: dict[str, str], flags: int = 0) -> bytes:
        block = struct.pack(">I", len(headers))
        for word in (word for pair in headers.items() for word in pair):
            block += struct.pack(">I", len(word)) + word.encode()
        packed = self._compress.compress(block) + self._compress.flush(zlib.Z_SYNC_FLUSH)
        return self.control(1, struct.pack(">IIBB", stream, 0, 0, 0) + packed, flags)


FIRST = {"streamtype": "error", "port": "80", "requestid": "0"}
SECOND = {"streamtype": "data", "port": "80", "requestid": "0"}


@pytest.mark.parametrize("step", [1, 3, 10_000])
def test_frames_come_in_pieces_of_any_size(step: int) -> None:
    client, decoder = Client(), spdy.Decoder()
    sent = (
        client.syn(1, FIRST)
        + struct.pack(">II", 1, 1 << 24)
        + client.syn(3, SECOND)
        + struct.pack(">II", 3, 5)
        + b"hello"
        + client.control(9, struct.pack(">II", 3, 64))  # a window update: ignored
        + client.control(6, struct.pack(">I", 7))
        + client.control(3, struct.pack(">II", 3, 5))
        + client.control(7, struct.pack(">II", 3, 0))
    )
    pieces = [sent[at : at + step] for at in range(0, len(sent), step)]
    assert [frame for piece in pieces for frame in decoder.feed(piece)] == [
        spdy.SynStream(1, FIRST, False),
        spdy.Data(1, b"", True),
        spdy.SynStream(3, SECOND, False),
        spdy.Data(3, b"hello", False),
        spdy.Ping(7),
        spdy.Reset(3),
        spdy.GoAway(),
    ]


def bomb() -> bytes:
    packer = zlib.compressobj(9, zdict=spdy.DICTIONARY)
    packed = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_SYNC_FLUSH)
    return Client().control(1, struct.pack(">IIBB", 1, 0, 0, 0) + packed)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        Client().control(1, b"\0" * 10 + b"no zlib at all"),
        Client().control(1, b"\0"),
        Client().control(6, struct.pack(">I", 1), version=2),
        Client().control(1, b"", 0)[:4] + b"\x00\xff\xff\xff",
        struct.pack(">II", 3, 0xFFFFFF),
        bomb(),
    ],
)
def test_what_is_no_spdy_is_refused(sent: bytes) -> None:
    with pytest.raises(BadRequest):
        list(spdy.Decoder().feed(sent))


def test_what_the_server_says() -> None:
    encoder, unpack = spdy.Encoder(), zlib.decompressobj(zdict=spdy.DICTIONARY)
    for stream in (1, 3):  # one compressor for all streams
        said = encoder.reply(stream)
        head: tuple[Any, ...] = struct.unpack_from(">HHII", said)
        assert head == (0x8003, 2, len(said) - 8, stream)
        assert unpack.decompress(said[12:]) == b"\0\0\0\0"
    assert encoder.data(3, b"hi", fin=True) == b"\0\0\0\x03\x01\0\0\x02hi"
    assert encoder.ping(7) == b"\x80\x03\0\x06\0\0\0\x04\0\0\0\x07"
    assert encoder.reset(5) == b"\x80\x03\0\x03\0\0\0\x08\0\0\0\x05\0\0\0\x03"
