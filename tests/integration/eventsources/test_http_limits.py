"""Requests that are too large, too many or too slow."""

import http.client
import socket
from contextlib import suppress

import httpx
import pytest

from tests.integration.eventsources.conftest import Plane, event_source
from tests.integration.eventsources.http_requests import webhook


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"", 400),
        (b'{"a": NaN}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'"' + b"x" * 300 + b'"', 413),
        (b'{"a": 1, "a": 2}', 200),
        (b"null", 200),
    ],
)  # fmt: skip
def test_bodies(plane: Plane, port: int, body: bytes, status: int) -> None:
    limit = 300 if status == 413 else 1_000_000
    spec = webhook(port, maxPayloadSize=limit)
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    answer = httpx.post(plane.url("training", "/train"), content=body)
    assert answer.status_code == status, answer.text
    assert len(plane.events()) == (1 if status == 200 else 0)
    assert len(plane.journal.rejections()) == (0 if status == 200 else 1)


def test_a_chunked_body_over_the_limit_is_refused_on_the_way(plane: Plane, port: int) -> None:
    spec = webhook(port, maxPayloadSize=1000)
    plane.run(event_source("training", {"webhook": {"train": spec}}))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/train", body=iter([b"x" * 900, b"x" * 900]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert connection.getresponse().status == 413
    assert plane.events() == []


def test_header_floods_are_refused(plane: Plane, port: int) -> None:
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        with suppress(ConnectionError):  # it may be answered and closed before all is sent
            sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\n" + b"X-Flood: y\r\n" * 20_000)
        sock.settimeout(10)
        answer = sock.recv(200)
    assert answer.startswith(b"HTTP/1.1 4")
    assert plane.events() == []


def test_a_sender_that_never_ends_its_headers_is_dropped(
    plane: Plane, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinnace.eventsources.http.server.HEADER_SECONDS", 0.3)
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\n")
        with pytest.raises(ConnectionError):
            if sock.recv(100) == b"":
                raise ConnectionResetError


def test_a_body_that_comes_too_slowly_is_refused(
    plane: Plane, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pinnace.eventsources.http.desk.BODY_SECONDS", 0.3)
    plane.run(event_source("training", {"webhook": {"train": webhook(port)}}))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /train HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
        assert sock.recv(100).startswith(b"HTTP/1.1 408")
    assert plane.events() == []
