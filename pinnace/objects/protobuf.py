"""Protobuf messages of a few plain fields, as bytes, without a protobuf library. Pure.

For argo-events' generic.proto and trigger.proto: strings, bytes and booleans.
"""

from collections.abc import Mapping

#: Wire types; those of a fixed size with it.
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}


def encode(fields: Mapping[int, bytes]) -> bytes:
    """Return a message of strings and bytes; as proto3, empty fields are left out."""
    return b"".join(
        bytes([number << 3 | _BYTES]) + _length(len(value)) + value
        for number, value in fields.items()
        if value
    )


def decode(data: bytes) -> dict[int, bytes | int]:
    """Return the fields by number, of several the last. Raises ValueError for other bytes."""
    values: dict[int, bytes | int] = {}
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        end = _end(data, place, tag & 7)
        if tag & 7 == _BYTES:
            values[tag >> 3] = data[_varint(data, place)[1] : end]
        elif tag & 7 == _VARINT:
            values[tag >> 3] = _varint(data, place)[0]
        place = end
    return values


def text(value: bytes | int | None) -> str:
    """Return a string field, "" when it is absent."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def content(value: bytes | int | None) -> bytes:
    """Return a bytes field, empty when it is absent."""
    return value if isinstance(value, bytes) else b""


def _length(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


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
