"""What a trigger does, as plain data: computed by the pure part, performed at the edge.

An action on an object of this control plane is performed inside the transaction that consumes the
event; an action on the outside (HTTP, a log line) is delivered afterwards, at least once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pinnace.objects.types import Object


@dataclass(frozen=True, kw_only=True)
class ObjectAction:
    """Create, update, patch or delete an object of this control plane."""

    operation: str
    object: Object

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "object", "operation": self.operation, "object": self.object}


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """A key of a Secret or a ConfigMap; ``field`` is where the manifest says so."""

    kind: str
    selector: Mapping[str, Any]
    field: str


@dataclass(frozen=True, kw_only=True)
class HttpAction:
    """Send a request. Secrets are references until it is sent, so no verdict can show them."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secure_headers: tuple[tuple[str, SecretReference], ...] = ()
    username: SecretReference | None = None
    password: SecretReference | None = None
    body: bytes = b""
    timeout: float = 60.0
    allow: tuple[int, ...] | None = None
    verify: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        headers = {**self.headers, **{name: "(secret)" for name, _ in self.secure_headers}}
        return {"type": "http", "method": self.method, "url": self.url, "headers": headers,
                "body": self.body.decode(errors="replace")}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LogAction:
    """Write the events to the log."""

    lines: tuple[Mapping[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "log", "lines": [dict(line) for line in self.lines]}


Action: TypeAlias = ObjectAction | HttpAction | LogAction
