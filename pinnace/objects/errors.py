"""One vocabulary of failures for all rooms, so that a retry is data and not a search in a message.

``code`` and ``reason`` are what the API server puts in a Kubernetes ``Status``
(k8s.io/apimachinery/pkg/api/errors).
"""

from typing import ClassVar


class PinnaceError(Exception):
    """Base of every failure that Pinnace itself declares."""

    code: ClassVar[int] = 500
    reason: ClassVar[str] = "InternalError"


class Invalid(PinnaceError):
    """Something a person wrote is wrong: which object and field, what was expected, what to do."""

    code = 422
    reason = "Invalid"

    def __init__(  # noqa: PLR0913 - each part of the message is a field of its own, on purpose
        self,
        message: str = "",
        *,
        kind: str = "",
        name: str = "",
        field: str = "",
        expected: str = "",
        found: str = "",
        fix: str = "",
        file: str = "",
        line: int = 0,
    ) -> None:
        self.message, self.kind, self.name, self.field = message, kind, name, field
        self.expected, self.found, self.fix = expected, found, fix
        self.file, self.line = file, line
        super().__init__(str(self))

    def __str__(self) -> str:
        """Join what is known: ``file:line: Kind name: field: expected …, found …; fix``."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        subject = f"{self.kind} {self.name}".strip()
        wanted = ", ".join(
            part
            for part in (
                self.message,
                f"expected {self.expected}" if self.expected else "",
                f"found {self.found}" if self.found else "",
            )
            if part
        )
        text = ": ".join(part for part in (place, subject, self.field, wanted) if part)
        return f"{text}; {self.fix}" if self.fix else text


class BadRequest(PinnaceError):
    """The request itself cannot be read."""

    code = 400
    reason = "BadRequest"


class Unauthorized(PinnaceError):
    """The caller has not shown who they are."""

    code = 401
    reason = "Unauthorized"


class _About(PinnaceError):
    """A failure about one object; the text is Kubernetes' own."""

    verb: ClassVar[str] = ""

    def __init__(self, resource: str, name: str, message: str = "") -> None:
        self.resource, self.name = resource, name
        super().__init__(message or f'{resource} "{name}" {self.verb}')


class Forbidden(_About):
    """It may not be done now, whoever asks."""

    code = 403
    reason = "Forbidden"

    def __init__(self, resource: str, name: str, message: str) -> None:
        super().__init__(resource, name, f'{resource} "{name}" is forbidden: {message}')


class NotFound(_About):
    """No such object."""

    code = 404
    reason = "NotFound"
    verb = "not found"


class AlreadyExists(_About):
    """An object of that name is there already."""

    code = 409
    reason = "AlreadyExists"
    verb = "already exists"


class Conflict(_About):
    """The object changed since it was read."""

    code = 409
    reason = "Conflict"

    def __init__(self, resource: str, name: str, message: str = "") -> None:
        detail = message or (
            "the object has been modified; please apply your changes to the latest version "
            "and try again"
        )
        super().__init__(
            resource, name, f'Operation cannot be fulfilled on {resource} "{name}": {detail}'
        )


class Gone(PinnaceError):
    """A watch or a list asked for a revision that is no longer kept."""

    code = 410
    reason = "Expired"


class TooLarge(PinnaceError):
    """A body over the limit."""

    code = 413
    reason = "RequestEntityTooLarge"


class Unavailable(PinnaceError):
    """It can't be done now (a full disk, a stopping server); the caller should try again."""

    code = 503
    reason = "ServiceUnavailable"


class Transient(PinnaceError):
    """It may work when tried again ``after`` seconds."""

    def __init__(self, message: str, *, after: float = 1.0) -> None:
        self.after = after
        super().__init__(message)


class Permanent(PinnaceError):
    """Trying again will not help."""
