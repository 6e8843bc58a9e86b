"""The table of EventSource types that run here: it drives everything else.

A type is one line: the module of ``types/`` that runs it and how its events come in. The module is
imported when an EventSource first uses the type, so that a client library costs nothing before.
A module offers ``check(spec)``, ``receive`` or ``listen``, and ``remarks(spec)`` if it has any.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias, cast

from pinnace.eventsources import backoff, tls
from pinnace.eventsources.emission import (
    Asker,
    Delivery,
    Listener,
    Outside,
    Received,
    Receiver,
)
from pinnace.eventsources.hooks.shape import HookModule
from pinnace.eventsources.spec import EventSpec

_TYPES_PACKAGE = "pinnace.eventsources.types"
_HOOKS_PACKAGE = "pinnace.eventsources.hooks"

_Check: TypeAlias = Callable[[EventSpec], None]
_Remarks: TypeAlias = Callable[[EventSpec], str]


@dataclass(frozen=True, kw_only=True)
class SourceType:
    """One type: the module that runs it, below ``pinnace.eventsources.types``."""

    module: str
    #: "http": a pure ``receive`` turns requests into events; "listen": ``listen`` yields them.
    how: Literal["http", "listen"] = "listen"
    #: HTTP types: secret selectors that must be readable.
    secrets: tuple[str, ...] = ()
    #: HTTP types: below which field endpoint, port and method stand.
    endpoint_at: str = "webhook"
    #: HTTP types: the module has ``ask`` in place of ``receive``: it may wait for the provider.
    asks: bool = False
    #: HTTP types: the module below ``pinnace.eventsources.hooks`` that makes hooks at the provider.
    hooks: str = ""

    def check(self, spec: EventSpec) -> None:
        """Refuse a spec that can never work; raises Invalid."""
        backoff.check(spec)
        tls.check(spec)
        cast(_Check, self._member("check"))(spec)

    def remarks(self, spec: EventSpec) -> str:
        """Return what a person should know about this spec here ("" for nothing)."""
        remarks = self._member("remarks")
        return cast(_Remarks, remarks)(spec) if remarks else ""

    def receiver(self, outside: Outside) -> Callable[[Delivery], Received]:
        """Return what turns a request into events (HTTP types)."""
        if self.asks:
            return partial(cast(Asker, self._member("ask")), outside)
        receive = cast(Receiver, self._member("receive"))
        return lambda delivery: receive(outside.spec, delivery, outside.secret)

    @property
    def listen(self) -> Listener:
        """Return what yields events (listening types)."""
        return cast(Listener, self._member("listen"))

    def hook_module(self, spec: EventSpec) -> HookModule | None:
        """Return what makes hooks for this event, None when it asks for none."""
        if not self.hooks:
            return None
        module = cast(HookModule, importlib.import_module(f"{_HOOKS_PACKAGE}.{self.hooks}"))
        return module if module.wanted(spec) else None

    def _member(self, name: str) -> object:
        return getattr(importlib.import_module(f"{_TYPES_PACKAGE}.{self.module}"), name, None)


TYPES: Mapping[str, SourceType] = {
    # received over HTTP
    "bitbucket": SourceType(module="bitbucket", how="http", hooks="bitbucket"),
    "bitbucketserver": SourceType(module="bitbucketserver", how="http", asks=True,
                                  hooks="bitbucketserver",
                                  secrets=("webhookSecret", "accessToken")),
    "gerrit": SourceType(module="gerrit", how="http", hooks="gerrit"),
    "github": SourceType(module="github", how="http", hooks="github", secrets=("webhookSecret",)),
    "gitlab": SourceType(module="gitlab", how="http", hooks="gitlab", secrets=("secretToken",)),
    "slack": SourceType(module="slack", how="http", secrets=("signingSecret", "token")),
    "sns": SourceType(module="sns", how="http", asks=True, hooks="sns",
                      secrets=("accessKey", "secretKey")),
    "stripe": SourceType(module="stripe", how="http", hooks="stripe"),
    "webhook": SourceType(module="webhook", how="http", endpoint_at=""),
    # listened to
    "amqp": SourceType(module="amqp"),
    "calendar": SourceType(module="calendar"),
    "file": SourceType(module="file"),
    "generic": SourceType(module="generic"),
    "kafka": SourceType(module="kafka"),
    "minio": SourceType(module="minio"),
    "mqtt": SourceType(module="mqtt"),
    "nats": SourceType(module="nats"),
    "redis": SourceType(module="redis.pubsub"),
    "redisStream": SourceType(module="redis.stream"),
    "resource": SourceType(module="resource"),
    "sftp": SourceType(module="sftp"),
    "sqs": SourceType(module="sqs"),
}  # fmt: skip


def endpoint_of(spec: EventSpec) -> Mapping[str, object]:
    """Return where an HTTP event says endpoint, port and method."""
    at = TYPES[spec.type].endpoint_at
    found = spec.at(at) if at else spec.fields
    return found if isinstance(found, Mapping) else {}
