"""What all types share: the table's lazy modules, back-off, TLS, message bodies, addresses."""

import json
import subprocess
import sys
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pika.adapters.utils.connection_workflow import AMQPConnectorSocketConnectError
from pika.exceptions import AMQPConnectionError
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError

from pinnace.eventsources import TYPES, parse
from pinnace.eventsources.backoff import DEFAULT, backoff_of
from pinnace.eventsources.emission import Emission, Refusal
from pinnace.eventsources.messages import drained, message, place, reason, split_url
from pinnace.eventsources.refused import REFUSED
from pinnace.eventsources.serve import Context
from pinnace.eventsources.spec import RECREATE_TYPES, ROLLING_TYPES
from pinnace.eventsources.tls import Tls, check, tls_of
from pinnace.objects.errors import Invalid
from tests.unit.eventsources.specs import event_source, spec


@pytest.mark.parametrize("name", sorted(TYPES))
def test_each_type_has_its_module(name: str) -> None:
    found = TYPES[name]
    assert name in RECREATE_TYPES | ROLLING_TYPES
    outside = Context(spec(name), cast(Any, SimpleNamespace(store=None)), lambda state: True)
    assert callable(found.listen if found.how == "listen" else found.receiver(outside))
    with pytest.raises(Invalid) as caught:
        found.check(spec(name, schedule="x", method="PUT"))
    assert f"spec.{name}.event" in str(caught.value)


def test_client_libraries_are_loaded_when_a_type_is_first_used() -> None:
    heavy = "{'boto3', 'confluent_kafka', 'grpc', 'nats', 'paho', 'paramiko', 'pika', 'redis'}"
    program = f"import sys, pinnace.plane, pinnace.cli.main; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert answer.stdout.strip() == "set()", answer.stderr


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_run_here_is_refused_by_name_with_a_way_out(name: str) -> None:
    assert name not in TYPES and name in RECREATE_TYPES | ROLLING_TYPES
    (problem,) = parse(event_source(**{name: {"a": {}}}), TYPES).problems
    assert f"spec.{name}: type {name!r} is not supported here" in problem
    assert REFUSED[name] in problem


# ------------------------------------------------------------------------------------- back-off


@pytest.mark.parametrize(
    ("given", "delays"),
    [
        ({"duration": "2s", "factor": 2, "jitter": 0, "steps": 3}, [2, 4, 8, 8, 8]),
        ({"duration": "100ms", "factor": "1.5", "jitter": "0", "steps": 2}, [0.1, 0.15, 0.15]),
        ({"duration": 500_000_000, "jitter": 0}, [0.5, 0.5]),  # Go: nanoseconds
        ({"jitter": 0}, [1, 1]),
    ],
)
def test_connection_backoff(given: dict[str, Any], delays: list[float]) -> None:
    pace = backoff_of(spec("nats", connectionBackoff=given))
    assert list(islice(pace.delays(), len(delays))) == pytest.approx(delays)


def test_our_own_pace_and_jitter() -> None:
    assert list(islice(DEFAULT.delays(), 6)) == [0.25, 0.5, 1, 2, 2, 2]
    jittered = backoff_of(spec("nats", connectionBackoff={"duration": "1s"})).delays()
    assert all(1 <= delay <= 2 for delay in islice(jittered, 100))


@pytest.mark.parametrize(
    ("given", "field"),
    [({"duration": "soon"}, "duration"), ({"factor": "x"}, "factor"), ({"steps": -1}, "steps")],
)
def test_a_backoff_that_cannot_be_read(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid, match=f"connectionBackoff.{field}: expected"):
        backoff_of(spec("nats", connectionBackoff=given))


# ------------------------------------------------------------------------------------------ TLS

CA, CERT, KEY = ({"name": "tls", "key": key} for key in ("ca", "cert", "key"))


