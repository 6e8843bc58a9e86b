"""How messages stand in a stream: server-sent events, or grpc-gateway's lines of JSON. Pure."""

from collections.abc import Callable, Mapping

EVENT_STREAM = "text/event-stream"
JSON_LINES = "application/json"

Frame = Callable[[bytes], bytes]


def framing(headers: Mapping[str, str]) -> tuple[str, Frame]:
    """Return the media type of a stream and what makes a frame of a JSON text, by ``Accept``."""
    if EVENT_STREAM in headers.get("accept", ""):
        return EVENT_STREAM, _event
    return JSON_LINES, _line


def result(message: bytes) -> bytes:
    """Return a message (JSON) as a stream carries it."""
    return b'{"result":' + message + b"}"


def _event(text: bytes) -> bytes:
    return b"data: " + text + b"\n\n"


def _line(text: bytes) -> bytes:
    return text + b"\n"
