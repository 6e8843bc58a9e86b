"""What a trigger does, as plain data: computed by the pure part, performed at the edge.

An action on an object of this control plane is performed inside the transaction that consumes the
event; an action on the outside (a request, a message) is delivered afterwards, at least once.
Secrets are references until then, so no verdict, row or log can show them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pinnace.objects.types import Object
from pinnace.sensors.spec import Write

_SECRET = "(secret)"
_USER_INFO = re.compile(r"[^/,\s]*@")


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """A key of a Secret or a ConfigMap; ``field`` is where the manifest says so."""

    kind: str
    selector: Mapping[str, Any]
    field: str


@dataclass(frozen=True, kw_only=True)
class TlsReferences:
    """Where the certificates of a connection are; ``verify`` is False with insecureSkipVerify."""

    authority: SecretReference | None = None
    certificate: SecretReference | None = None
    key: SecretReference | None = None
    verify: bool = True


@dataclass(frozen=True, kw_only=True)
class ObjectAction:
    """Create, update, patch or delete an object of this control plane, or operate a workflow.

    ``options`` are those of the argo CLI. With ``values`` they are written to the live object,
    which ``object`` only names (``liveObject``).
    """

    operation: str
    object: Object
    strategy: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[Write, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        more = {
            "strategy": self.strategy,
            "options": dict(self.options),
            "values": [write.as_json() for write in self.values or ()],
        }
        return {"type": "object", "operation": self.operation, "object": self.object,
                **{name: value for name, value in more.items() if value}}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ObjectPlan:
    """What is to be done with the object of a source, before the source is read.

    ``marks`` are the labels and annotations of what a trigger makes; ``sensor`` and ``at``, the
    field, are for error messages.
    """

    kind: str
    operation: str
    sensor: str
    namespace: str
    at: str
    marks: Mapping[str, Mapping[str, str]]
    strategy: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    live: bool = False
    values: tuple[Write, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FetchAction:
    """Fetch the source of an object (its kind and what the manifest says), then act on it."""

    source: str
    place: Mapping[str, Any]
    plan: ObjectPlan

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "object", "operation": self.plan.operation, "source": self.source,
                "place": dict(self.place), "options": dict(self.plan.options),
                "values": [write.as_json() for write in self.plan.values]}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HttpAction:
    """Send a request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secure_headers: tuple[tuple[str, SecretReference], ...] = ()
    username: SecretReference | None = None
    password: SecretReference | None = None
    body: bytes = b""
    timeout: float = 60.0
    allow: tuple[int, ...] | None = None
    tls: TlsReferences = TlsReferences()

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "http", "method": self.method, "url": self.url,
                "headers": _shown(self.headers, self.secure_headers),
                "body": _text(self.body)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LogAction:
    """Write the events to the log."""

    lines: tuple[Mapping[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "log", "lines": [dict(line) for line in self.lines]}


@dataclass(frozen=True, kw_only=True)
class SlackAction:
    """Post a message; ``attachments`` and ``blocks`` are JSON text."""

    token: SecretReference
    channel: str
    message: str = ""
    attachments: str = ""
    blocks: str = ""
    username: str = ""
    icon: str = ""
    thread_key: str = ""
    broadcast: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        shown = {name: value for name, value in vars(self).items() if value and name != "token"}
        return {"type": "slack", **shown}


@dataclass(frozen=True, kw_only=True)
class EmailAction:
    """Send a mail to each address, one at a time."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    subject: str
    body: str
    username: str = ""
    password: SecretReference | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "email", "server": f"{self.host}:{self.port}", "from": self.sender,
                "to": list(self.to), "subject": self.subject, "body": self.body}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class NatsAction:
    """Publish a message; ``auth`` is the first of basic, token, nkey, credential."""

    url: str
    subject: str
    body: bytes
    auth: str = ""
    secrets: tuple[SecretReference, ...] = ()
    tls: TlsReferences | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "nats", "url": self.shown_url, "subject": self.subject,
                "body": _text(self.body)}  # fmt: skip

    @property
    def shown_url(self) -> str:
        """Return the addresses without the user and password that they may hold."""
        return _USER_INFO.sub("", self.url)


@dataclass(frozen=True, kw_only=True)
class KafkaAction:
    """Produce a record; ``options`` are librdkafka's."""

    brokers: str
    topic: str
    body: bytes
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    secure_headers: tuple[tuple[str, SecretReference], ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    mechanism: str = ""
    username: SecretReference | None = None
    password: SecretReference | None = None
    tls: TlsReferences | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "kafka", "brokers": self.brokers, "topic": self.topic, "key": self.key,
                "headers": _shown(self.headers, self.secure_headers),
                "body": _text(self.body)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CustomAction:
    """Let a gRPC server of one's own fetch a resource, execute it and judge the result."""

    server: str
    spec: Mapping[str, str]
    values: tuple[Write, ...] = ()
    body: bytes = b""
    authority: SecretReference | None = None
    server_name: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "custom", "server": self.server, "spec": dict(self.spec),
                "values": [write.as_json() for write in self.values],
                "body": _text(self.body)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LambdaAction:
    """Invoke a function of AWS Lambda."""

    function: str
    region: str
    body: bytes
    invocation: str = "RequestResponse"
    access_key: SecretReference | None = None
    secret_key: SecretReference | None = None
    role: str = ""
    allow: tuple[int, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {"type": "awsLambda", "function": self.function, "region": self.region,
                "invocation": self.invocation, "body": _text(self.body)}  # fmt: skip


#: Performed outside of transactions, by :mod:`pinnace.sensors.effects`.
OutsideAction: TypeAlias = (
    HttpAction | LogAction | SlackAction | EmailAction | NatsAction | KafkaAction | CustomAction
    | LambdaAction
)  # fmt: skip

Action: TypeAlias = ObjectAction | FetchAction | OutsideAction


def _shown(
    headers: Mapping[str, str], secure: tuple[tuple[str, SecretReference], ...]
) -> dict[str, str]:
    return {**headers, **{name: _SECRET for name, _ in secure}}


def _text(body: bytes) -> str:
    return body.decode(errors="replace")
