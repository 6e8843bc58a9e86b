"""An event source with a hook at a provider: what is declared, and what is known of it."""

from typing import Any

from pinnace.objects.kinds import EVENT_SOURCES
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.integration.eventsources.conftest import Plane, event_source

SECRET = {"name": "provider", "key": "secret"}
TOKEN_AT = {"name": "provider", "key": "token"}
URL = "https://hooks.example.org/push"


def source(type_: str, port: int, **fields: Any) -> Object:
    webhook = {"endpoint": "/push", "port": str(port), "url": "https://hooks.example.org/"}
    event = {"webhook": webhook, "deleteHookOnFinish": True, **fields}
    return event_source("hooked", {type_: {"event": event}})


def delete(plane: Plane) -> None:
    plane.store.delete(Key(EVENT_SOURCES, "default", "hooked"))


def rows(plane: Plane) -> list[Any]:
    return list(plane.controller._book.records())
