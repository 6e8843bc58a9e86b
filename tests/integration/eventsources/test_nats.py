"""The nats source against a real NATS server."""

import asyncio
import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import nkeys
import orjson
import pytest

from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.certificates import Certificates
from tests.integration.eventsources.conftest import Plane, event_source, secret

NKEY_SEED = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"
NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    with brokers.running(brokers.nats(tmp_path_factory.mktemp("nats"))) as running:
        yield running


def publish(url: str, *messages: tuple[str, bytes, dict[str, str] | None], **options: Any) -> None:
    async def send() -> None:
        client = await nats.connect(url, **options)
        for subject, body, headers in messages:
            await client.publish(subject, body, headers=headers)
        await client.drain()

    asyncio.run(send())


def source(url: str, **more: Any) -> Any:
    return event_source("nats", {"nats": {"example": {"url": url, "subject": "foo.>", **more}}})


def test_messages_with_header_and_filter(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(f"nats://{server.address}", metadata={"a": "b"},
                     filter={"expression": 'subject != "foo.no"'}))  # fmt: skip
    publish(
        server.address,
        ("foo.bar", b"\x00hello", None),
        ("other", b"x", None),
        ("foo.no", b"x", None),
        ("foo.bar", b"{}", {"X-One": "1"}),
    )
    eventually(lambda: len(plane.events()) == 2)
    assert plane.data() == [
        {"subject": "foo.bar", "body": "AGhlbGxv", "metadata": {"a": "b"}},
        {"subject": "foo.bar", "body": "e30=", "header": {"X-One": ["1"]}, "metadata": {"a": "b"}},
    ]
    assert plane.events()[0].type == "nats"


def test_json_bodies(plane: Plane, server: brokers.Server) -> None:
    plane.run(source(server.address, jsonBody=True))
    publish(server.address, ("foo.a", b"{", None), ("foo.a", b'{"n": 12345678901234567890}', None))
    eventually(plane.events)
    assert plane.data() == [{"subject": "foo.a", "body": {"n": 12345678901234567890}}]
    assert len(plane.journal.rejections()) == 1


def test_a_queue_group_shares_its_messages(plane: Plane, server: brokers.Server) -> None:
    for name in ("one", "two"):
        obj = source(server.address, queue="workers")
        obj["metadata"]["name"] = name
        plane.run(obj)
    publish(server.address, *[("foo.q", b"%d" % n, None) for n in range(100)])
    eventually(lambda: len(plane.events()) == 100)
    assert {event.source for event in plane.events()} == {"one", "two"}


def test_a_server_that_restarts_is_told_and_listened_to_again(
    plane: Plane, server: brokers.Server
) -> None:
    backoff = {"duration": "100ms", "factor": 1, "jitter": 0}
    plane.run(source(f"nats://{server.address}", connectionBackoff=backoff))
    server.stop()
    message = plane.failing("nats")
    assert f"NATS at {server.address}: " in message
    server.start()
    plane.listening("nats")
    publish(server.address, ("foo.back", b"x", None))
    eventually(plane.events)


def test_a_server_that_is_not_there_is_told_with_the_reason(plane: Plane) -> None:
    address = f"127.0.0.1:{brokers.free_port()}"
    plane.store.create(source(f"nats://{address}"))
    message = plane.failing("nats")
    assert f"NATS at {address}: " in message and "Connect call failed" in message


AUTHS = [
    (["--user", "me", "--pass", "word"], {"basic": {"username": "user", "password": "pass"}}),
    (["--auth", "tok"], {"token": "token"}),
]


def selector(key: Any) -> Any:
    if isinstance(key, dict):
        return {name: selector(value) for name, value in key.items()}
    return {"name": "nats", "key": key}


@pytest.mark.parametrize(("options", "auth"), AUTHS, ids=["basic", "token"])
def test_authentication(plane: Plane, tmp_path: Path, options: list[str], auth: Any) -> None:
    with brokers.running(brokers.nats(tmp_path, *options)) as server:
        plane.store.create(source(server.address))
        eventually(lambda: "uthorization" in plane.condition("nats").get("message", ""))
        plane.store.create(secret("nats", user="me", **{"pass": "word"}, token="tok\n"))
        plane.replace("nats", lambda _: source(server.address, auth=selector(auth)))
        plane.listening("nats")


def test_an_nkey_over_tls(plane: Plane, tmp_path: Path) -> None:
    made = Certificates(tmp_path)
    config = tmp_path / "nats.conf"
    config.write_text(
        f"authorization {{ users: [{{ nkey: {NKEY} }}] }}\n"
        f'tls {{ cert_file: "{made.certificate}", key_file: "{made.key}",'
        f' ca_file: "{made.authority}", verify: true }}\n'
    )
    with brokers.running(brokers.nats(tmp_path, "--config", str(config))) as server:
        plane.store.create(secret("nats", seed=f"{NKEY_SEED}\n"))
        plane.store.create(made.secret("tls"))
        auth = selector({"nkey": "seed"})
        plane.run(source(f"tls://{server.address}", auth=auth, tls=made.spec("tls")))
        plane.replace("nats", lambda old: {**old, **source(server.address, auth=auth,
                                                           tls={"enabled": True})})  # fmt: skip
        eventually(lambda: "certificate" in plane.condition("nats").get("message", "").lower())


class Key:
    """A key pair of NATS' own kind, which signs the tokens of those below it."""

    def __init__(self, prefix: int) -> None:
        self.seed = nkeys.encode_seed(os.urandom(32), prefix)
        self.pair = nkeys.from_seed(self.seed)
        self.public = self.pair.public_key.decode()

    def token(self, subject: "Key", **claims: Any) -> str:
        """Return a JSON web token in which this key vouches for another (nats-io/jwt v2)."""
        body = {"jti": "x", "iat": 1, "iss": self.public, "sub": subject.public,
                "nats": {"version": 2, **claims}}  # fmt: skip
        parts = [_base64(orjson.dumps(part)) for part in (
            {"typ": "JWT", "alg": "ed25519-nkey"}, body,
        )]  # fmt: skip
        signed = ".".join(parts)
        return f"{signed}.{_base64(self.pair.sign(signed.encode()))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_credential(plane: Plane, tmp_path: Path) -> None:
    prefixes = (
        nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_USER,
    )  # fmt: skip
    operator, account, user = map(Key, prefixes)
    unlimited = {name: -1 for name in ("subs", "data", "payload", "imports", "exports", "conn",
                                       "leaf")}  # fmt: skip
    config = tmp_path / "nats.conf"
    config.write_text(
        f"operator: {operator.token(operator, type='operator')}\nresolver: MEMORY\n"
        f"resolver_preload: {{ {account.public}: "
        f"{operator.token(account, type='account', limits=unlimited)} }}\n"
    )
    token = account.token(user, type="user", subs=-1, data=-1, payload=-1)
    credential = (
        f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n"
    )
    (tmp_path / "creds").write_text(credential)
    with brokers.running(brokers.nats(tmp_path, "--config", str(config))) as server:
        plane.store.create(secret("nats", creds=credential))
        plane.run(source(server.address, auth=selector({"credential": "creds"})))
        publish(server.address, ("foo.x", b"x", None), user_credentials=str(tmp_path / "creds"))
        eventually(plane.events)
