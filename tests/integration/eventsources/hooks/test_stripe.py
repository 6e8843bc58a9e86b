"""Stripe's endpoint, against a fake API on loopback."""

import httpx

from pinnace.eventsources.http.bodies import signature_of
from pinnace.objects.clock import SYSTEM_CLOCK
from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane
from tests.integration.eventsources.hooks.provider_api import ProviderApi
from tests.integration.eventsources.hooks.scene import TOKEN_AT, URL, delete, rows, source


def test_stripes_endpoint_is_made_once_and_its_secret_guards_the_deliveries(
    plane: Plane, api: ProviderApi, port: int
) -> None:
    fields = {"createWebhook": True, "apiKey": TOKEN_AT, "eventFilter": ["charge.succeeded"]}
    plane.run(source("stripe", port, **fields))
    plane.restart()
    plane.listening("hooked")
    assert api.calls("POST") == ["POST /v1/webhook_endpoints"]
    (endpoint,) = api.at("/v1/webhook_endpoints")
    assert endpoint["url"] == URL and endpoint["enabled_events[0]"] == "charge.succeeded"
    body = b'{"id": "evt_1", "type": "charge.succeeded"}'

    def post(key: str, age: int = 0) -> int:
        stamp = str(int(SYSTEM_CLOCK.now().timestamp()) - age)
        signature = signature_of(f"{stamp}.".encode() + body, key)
        headers = {"Stripe-Signature": f"t={stamp},v0=x,v1=00,v1={signature}"}
        return httpx.post(plane.url("hooked", "/push"), content=body, headers=headers).status_code

    assert [post("other"), post("whsec_1", age=1000), post("whsec_1")] == [401, 401, 200]
    assert httpx.post(plane.url("hooked", "/push"), content=body).status_code == 401
    assert len(plane.events()) == 1
    delete(plane)
    eventually(lambda: rows(plane) == [])
    assert len(api.at("/v1/webhook_endpoints")) == 1  # as upstream
