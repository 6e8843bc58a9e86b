"""The commands' client and a server that ends a connection without an answer."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pinnace.cli.client import Access, Client
from pinnace.objects.errors import Permanent


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server that leaves every first request of a kind unanswered."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.command)
            if asked.count(self.command) == 1:
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"a": 1}')

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}", asked
    running.shutdown()
    running.server_close()


def test_what_only_reads_is_asked_again_and_nothing_else(server: tuple[str, list[str]]) -> None:
    address, asked = server
    with Client(Access(server=address)) as client:
        assert client.call("GET", "/api") == {"a": 1}
        with pytest.raises(Permanent, match="can't be reached: Server disconnected"):
            client.call("POST", "/api", None, {})
    assert asked == ["GET", "GET", "POST"]
