"""Deliveries as providers send them, and what was received of one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pinnace.eventsources.emission import Delivery, Emission, Received, Rejected
from pinnace.eventsources.spec import EventSpec
from tests.unit.eventsources.specs import spec

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
SELECTOR = {"name": "s", "key": "k"}
FORM = "application/x-www-form-urlencoded"


def delivery(body: bytes | dict[str, Any] = b"{}", **headers: str) -> Delivery:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Delivery(method="POST", query="", headers=pairs, body=text, remote="", at=NOW)


def hush(field: str) -> str:
    return "hush"


def unknown(field: str) -> str:
    """No signing secret is known."""
    return ""


def data(found: Received) -> Any:
    assert isinstance(found, Emission)
    return json.loads(found.data)


def dedupe(found: Received) -> str | None:
    assert isinstance(found, Emission)
    return found.dedupe


def rejected(status: int, call: Any, *arguments: Any) -> str:
    with pytest.raises(Rejected) as caught:
        call(*arguments)
    assert caught.value.status == status
    assert "hush" not in caught.value.reason_text
    return caught.value.reason_text


# --------------------------------------------------------------------------- bitbucket server


class Here:
    """An outside that only has secrets."""

    def __init__(self, **fields: Any) -> None:
        self.spec: EventSpec = spec("bitbucketserver", **fields)

    def secret(self, field: str) -> str:
        return "hush"

    def resolve(self, address: str) -> str:
        raise AssertionError(address)
