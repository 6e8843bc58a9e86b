"""Which routes stand on which ports: one server per port, shared by all EventSources here.

Upstream gives each EventSource its own pod, so two of them may declare the same port and path;
here the second then gets a port of its own, and its Service's Endpoints say which.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pinnace.eventsources.http.desk import Desk, Route
from pinnace.eventsources.http.port import OpenPort, open_port
from pinnace.eventsources.http.server import Server
from pinnace.eventsources.intake import Intake
from pinnace.eventsources.tls import Tls


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the events of a declared port are received; ``remark`` when that is another port."""

    declared: int
    port: int
    remark: str = ""


@dataclass(kw_only=True)
class _Stand:
    """An open port with the routes of each owner on it."""

    opened: OpenPort
    tls: Tls | None
    desk: Desk
    server: Server
    routes: dict[str, tuple[Route, ...]] = field(default_factory=dict)

    def clashes(self, owner: str, routes: Sequence[Route]) -> bool:
        if any(route.tls != self.tls for route in routes):
            return True
        wanted = {route.path for route in routes}
        others = (r.path for o, group in self.routes.items() if o != owner for r in group)
        return not wanted.isdisjoint(others)

    def put(self, owner: str, routes: tuple[Route, ...]) -> None:
        self.routes[owner] = routes
        self._show()

    def drop(self, owner: str) -> None:
        if self.routes.pop(owner, None) is not None:
            self._show()

    def _show(self) -> None:
        self.desk.routes = {r.path: r for group in self.routes.values() for r in group}

    def place(self) -> Place:
        remark = ""
        if self.opened.held_by:
            remark = (
                f"port {self.opened.declared} is taken by {self.opened.held_by}; "
                f"listening on {self.opened.address} instead"
            )
        return Place(declared=self.opened.declared, port=self.opened.port, remark=remark)


class Face:
    """The open ports and their routes."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._stands: list[_Stand] = []
        self._lock = threading.Lock()

    def put(
        self, owner: str, routes: Sequence[Route], prefer: Mapping[int, int]
    ) -> dict[int, Place]:
        """Make these the routes of an owner; returns where each declared port is.

        ``prefer``: for a declared port that is taken, the port to try before any other.
        """
        groups: dict[int, list[Route]] = {}
        for route in routes:
            groups.setdefault(route.port, []).append(route)
        with self._lock:
            places = {
                declared: self._settle(owner, declared, tuple(group), prefer.get(declared, 0))
                for declared, group in groups.items()
            }
            for stand in self._stands:
                if stand.opened.declared not in groups:
                    stand.drop(owner)
            self._close_unused()
            return places

    def close(self) -> None:
        """Close every port."""
        with self._lock:
            for stand in self._stands:
                stand.routes.clear()
            self._close_unused()

    def _settle(self, owner: str, declared: int, routes: tuple[Route, ...], prefer: int) -> Place:
        self._drop_outdated(owner, declared, routes)
        here = [stand for stand in self._stands if stand.opened.declared == declared]
        here.sort(key=lambda stand: owner not in stand.routes)  # the owner's own port first
        chosen = next((stand for stand in here if not stand.clashes(owner, routes)), None)
        if chosen is None:
            chosen = self._open(declared, prefer, routes[0].tls, held_by=_owners(here))
        for stand in here:
            if stand is not chosen:
                stand.drop(owner)
        chosen.put(owner, routes)
        return chosen.place()

    def _drop_outdated(self, owner: str, declared: int, routes: tuple[Route, ...]) -> None:
        """Take the owner off a server whose certificate is another now, so the port is free."""
        for stand in self._stands:
            if stand.opened.declared == declared and stand.tls != routes[0].tls:
                stand.drop(owner)
        self._close_unused()

    def _open(self, declared: int, prefer: int, tls: Tls | None, *, held_by: str) -> _Stand:
        opened = open_port(declared, prefer=prefer, held_by=held_by)
        desk = Desk(self._intake)
        name = f"eventsource-port-{opened.port}"
        server = Server(desk, opened.socket, name, tls.server_context() if tls else None)
        server.start()
        stand = _Stand(opened=opened, tls=tls, desk=desk, server=server)
        self._stands.append(stand)
        return stand

    def _close_unused(self) -> None:
        for stand in [stand for stand in self._stands if not stand.routes]:
            self._stands.remove(stand)
            stand.server.stop()


def _owners(stands: Sequence[_Stand]) -> str:
    """Say which EventSources have the port already ("" when none has)."""
    names = sorted({owner for stand in stands for owner in stand.routes})
    return f"{', '.join(names)} on the same endpoint or with another certificate" if names else ""
