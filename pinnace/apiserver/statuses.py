"""Kubernetes ``Status`` bodies: of failures and of what was deleted. Pure.

Mirrors k8s.io/apimachinery/pkg/api/errors; kubectl words its messages from ``reason``, ``details``
and ``causes``.
"""

from typing import Any

from pinnace.objects.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PinnaceError,
)
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object

_REASONS = {
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound",
    405: "MethodNotAllowed", 406: "NotAcceptable", 409: "Conflict", 410: "Expired",
    413: "RequestEntityTooLarge", 415: "UnsupportedMediaType", 422: "Invalid",
    429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout",
}  # fmt: skip
#: How the message of an Invalid begins, and the cause it then is.
_CAUSES = {
    "Required value": "FieldValueRequired",
    "Unsupported value": "FieldValueNotSupported",
    "Duplicate value": "FieldValueDuplicate",
    "Forbidden": "FieldValueForbidden",
    "Not found": "FieldValueNotFound",
}


def status(
    code: int, message: str, *, reason: str = "", details: dict[str, Any] | None = None
) -> Object:
    """Make a ``Status`` of failure."""
    body: Object = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason or _REASONS.get(code, "InternalError"),
        "code": code,
    }
    if details:
        body["details"] = details
    return body


def success(kind: Kind, name: str, uid: str) -> Object:
    """Make the ``Status`` of a finished deletion."""
    details = {"name": name, "group": kind.group, "kind": kind.plural, "uid": uid}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {key: value for key, value in details.items() if value},
    }


def of_error(error: PinnaceError, kind: Kind | None = None, name: str = "") -> Object:
    """Make the ``Status`` of one of our failures; ``kind`` and ``name``: what was asked for."""
    details: dict[str, Any] = {}
    message = str(error) or error.reason
    if isinstance(error, NotFound | AlreadyExists | Conflict | Forbidden):
        plural, _, group = error.resource.partition(".")
        details = {"name": error.name, "group": group, "kind": plural}
    elif isinstance(error, Invalid):
        name = name or error.name
        causes: tuple[Invalid, ...] = getattr(error, "causes", (error,))
        details = {
            "name": name,
            "group": kind.group if kind else "",
            "kind": kind.kind if kind else error.kind,
            "causes": [_cause(cause) for cause in causes],
        }
        worded = ", ".join(_worded(cause) for cause in causes)
        worded = worded if len(causes) == 1 else f"[{worded}]"
        message = f'{_subject(kind, error)} "{name}" is invalid: {worded}'
    retry = getattr(error, "after", None)
    if retry is not None:
        details["retryAfterSeconds"] = max(1, int(retry))
    kept = {key: value for key, value in details.items() if value}
    return status(error.code, message, reason=error.reason, details=kept)


def _subject(kind: Kind | None, error: Invalid) -> str:
    if kind is None:
        return error.kind
    return f"{kind.kind}.{kind.group}" if kind.group else kind.kind


def _worded(error: Invalid) -> str:
    return f"{error.field}: {_what(error)}" if error.field else _what(error)


def _what(error: Invalid) -> str:
    parts = [error.message] if error.message else ["Invalid value"]
    if error.expected:
        parts.append(f"expected {error.expected}")
    if error.found:
        parts.append(f"found {error.found}")
    text = ", ".join(parts) if error.message else f"{parts[0]}: " + ", ".join(parts[1:])
    return f"{text}; {error.fix}" if error.fix else text


def _cause(error: Invalid) -> dict[str, str]:
    reason = next(
        (cause for start, cause in _CAUSES.items() if error.message.startswith(start)),
        "FieldValueInvalid",
    )
    return {"reason": reason, "message": _what(error), "field": error.field}
