"""The messages of argo-events' generic.proto as bytes. Pure.

``EventSource {string name = 1; bytes config = 2}`` and
``Event {string name = 1; bytes payload = 2}``: two fields, both prefixed by their length, so that
no protobuf library is needed for them.
"""

METHOD = "/generic.Eventing/StartEventSource"

#: Wire types; those of a fixed size with it.
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}
_NAME, _CONTENT = 1, 2


def encode(name: str, content: bytes) -> bytes:
    """Return a message with a name and a content; as proto3, empty fields are left out."""
    fields = ((_NAME, name.encode()), (_CONTENT, content))
    return b"".join(
        bytes([number << 3 | _BYTES]) + _length(len(value)) + value
        for number, value in fields
        if value
    )


def _length(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def decode(data: bytes) -> tuple[str, bytes]:
    """Return name and content; unknown fields are skipped. Raises ValueError for other bytes."""
    values = {_NAME: b"", _CONTENT: b""}
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        end = _end(data, place, tag & 7)
        if tag & 7 == _BYTES:
            start = _varint(data, place)[1]
            if tag >> 3 in values:
                values[tag >> 3] = data[start:end]
        place = end
    return values[_NAME].decode("utf-8", "replace"), values[_CONTENT]


def _end(data: bytes, place: int, kind: int) -> int:
    """Return where a field's value ends."""
    if kind == _BYTES:
        length, start = _varint(data, place)
        end = start + length
    elif kind == _VARINT:
        end = _varint(data, place)[1]
    elif kind in _FIXED:
        end = place + _FIXED[kind]
    else:
        raise ValueError(f"not a protobuf message: wire type {kind}")
    if end > len(data):
        raise ValueError("not a protobuf message: it ends too early")
    return end


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        number |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return number, place
        shift += 7
    raise ValueError("not a protobuf message: a number has no end")
