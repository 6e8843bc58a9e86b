"""SPDY/3.1 as ``kubectl port-forward`` uses it inside a WebSocket: frames to bytes and back. Pure.

Only what that needs: streams with headers, data, resets, pings; no priorities, no push, no flow
control (k8s.io/apimachinery/pkg/util/httpstream/spdy and moby/spdystream do without it too).
Written after the SPDY/3.1 draft of the Chromium project.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from pinnace.objects.errors import BadRequest

_CONTROL = 0x8000
_VERSION = 3
_FIN = 0x01
_LONGEST_CONTROL = 64 * 1024
_LONGEST_DATA = 1024 * 1024  # Go's io.Copy sends 32 KiB
_LONGEST_HEADERS = 64 * 1024
REFUSED = 3  # the status of a reset stream: it was not processed


class Control(IntEnum):
    """The types of control frames that are used."""

    SYN_STREAM = 1
    SYN_REPLY = 2
    RST_STREAM = 3
    PING = 6
    GOAWAY = 7


#: What both sides' compressors of header blocks begin with (section 2.6.10.1 of the draft).
_NAMES = (
    "options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|"
    "accept-language|accept-ranges|age|allow|authorization|cache-control|connection|"
    "content-base|content-encoding|content-language|content-length|content-location|"
    "content-md5|content-range|content-type|date|etag|expect|expires|from|host|if-match|"
    "if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|location|"
    "max-forwards|pragma|proxy-authenticate|proxy-authorization|range|referer|"
    "retry-after|server|te|trailer|transfer-encoding|upgrade|user-agent|vary|via|warning|"
    "www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|public|set-cookie|"
    "keep-alive|origin"
)
_VALUES = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502"
    "504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Re"
    "quest401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Impl"
    "emented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00"
    ":00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,imag"
    "e/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivate"
    "max-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
DICTIONARY = (
    b"".join(struct.pack(">I", len(name)) + name.encode() for name in _NAMES.split("|"))
    + _VALUES.encode()
)


@dataclass(frozen=True)
class SynStream:
    """The client opens a stream."""

    stream: int
    headers: Mapping[str, str]
    fin: bool


@dataclass(frozen=True)
class Data:
    """Bytes of a stream; ``fin``: the last of this direction."""

    stream: int
    data: bytes
    fin: bool


@dataclass(frozen=True)
class Reset:
    """A stream is over, both ways, at once."""

    stream: int


@dataclass(frozen=True)
class Ping:
    """To be answered with the same number."""

    number: int


@dataclass(frozen=True)
class GoAway:
    """The client opens no more streams."""


Frame = SynStream | Data | Reset | Ping | GoAway


class Decoder:
    """Cuts a client's bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._headers = zlib.decompressobj(zdict=DICTIONARY)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are complete now; raises BadRequest for what is no SPDY/3."""
        self._buffer += data
        while len(self._buffer) >= 8:
            first, flags_and_length = struct.unpack_from(">II", self._buffer)
            flags, length = flags_and_length >> 24, flags_and_length & 0xFFFFFF
            control = bool(first >> 31)
            if length > (_LONGEST_CONTROL if control else _LONGEST_DATA):
                raise BadRequest(f"SPDY: a frame of {length} bytes is too long")
            if len(self._buffer) < 8 + length:
                return
            payload = bytes(self._buffer[8 : 8 + length])
            del self._buffer[: 8 + length]
            if not control:
                yield Data(first, payload, bool(flags & _FIN))
            elif frame := self._control(first, flags, payload):
                yield frame

    def _control(self, first: int, flags: int, payload: bytes) -> Frame | None:
        version, kind = first >> 16 & 0x7FFF, first & 0xFFFF
        if version != _VERSION:
            raise BadRequest(f"SPDY: expected version {_VERSION}, found {version}")
        try:
            match kind:
                case Control.SYN_STREAM:
                    (stream,) = struct.unpack_from(">I", payload)
                    return SynStream(stream, self._block(payload[10:]), bool(flags & _FIN))
                case Control.RST_STREAM:
                    return Reset(struct.unpack_from(">I", payload)[0])
                case Control.PING:
                    return Ping(struct.unpack_from(">I", payload)[0])
                case Control.GOAWAY:
                    return GoAway()
        except (struct.error, zlib.error, UnicodeDecodeError) as error:
            raise BadRequest(f"SPDY: a frame of type {kind} can't be read: {error}") from error
        return None  # settings, headers, window updates: nothing here goes by them

    def _block(self, compressed: bytes) -> dict[str, str]:
        block = self._headers.decompress(compressed, _LONGEST_HEADERS)
        if self._headers.unconsumed_tail:
            raise BadRequest("SPDY: the headers of a stream are too long")
        (count,) = struct.unpack_from(">I", block)
        place, words = 4, []
        for _ in range(min(count, _LONGEST_HEADERS) * 2):
            (length,) = struct.unpack_from(">I", block, place)
            words.append(block[place + 4 : place + 4 + length].decode("utf-8"))
            place += 4 + length
        return dict(zip(words[::2], words[1::2], strict=True))


class Encoder:
    """Makes the frames of the server's side."""

    def __init__(self) -> None:
        self._headers = zlib.compressobj(zdict=DICTIONARY)

    def reply(self, stream: int) -> bytes:
        """Accept a stream; there are no headers to say."""
        block = self._headers.compress(struct.pack(">I", 0)) + self._headers.flush(
            zlib.Z_SYNC_FLUSH
        )
        return _control(Control.SYN_REPLY, struct.pack(">I", stream) + block)

    def data(self, stream: int, data: bytes, *, fin: bool = False) -> bytes:
        """Send bytes on a stream."""
        return struct.pack(">II", stream, (_FIN if fin else 0) << 24 | len(data)) + data

    def reset(self, stream: int, status: int = REFUSED) -> bytes:
        """End a stream both ways."""
        return _control(Control.RST_STREAM, struct.pack(">II", stream, status))

    def ping(self, number: int) -> bytes:
        """Answer a ping."""
        return _control(Control.PING, struct.pack(">I", number))


def _control(kind: int, payload: bytes) -> bytes:
    return struct.pack(">HHI", _CONTROL | _VERSION, kind, len(payload)) + payload