@pytest.mark.parametrize(
    ("tls", "wrong"),
    [
        (None, False),
        ({"caCertSecret": CA}, False),
        ({"clientCertSecret": CERT, "clientKeySecret": KEY}, False),
        ({"enabled": True}, False),
        ({"insecureSkipVerify": True, "clientCertSecret": CERT}, False),
        ({"clientCertSecret": CERT}, True),
        ({"caCertSecret": CA, "clientKeySecret": KEY}, True),
        ({"enabled": False, "insecureSkipVerify": False}, True),
    ],
)
def test_tls_validation_is_upstreams(tls: Any, wrong: bool) -> None:
    event = spec("nats", tls=tls)
    if wrong:
        with pytest.raises(Invalid, match="spec.nats.event.tls: expected"):
            check(event)
    else:
        check(event)


def test_tls_reads_its_secrets() -> None:
    event = spec("nats", tls={"caCertSecret": CA, "clientCertSecret": CERT, "clientKeySecret": KEY})
    assert tls_of(event, str.upper) == Tls(
        authority="TLS.CACERTSECRET", certificate="TLS.CLIENTCERTSECRET", key="TLS.CLIENTKEYSECRET"
    )
    assert tls_of(spec("nats"), str.upper) is None
    blind = tls_of(spec("nats", tls={"insecureSkipVerify": True, "caCertSecret": CA}), str.upper)
    assert blind == Tls(verify=False) and blind.context().verify_mode == 0


# ------------------------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("fields", "body", "data"),
    [
        ({}, b"\x00\xff", {"t": 1, "body": "AP8="}),
        ({}, b'{"a":1}', {"t": 1, "body": "eyJhIjoxfQ=="}),
        ({"jsonBody": True}, b'{"a":1}', {"t": 1, "body": {"a": 1}}),
        ({"jsonBody": True, "metadata": {"m": "n"}}, b"[]",
         {"t": 1, "body": [], "metadata": {"m": "n"}}),
        ({"metadata": {}}, b"", {"t": 1, "body": ""}),
    ],
)  # fmt: skip
def test_bodies(fields: dict[str, Any], body: bytes, data: Any) -> None:
    found = message(spec("nats", **fields), {"t": 1}, body)
    assert isinstance(found, Emission)
    assert json.loads(found.data) == data


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 10_000])
def test_a_body_that_is_not_json_is_refused_with_the_reason(body: bytes) -> None:
    found = message(spec("nats", jsonBody=True), {}, body)
    assert isinstance(found, Refusal) and "not valid JSON" in found.reason


def test_numbers_keep_their_digits() -> None:
    found = message(spec("nats", jsonBody=True), {}, b"12345678901234567890.10")
    assert isinstance(found, Emission) and b"12345678901234567890.10" in found.data


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("nats://host:1", ("nats", "host", 1)),
        ("host", ("nats", "host", 4222)),
        ("tls://user:word@host", ("tls", "host", 4223)),
        ("nats://[::1]:5", ("nats", "::1", 5)),
    ],
)
def test_urls(url: str, parts: Any) -> None:
    assert split_url(spec("nats"), url, {"nats": 4222, "tls": 4223}) == parts


@pytest.mark.parametrize("url", ["ftp://user:secret@x", "nats://", "nats://secret:x", ""])
def test_a_url_that_is_none_is_not_shown(url: str) -> None:
    with pytest.raises(Invalid, match=r"spec\.nats\.event\.url: expected") as caught:
        split_url(spec("nats"), url, {"nats": 4222})
    assert "secret" not in str(caught.value)


def test_places_and_reasons() -> None:
    assert place("NATS", "a:1", "a:1") == "NATS at a:1"
    assert place("NATS", "a:1", "127.0.0.1:2") == "NATS at a:1 (127.0.0.1:2)"
    assert reason(RuntimeError(OSError("refused"))) == "refused"
    assert reason(AMQPConnectionError(AMQPConnectorSocketConnectError(OSError("away")))) == "away"
    pool = HTTPConnectionPool("127.0.0.1", 1)
    assert reason(MaxRetryError(pool, "/b?location=", OSError("away"))) == "away"
    assert reason(RuntimeError()) == "RuntimeError"


def test_draining_waits_only_for_the_first() -> None:
    queue, waits = [1, 2, 3], []

    def get(wait: float) -> int | None:
        waits.append(wait)
        return queue.pop(0) if queue else None

    assert drained(get, limit=2) == [1, 2]
    assert drained(get) == [3]
    assert waits[0] > 0 and waits[1] == 0
