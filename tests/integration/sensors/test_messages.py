"""slack, email, nats, kafka, custom and awsLambda triggers against real servers on loopback."""

import asyncio
import base64
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import grpc
import nats
import orjson
import pytest
import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from confluent_kafka import Consumer, TopicPartition

from pinnace.objects import protobuf
from pinnace.store import services
from tests import brokers
from tests.eventually import eventually
from tests.integration.eventsources.certificates import Certificates
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.scene import Scene, sensor

NUMBER = {"dependencyName": "call", "dataKey": "body.number"}
PAYLOAD = [{"src": NUMBER, "dest": "number"}]


def trigger(kind: str, action: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"template": {"name": "notify", kind: action}, **more}


def fire(scene: Scene, entry: dict[str, Any], state: str = "fired") -> Any:
    scene.add(sensor(triggers=[entry]))
    (firing,) = scene.settled(scene.post("7"))
    assert firing.state == state, firing.message
    return firing


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Scene(tmp_path / "store.db") as running:
        yield running


# -- slack ----------------------------------------------------------------------------------------


class Slack(ThreadingHTTPServer):
    """Answers chat.postMessage as Slack does."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.answer: dict[str, Any] = {}
        slack = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                posted = {**dict(parse_qsl(body)), "path": self.path}
                slack.posts.append({**posted, "token": self.headers["Authorization"]})
                answer = {"ok": True, "ts": f"{len(slack.posts)}.0"} | slack.answer
                data = orjson.dumps(answer)
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Be quiet."""

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def slack() -> Iterator[Slack]:
    server = Slack()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def slack_scene(tmp_path: Path, slack: Slack) -> Iterator[Scene]:
    address = f"http://127.0.0.1:{slack.server_address[1]}/api"
    with Scene(tmp_path / "store.db", slack=address) as running:
        running.store.create(secret("slack", token="xoxb-1\n"))
        yield running


def slack_trigger(**more: Any) -> dict[str, Any]:
    token = {"name": "slack", "key": "token"}
    action = {"slackToken": token, "channel": "#general", "message": "hi", **more}
    parameter = {"src": NUMBER, "dest": "slack.message", "operation": "append"}
    return trigger("slack", action, parameters=[parameter])


def test_slack_posts_a_message_with_all_its_parts(slack_scene: Scene, slack: Slack) -> None:
    parts = {
        "attachments": '[{"title": "a"}]',
        "blocks": '[{"type": "divider"}]',
        "sender": {"username": "pinnace", "icon": ":boat:"},
        "thread": {"messageAggregationKey": "builds", "broadcastMessageToChannel": True},
    }
    slack_scene.add(sensor(triggers=[slack_trigger(**parts)]))
    for number in ("1", "2"):
        (firing,) = slack_scene.settled(slack_scene.post(number))
        assert firing.state == "fired", firing.message
        assert "xoxb" not in str(firing)
    first, second = slack.posts
    assert first == {
        "path": "/api/chat.postMessage",
        "token": "Bearer xoxb-1",
        "channel": "general",
        "text": "hi1",
        "attachments": '[{"title": "a"}]',
        "blocks": '[{"type": "divider"}]',
        "username": "pinnace",
        "icon_emoji": ":boat:",
    }
    assert second == {**first, "text": "hi2", "thread_ts": "1.0", "reply_broadcast": "true"}


def test_what_slack_refuses_is_a_dead_letter(slack_scene: Scene, slack: Slack) -> None:
    slack.answer = {"ok": False, "error": "channel_not_found"}
    firing = fire(slack_scene, slack_trigger(), "dead")
    assert firing.message == "failed to post to channel general: channel_not_found"


def test_slack_without_its_secret_names_what_is_missing(slack_scene: Scene) -> None:
    firing = fire(slack_scene, slack_trigger(slackToken={"name": "none", "key": "k"}), "dead")
    assert "slack.slackToken: expected Secret default/none with a key 'k'" in firing.message


# -- email ----------------------------------------------------------------------------------------


