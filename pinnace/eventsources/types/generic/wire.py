"""The messages of argo-events' generic.proto as bytes. Pure.

``EventSource {string name = 1; bytes config = 2}`` and
``Event {string name = 1; bytes payload = 2}``.
"""

from pinnace.objects import protobuf

METHOD = "/generic.Eventing/StartEventSource"

_NAME, _CONTENT = 1, 2


def encode(name: str, content: bytes) -> bytes:
    """Return a message with a name and a content."""
    return protobuf.encode({_NAME: name.encode(), _CONTENT: content})


def decode(data: bytes) -> tuple[str, bytes]:
    """Return name and content; unknown fields are skipped. Raises ValueError for other bytes."""
    values = protobuf.decode(data)
    return protobuf.text(values.get(_NAME)), protobuf.content(values.get(_CONTENT))
