"""Deliveries of each provider over real HTTP, to one server that has all of them on one port."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from pinnace.eventsources.http.bodies import FORM, signature_of
from pinnace.objects.kinds import SECRETS
from pinnace.objects.meta import Key
from pinnace.objects.types import Object
from tests.brokers import free_port
from tests.eventually import eventually
from tests.integration.eventsources.certificates import Certificates
from tests.integration.eventsources.conftest import Plane, event_source, secret

SECRET = {"name": "provider", "key": "secret"}
TOKEN = {"name": "provider", "key": "token"}


def fields(**more: Any) -> Object:
    return {"events": ["push"], "metadata": {"from": "test"}, **more}


TYPES: dict[str, Object] = {
    "bitbucket": fields(owner="me", repositorySlug="digits"),
    "bitbucketserver": fields(
        bitbucketserverBaseURL="http://127.0.0.1:1/rest",
        webhookSecret=SECRET,
        oneEventPerChange=True,
    ),
    "gerrit": fields(
        gerritBaseURL="http://127.0.0.1:1",
        projects=["digits"],
        auth={"username": SECRET, "password": SECRET},
    ),
    "gitlab": fields(gitlabBaseURL="http://127.0.0.1:1", accessToken=TOKEN, secretToken=SECRET),
    "slack": fields(token=TOKEN, signingSecret=SECRET),
    "stripe": fields(eventFilter=["charge.succeeded"]),
}


class Server:
    """The plane with an event of each type, at the path of its name."""

    def __init__(self, plane: Plane) -> None:
        self.plane, self.port = plane, free_port()
        plane.store.create(secret("provider", secret="hush", token="t0ken"))
        spec = {
            name: {name: {**each, "webhook": {"endpoint": f"/{name}", "port": str(self.port)}}}
            for name, each in TYPES.items()
        }
        spec["webhook"] = {"plain": {"endpoint": "/plain", "port": str(self.port)}}
        plane.run(event_source("all", spec))
        self.client = httpx.Client(base_url=plane.url("all"))

    def post(self, name: str, body: bytes | Object, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.post(f"/{name}", content=content, headers=names)

    def data(self, name: str) -> list[Any]:
        return [e.as_json()["data"] for e in self.plane.events() if e.subject == name]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    plane = Plane(tmp_path_factory.mktemp("deliveries") / "state.db")
    yield Server(plane)
    plane.stop()


def signed(body: bytes) -> str:
    return "sha256=" + signature_of(body, "hush")


@pytest.mark.parametrize(
    ("name", "headers", "wrong"),
    [
        ("gitlab", {"X_Gitlab_Event": "Push Hook", "X_Gitlab_Token": "hush",
                    "X_Gitlab_Event_UUID": "u-1"}, {"X_Gitlab_Token": "other"}),
        ("bitbucket", {"X_Event_Key": "repo:push", "X_Hook_UUID": "h", "X_Request_UUID": "u-1"},
         None),
        ("bitbucketserver", {"X_Event_Key": "pr:opened", "X_Request_Id": "u-1",
                             "X_Hub_Signature": signed(b'{"id": 9007199254740993}')},
         {"X_Hub_Signature": signed(b"{}")}),
    ],
)  # fmt: skip
def test_a_delivery_is_one_event_and_a_wrong_secret_none(
    server: Server, name: str, headers: dict[str, str], wrong: dict[str, str] | None
) -> None:
    body = b'{"id": 9007199254740993}'
    if wrong is not None:
        assert server.post(name, body, **{**headers, **wrong}).status_code == 401
        assert server.plane.journal.rejections()[0].status == 401
        assert server.data(name) == []
    first, again = (server.post(name, body, **headers) for _ in range(2))
    assert (first.status_code, first.text) == (again.status_code, again.text) == (200, "success")
    assert first.headers["X-Pinnace-Event-Id"] == again.headers["X-Pinnace-Event-Id"]
    assert again.headers["X-Pinnace-Outcome"] == "duplicate"
    (data,) = server.data(name)
    assert list(data) == ["headers", "body", "metadata"]
    assert data["body"] == {"id": 9007199254740993} and data["metadata"] == {"from": "test"}


def test_gerrit(server: Server) -> None:
    event = {"type": "patchset-created", "project": "digits"}
    assert server.post("gerrit", event).status_code == 200
    assert server.data("gerrit")[0]["body"] == event


def test_a_push_to_bitbucket_server_is_an_event_for_each_change(server: Server) -> None:
    ref = {"id": "refs/heads/a", "displayId": "a", "type": "BRANCH"}
    change = {"ref": ref, "refId": ref["id"], "fromHash": "0", "toHash": "1", "type": "UPDATE"}
    push = {"eventKey": "repo:refs_changed", "changes": [change, {**change, "toHash": "2"}]}
    body = json.dumps(push).encode()
    headers = {"X_Event_Key": "repo:refs_changed", "X_Request_Id": "r-2",
               "X_Hub_Signature": signed(body)}  # fmt: skip
    before = len(server.data("bitbucketserver"))
    answer, again = (server.post("bitbucketserver", body, **headers) for _ in range(2))
    assert answer.status_code == again.status_code == 200
    assert len(answer.headers["X-Pinnace-Event-Id"].split(", ")) == 2
    new = server.data("bitbucketserver")[before:]
    assert [data["body"]["changes"][0]["toHash"] for data in new] == ["1", "2"]


def slack(server: Server, body: bytes, *, age: int = 0, **more: str) -> httpx.Response:
    stamp = str(int(datetime.now(UTC).timestamp()) - age)
    signature = "v0=" + signature_of(f"v0:{stamp}:".encode() + body, "hush")
    headers = {"X_Slack_Signature": signature, "X_Slack_Request_Timestamp": stamp}
    return server.post("slack", body, **{**headers, "Content_Type": "application/json", **more})


def test_slack_challenge_event_interaction_and_command(server: Server) -> None:
    challenge = b'{"token": "t0ken", "type": "url_verification", "challenge": "3eZbrw1a"}'
    assert slack(server, challenge).text == "3eZbrw1a"
    event = {"type": "app_mention", "text": "train"}
    callback = json.dumps(
        {"token": "t0ken", "type": "event_callback", "event_id": "Ev1", "event": event}
    ).encode()
    assert slack(server, callback, age=1000).status_code == 401  # a replay
    assert slack(server, callback).headers["X-Pinnace-Outcome"] == "published"
    retried = slack(server, callback, X_Slack_Retry_Num="1")
    assert retried.headers["X-Pinnace-Outcome"] == "duplicate"
    payload = urlencode({"payload": '{"type": "block_actions"}'}).encode()
    assert slack(server, payload, Content_Type=FORM).status_code == 200
    command = urlencode({"command": "/train", "text": "now"}).encode()
    assert slack(server, command, Content_Type=FORM).status_code == 200
    assert slack(server, command, Content_Type=FORM, X_Slack_Signature="v0=0").status_code == 401
    found = server.data("slack")
    assert found[:2] == [{"type": "app_mention", "Data": event}, {"type": "block_actions"}]
    assert (found[2]["command"], found[2]["text"], found[2]["team_id"]) == ("/train", "now", "")


def test_stripe_takes_only_what_it_is_for(server: Server) -> None:
    event = {"id": "evt_1", "type": "charge.succeeded", "data": {"object": {"amount": 5}}}
    other = server.post("stripe", {**event, "type": "charge.failed"})
    assert (other.status_code, other.headers["X-Pinnace-Outcome"]) == (200, "ignored")
    first, again = (server.post("stripe", event) for _ in range(2))
    assert first.headers["X-Pinnace-Event-Id"] == again.headers["X-Pinnace-Event-Id"]
    (data,) = server.data("stripe")
    assert data["event"]["data"] == {"previous_attributes": None, "object": {"amount": 5}}
    assert data["metadata"] == {"from": "test"}


# ----------------------------------------------------------------------------- hostile senders

ANSWER_SECONDS = 10.0  # each needs milliseconds; what a body could slow down would need minutes
HOSTILE = {
    "nothing": b"",
    "no UTF-8": b'{"a": "\xff"}',
    "nested 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "a lone surrogate": b'"\\ud800"',
    "a huge number": b"1" * 5000,
    "one quote": b'"',
    "over the limit": b"x" * (1024 * 1024 + 1),
}


@pytest.mark.parametrize("name", [*TYPES, "plain"])
def test_hostile_bodies_are_answered_quickly_and_the_server_lives(
    server: Server, name: str
) -> None:
    bodies = HOSTILE | ({"20 MB": b"x" * 20_000_000} if name == "plain" else {})
    for what, body in bodies.items():
        start = time.monotonic()
        try:
            status = server.post(name, body).status_code
        except httpx.WriteError:  # refused while it was still sending
            status = 413
        assert 400 <= status < 500 or what == "a huge number", (what, status)
        assert time.monotonic() - start < ANSWER_SECONDS, what
    assert httpx.get(server.plane.url("all", "/health")).text == "OK"


def test_keys_that_stand_twice_are_one_event_as_sent(server: Server) -> None:
    assert server.post("plain", b'{"a": 1, "a": 2}').status_code == 200
    assert b'{"a": 1, "a": 2}' in server.plane.events()[-1].data


def test_floods_of_headers_and_fields_are_refused(server: Server) -> None:
    fields_ = "&".join(f"f{n}=" for n in range(5000)).encode()
    assert server.post("plain", fields_, Content_Type=FORM).status_code == 400
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    many = {f"X-{n}": "y" * 100 for n in range(1000)}
    with suppress(ConnectionError):  # it may be answered and closed before all is sent
        connection.request("POST", "/plain", body=b"{}", headers=many)
    assert connection.getresponse().status == 431


# ----------------------------------------------------------------------------------------- TLS


def test_tls_of_the_server_and_a_renewed_certificate(
    plane: Plane, port: int, tmp_path: Path
) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old, new = (Certificates(tmp_path / name) for name in ("old", "new"))
    selectors = {
        "serverCertSecret": {"name": "tls", "key": "cert"},
        "serverKeySecret": {"name": "tls", "key": "key"},
    }
    webhook = {"endpoint": "/train", "port": str(port), **selectors}
    plane.store.create(event_source("secure", {"webhook": {"train": webhook}}))
    problem = eventually(lambda: plane.condition("secure", "SourcesProvided").get("message"))
    assert "serverCertSecret" in problem and "tls" in problem
    plane.store.create(old.secret("tls"))
    plane.listening("secure")
    url = f"https://127.0.0.1:{port}/train"

    def post(certificates: Certificates) -> int:
        context = ssl.create_default_context(cafile=certificates.authority)
        return httpx.post(url, json={}, verify=context).status_code

    assert post(old) == 200
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not plain.recv(100).startswith(b"HTTP")
    plane.store.modify(
        Key(SECRETS, "default", "tls"), lambda there: {**there, "data": new.secret("tls")["data"]}
    )

    def renewed() -> bool:
        try:
            return post(new) == 200
        except httpx.ConnectError:
            return False

    eventually(renewed)
    assert plane.url("secure") == f"http://127.0.0.1:{port}"  # the same port
    assert len(plane.events()) == 2


def test_half_of_a_certificate_and_two_on_one_port_are_problems(
    plane: Plane, port: int, tmp_path: Path
) -> None:
    plane.store.create(Certificates(tmp_path).secret("tls"))
    plane.store.create(secret("broken", cert="no PEM", key="no PEM"))
    webhook = {"port": str(port), "endpoint": "/plain"}

    def with_tls(name: str, endpoint: str, *fields: str) -> Object:
        keys = {"serverCertSecret": "cert", "serverKeySecret": "key"}
        selectors = {field: {"name": name, "key": keys[field]} for field in fields}
        return {**webhook, "endpoint": endpoint, **selectors}

    both = ("serverCertSecret", "serverKeySecret")
    spec = {
        "plain": webhook,
        "half": with_tls("tls", "/half", "serverCertSecret"),
        "other": with_tls("tls", "/other", *both),
        "broken": with_tls("broken", "/broken", *both),
    }
    plane.run(event_source("secure", {"webhook": spec}))
    problems = plane.condition("secure", "SourcesProvided")["message"]
    for expected in (
        "spec.webhook.half.serverCertSecret: expected serverCertSecret together with",
        "spec.webhook.other.port: expected one certificate for all events of a port",
        "spec.webhook.broken.serverCertSecret: expected a PEM certificate",
    ):
        assert expected in problems
    assert httpx.post(plane.url("secure", "/plain"), json={}).status_code == 200
