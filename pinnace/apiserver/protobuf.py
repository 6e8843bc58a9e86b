"""Reading protobuf bodies of Kubernetes' own types: what kubectl's typed clients send. Pure.

``kubectl create namespace|configmap|secret|…`` encodes its body so and does not fall back. Mirrors
k8s.io/apimachinery/pkg/runtime/serializer/protobuf: four magic bytes, then an ``Unknown`` envelope
around the message. Only reading is needed: every client takes JSON back.
"""

import base64
import json
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pinnace.objects.clock import rfc3339
from pinnace.objects.errors import BadRequest
from pinnace.objects.schema import Type, type_at, type_named
from pinnace.objects.schema.types import SCALARS, wire_numbers
from pinnace.objects.types import Object

_MAGIC = b"k8s\x00"
_MAX_DEPTH = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Go fields that are no pointers: their zero is written although nobody set it.
_UNSET_AS_ZERO = frozenset(
    {
        "generation",
        "hostPort",
        "stdin",
        "stdinOnce",
        "tty",
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "minReadySeconds",
        "paused",
        "readOnly",
        "observedGeneration",
        "restartCount",
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
        "publishNotReadyAddresses",
        "nodePort",
        "unschedulable",
    }
)

Pair = tuple[int, int | bytes]


def decode(body: bytes) -> Object:
    """Return the object of a protobuf body; raises BadRequest."""
    if not body.startswith(_MAGIC):
        raise BadRequest("the protobuf body does not begin with the Kubernetes magic bytes")
    try:
        envelope = dict(_pairs(body[len(_MAGIC) :]))
        meta = dict(_pairs(_bytes(envelope.get(1, b""))))
        api_version = _bytes(meta.get(1, b"")).decode()
        kind = _bytes(meta.get(2, b"")).decode()
        of = _type(api_version, kind)
        content = _message(_bytes(envelope.get(2, b"")), of, of.name, 0)
    except (ValueError, IndexError, OverflowError, struct.error) as error:
        raise BadRequest(f"the protobuf body can't be read: {error}") from error
    return {"apiVersion": api_version, "kind": kind, **content}


def _type(api_version: str, kind: str) -> Type:
    found = type_named("k8s.DeleteOptions") if kind == "DeleteOptions" else type_at(
        api_version, kind
    )  # fmt: skip
    if found is None or wire_numbers(found.name) is None:
        raise BadRequest(f"{kind} of {api_version} is not read as protobuf here: send JSON")
    return found


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number stands where a message was expected")
    return value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a number of more than ten bytes")


def _pairs(data: bytes) -> Iterator[Pair]:
    """Yield field number and value: a number, or bytes of a message, text or list."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
                yield tag >> 3, value
            case 1:
                yield tag >> 3, struct.unpack_from("<q", data, at)[0]
                at += 8
            case 2:
                size, at = _varint(data, at)
                if at + size > len(data):
                    raise ValueError("a field is longer than the message")
                yield tag >> 3, data[at : at + size]
                at += size
            case 5:
                yield tag >> 3, struct.unpack_from("<i", data, at)[0]
                at += 4
            case other:
                raise ValueError(f"wire type {other} is not known")


def _message(data: bytes, of: Type, table: str, depth: int) -> dict[str, Any]:
    """Decode a message by the field numbers of ``table`` and the field types of ``of``."""
    numbers = wire_numbers(table)
    if depth > _MAX_DEPTH or numbers is None:
        raise ValueError(f"{of.name} is nested too deeply or has no known field numbers")
    result: dict[str, Any] = {}
    for number, value in _pairs(data):
        name = numbers.get(str(number), "")
        if name.startswith("+"):  # a struct embedded without a name: its fields stand here
            result |= _message(_bytes(value), of, name[1:], depth + 1)
        elif name:
            _add(result, name, of.fields[name].expression, value, depth)
    return result


def _add(
    result: dict[str, Any], name: str, expression: str, value: int | bytes, depth: int
) -> None:
    if expression[0] == "[":
        result.setdefault(name, []).append(_value(value, expression[1:], depth))
    elif expression[0] == "{":
        entry = dict(_pairs(_bytes(value)))
        key = _bytes(entry.get(1, b"")).decode()
        result.setdefault(name, {})[key] = _value(entry.get(2, b""), expression[1:], depth)
    else:
        decoded = _value(value, expression, depth)
        unset = decoded in (None, "") or (name in _UNSET_AS_ZERO and not decoded)
        if not unset:
            result[name] = decoded


def _value(value: int | bytes, expression: str, depth: int) -> Any:
    if expression in SCALARS:
        return _SCALARS[expression](value)
    of = type_named(expression)
    return _message(_bytes(value), of, of.name, depth + 1)


def _signed(value: int | bytes) -> int:
    if isinstance(value, bytes):
        raise ValueError("text stands where a number was expected")
    return value - (1 << 64) if value >= 1 << 63 else value


def _time(value: int | bytes) -> str | None:
    fields = dict(_pairs(_bytes(value)))
    if not fields:
        return None
    return rfc3339(_EPOCH + timedelta(seconds=_signed(fields.get(1, 0))))


def _int_or_string(value: int | bytes) -> int | str:
    fields = dict(_pairs(_bytes(value)))
    if fields.get(1, 0) == 0:
        return _signed(fields.get(2, 0))
    return _bytes(fields.get(3, b"")).decode()


def _any(value: int | bytes) -> Any:
    """Read a ``FieldsV1`` or another raw extension: JSON within."""
    raw = dict(_pairs(_bytes(value))).get(1, b"{}")
    return json.loads(_bytes(raw) or b"{}")


_SCALARS: dict[str, Callable[[int | bytes], Any]] = {
    "string": lambda value: _bytes(value).decode(),
    "int": _signed,
    "number": _signed,
    "bool": lambda value: bool(_signed(value)),
    "time": _time,
    "bytes": lambda value: base64.b64encode(_bytes(value)).decode(),
    "quantity": lambda value: _bytes(dict(_pairs(_bytes(value))).get(1, b"0")).decode(),
    "int-or-string": _int_or_string,
    "any-string": lambda value: _bytes(value).decode(),
    "any": _any,
}
