"""gRPC's codes and grpc-gateway's error bodies. Pure.

Mirrors ``server/utils/errors.go`` and ``runtime.HTTPStatusFromCode`` of grpc-gateway v1.
"""

from enum import IntEnum
from http import HTTPStatus
from typing import Any

from pinnace.objects.errors import PinnaceError


class Code(IntEnum):
    """gRPC's status codes, those that are used."""

    CANCELED = 1
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


#: HTTP status of one of our failures → gRPC code.
_CODES = {
    401: Code.UNAUTHENTICATED, 403: Code.PERMISSION_DENIED, 404: Code.NOT_FOUND,
    405: Code.UNIMPLEMENTED, 409: Code.ALREADY_EXISTS, 413: Code.RESOURCE_EXHAUSTED,
    429: Code.RESOURCE_EXHAUSTED, 501: Code.UNIMPLEMENTED, 503: Code.UNAVAILABLE,
    504: Code.DEADLINE_EXCEEDED,
}  # fmt: skip
_STATUS = {
    Code.CANCELED: 408, Code.INVALID_ARGUMENT: 400, Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404, Code.ALREADY_EXISTS: 409, Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429, Code.UNIMPLEMENTED: 501, Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503, Code.UNAUTHENTICATED: 401,
}  # fmt: skip
_INTERNAL = "internal error: see the server's log"


class NotServed(PinnaceError):
    """No method is served at that path."""

    code = 404


class Unimplemented(PinnaceError):
    """Upstream has it, here it isn't."""

    code = 501


def code_of(error: PinnaceError | None) -> Code:
    """Return the gRPC code of a failure; None is our own mistake."""
    return Code.INTERNAL if error is None else _code(error.code)


def _code(status: int) -> Code:
    unlisted = Code.INVALID_ARGUMENT if 400 <= status < 500 else Code.INTERNAL
    return _CODES.get(status, unlisted)


def http_status(error: PinnaceError | None) -> int:
    """Return the HTTP status; a body over the limit stays 413, for which gRPC has no word."""
    if error is not None and error.code == 413:
        return 413
    return _STATUS[code_of(error)]


def body_of(error: PinnaceError | None) -> dict[str, Any]:
    """Return the body of a failed call."""
    return {"code": int(code_of(error)), "message": str(error) if error else _INTERNAL}


def stream_error(status: int, message: str) -> dict[str, Any]:
    """Return what a stream ends with when it fails after its beginning."""
    code = _code(status)
    return {
        "grpc_code": int(code), "http_code": _STATUS[code], "message": message,
        "http_status": HTTPStatus(_STATUS[code]).phrase,
    }  # fmt: skip
