"""EventSource type ``mqtt``: messages on a topic.

Mirrors argo-events pkg/eventsources/sources/mqtt/start.go, which subscribes with QoS 0 and a clean
session. Here QoS is 1 and the session is kept, so that the broker holds what was published with
QoS 1 or 2 while nobody was there; a message is acknowledged once its event is on disk.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from pinnace.eventsources.emission import Emission, Items, ListenContext, Refusal
from pinnace.eventsources.messages import (
    BATCH,
    CONNECT_SECONDS,
    IDLE_SECONDS,
    check_auth,
    check_required,
    credentials,
    message,
    place,
    reach,
    split_url,
    telling,
)
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import tls_of
from pinnace.objects.errors import Transient

_PORTS = {
    "tcp": 1883, "mqtt": 1883, "ssl": 8883, "tls": 8883, "mqtts": 8883, "tcps": 8883, "ws": 80,
    "wss": 443,
}  # fmt: skip
_SECURE = {"ssl", "tls", "mqtts", "tcps", "wss"}
_QOS = 1
_KEEP_ALIVE_SECONDS = 30


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_required(
        spec, {"url": "tcp://host:1883", "topic": "a topic", "clientId": "a name of its own"}
    )
    split_url(spec, str(spec.at("url")), _PORTS)
    check_auth(spec)


class _Session:
    """One connection: what the client's callbacks leave, for the thread that calls it."""

    def __init__(self, client: Client, where: str) -> None:
        self.client, self.where = client, where
        self.inbox: list[MQTTMessage] = []
        self.connected = self.subscribed = False
        self.problem = ""
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message

    def _on_connect(self, _c: Any, _u: Any, _flags: Any, code: ReasonCode, _p: Any) -> None:
        self.connected = not code.is_failure
        if code.is_failure:
            self.problem = f"the connection was refused: {code}"

    def _on_subscribe(self, _c: Any, _u: Any, _mid: int, codes: Any, _p: Any) -> None:
        self.subscribed = True
        if any(code.is_failure for code in codes):
            self.problem = "the subscription was refused"

    def _on_message(self, _c: Any, _u: Any, found: MQTTMessage) -> None:
        self.inbox.append(found)

    def turn(self, seconds: float) -> None:
        """Let the client work; raises Transient when the connection is lost or refused."""
        code = self.client.loop(seconds)
        if self.problem:
            raise Transient(f"{self.where}: {self.problem}")
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise Transient(f"{self.where}: the connection was lost")

    def until(self, attribute: str) -> None:
        """Let the client work until the broker has answered."""
        deadline = monotonic() + CONNECT_SECONDS
        while not getattr(self, attribute):
            if monotonic() > deadline:
                raise Transient(f"{self.where}: no answer within {CONNECT_SECONDS:.0f} s")
            self.turn(IDLE_SECONDS)

    def messages(self) -> list[MQTTMessage]:
        """Return the messages that are there: wait for the first, take what follows at once."""
        self.turn(0 if self.inbox else IDLE_SECONDS)
        before = 0
        while before < len(self.inbox) < BATCH:
            before = len(self.inbox)
            self.turn(0)
        found, self.inbox = self.inbox, []
        return found


def listen(context: ListenContext) -> Items:
    """Yield an event for each message on the topic."""
    with _session(context) as session:
        session.client.subscribe(str(context.spec.at("topic")), _QOS)
        session.until("subscribed")
        context.listening()
        while not context.stopping.is_set():
            found = session.messages()
            yield tuple(payload(context.spec, one) for one in found)
            for one in found:
                session.client.ack(one.mid, one.qos)


@contextmanager
def _session(context: ListenContext) -> Iterator[_Session]:
    spec = context.spec
    scheme, name, number = split_url(spec, str(spec.at("url")), _PORTS)
    host, port = reach(context, name, number)
    where = place("MQTT broker", f"{name}:{number}", f"{host}:{port}")
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=str(spec.at("clientId")),
        clean_session=False,
        transport="websockets" if scheme in ("ws", "wss") else "tcp",
        manual_ack=True,
    )
    with telling(where, OSError, ValueError):
        _authenticate(context, client, secure=scheme in _SECURE)
        client.connect_timeout = CONNECT_SECONDS
        client.connect(host, port, _KEEP_ALIVE_SECONDS)
        session = _Session(client, where)
        try:
            session.until("connected")
            yield session
        finally:
            client.disconnect()


def _authenticate(context: ListenContext, client: Client, *, secure: bool) -> None:
    tls = tls_of(context.spec, context.secret)
    if tls or secure:
        client.tls_set_context(tls.context() if tls else ssl.create_default_context())
    url = urlsplit(str(context.spec.at("url")))
    if auth := credentials(context):
        client.username_pw_set(*auth)
    elif url.username:
        client.username_pw_set(unquote(url.username), unquote(url.password or ""))


def payload(spec: EventSpec, found: MQTTMessage) -> Emission | Refusal:
    """Return the event of a message; ``messageId`` is 0 for one of QoS 0."""
    return message(spec, {"topic": found.topic, "messageId": found.mid}, bytes(found.payload))