class Mailbox:
    """An SMTP server that keeps what it is sent, and refuses one address."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], Message]] = []
        self.logins: list[tuple[bytes, bytes]] = []
        port = brokers.free_port()
        self.controller = Controller(
            self, hostname="127.0.0.1", port=port, authenticator=self._login,
            auth_require_tls=False, ready_timeout=10,
        )  # fmt: skip
        self.port = port
        self.controller.start()

    def _login(self, server: Any, session: Any, envelope: Any, mechanism: Any, data: Any) -> Any:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret", handled=False)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("gone"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), mail))
        return "250 OK"


@pytest.fixture(scope="module")
def shared_mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.controller.stop()


@pytest.fixture
def mailbox(shared_mailbox: Mailbox, scene: Scene) -> Mailbox:
    shared_mailbox.mails.clear()
    shared_mailbox.logins.clear()
    for obj in services.service_objects("mail", "default", {"smtp": (587, shared_mailbox.port)}):
        scene.store.create(obj)
    scene.store.create(secret("smtp", password="s3cret\n", wrong="no"))
    return shared_mailbox


def email_trigger(*to: str, key: str = "password") -> dict[str, Any]:
    action = {
        "host": "mail", "port": 587, "username": "me", "from": "me@example.com",
        "smtpPassword": {"name": "smtp", "key": key}, "to": list(to), "subject": "Hello",
    }  # fmt: skip
    return trigger("email", action, parameters=[
        {"src": {"dependencyName": "call", "dataTemplate": "No {{.Input.body.number}}.\n"},
         "dest": "email.body"},
    ])  # fmt: skip


def test_email_sends_one_mail_to_each(scene: Scene, mailbox: Mailbox) -> None:
    fire(scene, email_trigger("a@example.com", "b@example.com"))
    assert mailbox.logins == [(b"me", b"s3cret")]
    assert [(sender, to) for sender, to, _ in mailbox.mails] == [
        ("me@example.com", ["a@example.com"]),
        ("me@example.com", ["b@example.com"]),
    ]
    mail = mailbox.mails[0][2]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "me@example.com", "a@example.com", "Hello",
    )  # fmt: skip
    assert mail.get_payload() == "No 7.\r\n"


def test_email_names_who_was_not_reached(scene: Scene, mailbox: Mailbox) -> None:
    firing = fire(scene, email_trigger("gone@example.com", "b@example.com"), "dead")
    assert "failed to send emails to emailId gone@example.com" in firing.message
    assert [to for _, to, _ in mailbox.mails] == [["b@example.com"]]


def test_email_with_a_wrong_password(scene: Scene, mailbox: Mailbox) -> None:
    firing = fire(scene, email_trigger("a@example.com", key="wrong"), "dead")
    assert firing.message.startswith("mail server mail:587: 535")


# -- nats -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Server]:
    folder = tmp_path_factory.mktemp("nats")
    server = brokers.nats(folder, "--user", "u", "--pass", "p")
    with brokers.running(server) as running:
        yield running


@contextmanager
def subscribed(server: brokers.Server, subject: str) -> Iterator[list[tuple[str, bytes]]]:
    found: list[tuple[str, bytes]] = []
    ready, done = threading.Event(), threading.Event()

    async def listen() -> None:
        async def keep(message: Any) -> None:
            found.append((message.subject, message.data))

        client = await nats.connect(server.address, user="u", password="p")
        await client.subscribe(subject, cb=keep)
        await client.flush()
        ready.set()
        while not done.is_set():
            await asyncio.sleep(0.01)
        await client.close()

    thread = threading.Thread(target=lambda: asyncio.run(listen()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield found
    done.set()
    thread.join()


def nats_trigger(server: brokers.Server, **more: Any) -> dict[str, Any]:
    pair = {name: {"name": "nats", "key": name} for name in ("username", "password")}
    action = {"url": f"nats://{server.address}", "subject": "made.here", "payload": PAYLOAD,
              "auth": {"basic": pair}, **more}  # fmt: skip
    return trigger("nats", action)


def test_nats_publishes_the_payload(scene: Scene, nats_server: brokers.Server) -> None:
    scene.store.create(secret("nats", username="u", password="p"))
    with subscribed(nats_server, "made.>") as found:
        fire(scene, nats_trigger(nats_server))
        eventually(lambda: found)
    assert found == [("made.here", b'{"number":"7"}')]


def test_nats_with_a_wrong_password(scene: Scene, nats_server: brokers.Server) -> None:
    scene.store.create(secret("nats", username="u", password="other"))
    firing = fire(scene, nats_trigger(nats_server), "dead")
    assert "Authorization Violation" in firing.message or "nats:" in firing.message
    assert "other" not in firing.message


# -- kafka ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kafka() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.integration.eventsources.kafka_cluster"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


def test_kafka_produces_a_record_with_all_its_parts(scene: Scene, kafka: str) -> None:
    scene.store.create(secret("kafka", token="t0k3n"))
    reference = {"secretKeyRef": {"name": "kafka", "key": "token"}}
    action = {
        "url": kafka, "topic": "none", "payload": PAYLOAD, "partitioningKey": "k",
        "headers": {"a": "b"}, "secureHeaders": [{"name": "x", "valueFrom": reference}],
        "compress": True, "requiredAcks": 1, "version": "2.5.0",
        "parameters": [{"src": {"dependencyName": "call", "value": "made"}, "dest": "topic"}],
    }  # fmt: skip
    firing = fire(scene, trigger("kafka", action))
    assert firing.message.startswith("produced made/")
    partition = int(firing.message.split("/")[1])
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "g"})
    consumer.assign([TopicPartition("made", partition, 0)])
    record = eventually(lambda: consumer.poll(1.0))
    consumer.close()
    assert (record.key(), record.value()) == (b"k", b'{"number":"7"}')
    assert record.headers() == [("a", b"b"), ("x", b"t0k3n")]


# -- custom ---------------------------------------------------------------------------------------


class TriggerServer(grpc.GenericRpcHandler):
    """Upstream's ``Trigger`` service: three calls whose messages are bytes."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[int, bytes | int]]] = []
        self.verdict = b"\x08\x01" + protobuf.encode({2: b"well done"})

    def service(self, details: Any) -> Any:
        name = details.method.removeprefix("/triggers.Trigger/")
        return grpc.unary_unary_rpc_method_handler(lambda data, _: self._answer(name, data))

    def _answer(self, name: str, data: bytes) -> bytes:
        self.calls.append((name, protobuf.decode(data)))
        match name:
            case "FetchResource":
                return protobuf.encode({1: b'{"kind": "PipelineRun", "metadata": {}}'})
            case "Execute":
                return protobuf.encode({1: b"done"})
            case _:
                return self.verdict


