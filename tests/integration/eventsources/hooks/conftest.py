"""A fake of the providers' APIs, and a plane that knows its token."""

from collections.abc import Iterator

import pytest

from pinnace.eventsources.backoff import Backoff
from tests.integration.eventsources.conftest import Plane, secret
from tests.integration.eventsources.hooks.provider_api import TOKEN, ProviderApi, serving


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderApi]:
    pace = Backoff(duration=0.05, factor=1.0, jitter=0.0, steps=1)
    monkeypatch.setattr("pinnace.eventsources.hooks.keep.PACE", pace)
    monkeypatch.setattr("pinnace.eventsources.controller.PACE", pace)
    with serving() as running:
        monkeypatch.setenv("BITBUCKET_API_BASE_URL", f"{running.url}/2.0")
        monkeypatch.setattr("pinnace.eventsources.hooks.stripe.BASE", f"{running.url}/v1")
        yield running


@pytest.fixture
def plane(plane: Plane, api: ProviderApi) -> Plane:
    plane.store.create(secret("provider", secret="hush-secret", token=TOKEN))
    return plane
