"""Opening ports on loopback."""

import os
import socket

from pinnace.eventsources.http.port import holder_of, open_port


def test_the_declared_port_when_it_is_free(port: int) -> None:
    opened = open_port(port)
    assert (opened.port, opened.declared, opened.held_by) == (port, port, "")
    assert opened.socket.getsockname() == ("127.0.0.1", port)
    opened.socket.close()


def test_a_taken_port_names_who_holds_it(port: int) -> None:
    first = open_port(port)
    second = open_port(port)
    assert second.port != port
    assert second.held_by.startswith(f"pid {os.getpid()} (")
    assert holder_of(second.port).startswith(f"pid {os.getpid()} (")
    again = open_port(port, prefer=0, held_by="somebody")
    assert again.held_by == "somebody"
    for opened in (first, second, again):
        opened.socket.close()


def test_the_preferred_port_comes_before_any_other(port: int) -> None:
    first = open_port(port)
    other = open_port(port)
    other.socket.close()
    second = open_port(port, prefer=other.port)
    assert second.port == other.port
    first.socket.close()
    second.socket.close()


def test_answers_are_not_delayed(port: int) -> None:
    """asyncio turns Nagle's algorithm off only for sockets that name their protocol."""
    opened = open_port(port)
    assert opened.socket.proto == socket.IPPROTO_TCP
    opened.socket.close()
