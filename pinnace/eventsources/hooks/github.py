"""Hooks of repositories and organizations at GitHub.

Mirrors argo-events pkg/eventsources/sources/github/start.go.
An App signs in as ghinstallation does.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.client import Api, Call, send
from pinnace.eventsources.hooks.shape import Hook, Hooks, HttpProvider, Provider, hook_url
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.clock import SYSTEM_CLOCK

BASE = "https://api.github.com"
_PAGE = {"per_page": "100"}
#: GitHub takes an App's own token for ten minutes at most, and clocks differ.
_TOKEN_LIFE, _CLOCK_SKEW = timedelta(minutes=5), timedelta(seconds=60)


def wanted(spec: EventSpec) -> bool:
    """Tell whether hooks are to be made (upstream's NeedToCreateHooks)."""
    signs_in = spec.at("apiToken") or spec.at("githubApp.privateKey")
    return bool(signs_in and spec.at("webhook.url"))


def removes(spec: EventSpec) -> bool:
    """Tell whether hooks go with the event."""
    return bool(spec.at("deleteHookOnFinish"))


def provider(outside: Outside) -> Provider:
    """Return what makes the hooks of an event; raises Invalid, Transient."""
    spec = outside.spec
    events = list(spec.at("events") or ())
    if not events:
        raise spec.invalid("events", expected="the events that the hook is for", found="none")
    secret = outside.secret("webhookSecret") if spec.at("webhookSecret") else ""
    body = body_of(spec, secret)
    return HttpProvider(
        Hooks(
            api=_api(outside, secret),
            places=tuple(places(spec)),
            body=body,
            url=hook_url(spec),
            events=frozenset(events),
            list=lambda at: Call(method="GET", path=f"{at}/hooks", query=_PAGE),
            create=lambda at: Call(method="POST", path=f"{at}/hooks", body=body),
            update=lambda at, id_: Call(method="PATCH", path=f"{at}/hooks/{id_}", body=body),
            delete=lambda at, id_: Call(method="DELETE", path=f"{at}/hooks/{id_}"),
            read=_read,
        ),
        outside,
    )


def body_of(spec: EventSpec, secret: str) -> dict[str, Any]:
    """Return what a hook is made of, as upstream sends it."""
    config = {"url": hook_url(spec), "insecure_ssl": "1" if spec.at("insecure") else "0"}
    if spec.at("contentType"):
        config["content_type"] = str(spec.at("contentType"))
    if secret:
        config["secret"] = secret
    return {
        "name": "web",
        "active": bool(spec.at("active")),
        "events": list(spec.at("events") or ()),
        "config": config,
    }


def places(spec: EventSpec) -> Iterator[str]:
    """Return where hooks are wanted."""
    for organization in spec.at("organizations") or ():
        yield f"orgs/{quote(str(organization), safe='')}"
    deprecated = [{"owner": spec.at("owner"), "names": [spec.at("repository")]}]
    for owned in spec.at("repositories") or (deprecated if spec.at("owner") else ()):
        for name in owned.get("names") or ():
            yield f"repos/{quote(str(owned.get('owner')), safe='')}/{quote(str(name), safe='')}"


def _read(answer: Any) -> Iterable[Hook]:
    for one in answer:
        events = frozenset(one.get("events") or ())
        yield Hook(id=str(one["id"]), url=str((one.get("config") or {}).get("url")), events=events)


def _api(outside: Outside, secret: str) -> Api:
    base = str(outside.spec.at("githubBaseURL") or BASE)
    as_user = outside.spec.at("apiToken")
    token = outside.secret("apiToken") if as_user else _app_token(outside, base)
    return _signed_in(base, token, secret)


def _signed_in(base: str, token: str, *others: str) -> Api:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    return Api(name="GitHub", base=base, headers=headers, secrets=(token, *others))


def _app_token(outside: Outside, base: str) -> str:
    """Return the token of an App's installation; raises Invalid, Transient."""
    spec = outside.spec
    proof = _proof(spec, outside.secret("githubApp.privateKey"))
    path = f"app/installations/{spec.at('githubApp.installationID')}/access_tokens"
    answer = send(_signed_in(base, proof), Call(method="POST", path=path), outside)
    return str(answer["token"])


def _proof(spec: EventSpec, pem: str) -> str:
    """Return the JSON Web Token (RS256) by which an App shows who it is; raises Invalid."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as error:
        key = None
        problem = type(error).__name__
    else:
        problem = type(key).__name__
    if not isinstance(key, rsa.RSAPrivateKey):
        raise spec.invalid("githubApp.privateKey", expected="an RSA key in PEM", found=problem)
    now = SYSTEM_CLOCK.now()
    claims = {
        "iss": str(spec.at("githubApp.appID")),
        "iat": int((now - _CLOCK_SKEW).timestamp()),
        "exp": int((now + _TOKEN_LIFE).timestamp()),
    }
    text = b".".join(_base64(orjson.dumps(part)) for part in ({"alg": "RS256"}, claims))
    signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    return (text + b"." + _base64(signature)).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