@contextmanager
def serving(handler: TriggerServer, certificates: Certificates | None = None) -> Iterator[int]:
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((handler,))
    if certificates is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        pair = (Path(certificates.key).read_bytes(), Path(certificates.certificate).read_bytes())
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    server.start()
    try:
        yield port
    finally:
        server.stop(0.2).wait()


def custom_trigger(port: int, **more: Any) -> dict[str, Any]:
    action = {
        "serverURL": f"127.0.0.1:{port}", "spec": {"url": "http://x", "b": "2"},
        "parameters": [{"src": NUMBER, "dest": "metadata.name"}], "payload": PAYLOAD, **more,
    }  # fmt: skip
    return trigger("custom", action)


def test_custom_fetches_executes_and_asks_the_policy(scene: Scene) -> None:
    handler = TriggerServer()
    with serving(handler) as port:
        firing = fire(scene, custom_trigger(port))
    assert firing.message == "well done"
    fetch, execute, policy = handler.calls
    assert fetch[0] == "FetchResource"
    assert yaml.safe_load(fetch[1][1]) == {"url": "http://x", "b": "2"}
    assert execute[0] == "Execute"
    assert orjson.loads(execute[1][1]) == {"kind": "PipelineRun", "metadata": {"name": "7"}}
    assert execute[1][2] == b'{"number":"7"}'
    assert policy == ("ApplyPolicy", {1: b"done"})


def test_custom_with_a_certificate(scene: Scene, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    scene.store.create(certificates.secret("tls"))
    with serving(TriggerServer(), certificates) as port:
        more = {"secure": True, "certSecret": {"name": "tls", "key": "ca"}}
        fire(scene, custom_trigger(port, serverNameOverride="localhost", **more))


def test_a_policy_that_is_not_content_is_a_dead_letter(scene: Scene) -> None:
    handler = TriggerServer()
    handler.verdict = protobuf.encode({2: b"too slow"})
    with serving(handler) as port:
        firing = fire(scene, custom_trigger(port), "dead")
    assert firing.message.endswith("the policy failed: too slow")


def test_custom_without_a_server_says_so(scene: Scene) -> None:
    firing = fire(scene, custom_trigger(brokers.free_port()), "dead")
    assert "UNAVAILABLE" in firing.message


# -- awsLambda ------------------------------------------------------------------------------------


def test_lambda_invokes_a_function(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.headers["X-Amz-Invocation-Type"]
            received.append((self.path, kind, body))
            assert "Credential=id/" in self.headers["Authorization"]
            failed = b"fails" in self.path.encode()
            self.send_response(202 if kind == "Event" else 200)
            if failed:
                self.send_header("X-Amz-Function-Error", "Unhandled")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    scene.store.create(secret("aws", id="id", key="key"))
    action = {
        "functionName": "hello", "region": "us-east-1", "payload": PAYLOAD,
        "invocationType": "Event", "accessKey": {"name": "aws", "key": "id"},
        "secretKey": {"name": "aws", "key": "key"},
    }  # fmt: skip
    strict = {"policy": {"status": {"allow": [200]}}}
    fails = {**action, "functionName": "fails", "invocationType": ""}
    for number, (spec, more) in enumerate([(action, {}), (action, strict), (fails, {})]):
        scene.add(sensor(f"s{number}", triggers=[trigger("awsLambda", spec, **more)]))
    rows = {row.sensor: row for row in scene.settled(scene.post("7"), count=3)}
    server.shutdown()
    server.server_close()
    assert ("/2015-03-31/functions/hello/invocations", "Event", b'{"number":"7"}') in received
    assert rows["s0"].message == "function hello: status 202"
    assert rows["s1"].message.endswith("http response status 202 is not allowed")
    assert rows["s2"].message == "function fails: Unhandled: {}"


# -- http with certificates -----------------------------------------------------------------------


def test_http_with_a_client_certificate(scene: Scene, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    scene.store.create(certificates.secret("tls"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = certificates.server_context().wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}/"
    with_certificate = {"url": url, "payload": PAYLOAD, "tls": certificates.spec("tls")}
    authority = {"caCertSecret": {"name": "tls", "key": "ca"}}
    without = {"url": url, "payload": PAYLOAD, "tls": authority}
    scene.add(sensor("with", triggers=[trigger("http", with_certificate)]))
    scene.add(sensor("without", triggers=[trigger("http", without)]))
    rows = {row.sensor: row for row in scene.settled(scene.post("7"), count=2)}
    server.shutdown()
    server.server_close()
    assert rows["with"].state == "fired", rows["with"].message
    assert rows["without"].state == "dead"
    assert base64.b64encode(b"key").decode() not in rows["without"].message
