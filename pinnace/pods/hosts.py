"""The hosts file that all sandboxes share: names of Services and Pods, all on 127.0.0.1.

It is written in place (same inode), as it is bind-mounted into running containers; new names are
appended, so a reader never sees a torn line, and names that are gone are dropped only when the
file is written anew (a stale name resolves to a closed port, which harms nobody).
"""

import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pinnace.objects.kinds import PODS, SERVICES
from pinnace.objects.meta import name_of, namespace_of
from pinnace.objects.types import Object
from pinnace.store import Change, Store

_STALE = 500  # lines of gone names that are tolerated


def service_line(service: Object) -> str:
    """Return the line of one Service, with all the names that a cluster's DNS gives it."""
    name, namespace = name_of(service), namespace_of(service)
    forms = (name, f"{name}.{namespace}", f"{name}.{namespace}.svc")
    return "127.0.0.1 " + " ".join([*forms, f"{name}.{namespace}.svc.cluster.local"])


def pod_line(pod: Object) -> str:
    """Return the line of one Pod; with ``hostname`` and ``subdomain`` it also has a long name."""
    spec, namespace = pod.get("spec") or {}, namespace_of(pod)
    names = [name_of(pod)]
    if spec.get("hostname") and spec["hostname"] != names[0]:
        names.append(str(spec["hostname"]))
    if spec.get("subdomain"):
        long = f"{spec.get('hostname') or names[0]}.{spec['subdomain']}"
        names += [long, *(f"{long}.{namespace}.svc{tail}" for tail in ("", ".cluster.local"))]
    return "127.0.0.1 " + " ".join(names)


class HostsFile:
    """Keeps the file true to the store."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path, self._store = path, store
        self._lock = threading.Lock()
        self._lines: dict[str, None] = {}
        self._live: dict[tuple[str, str, str], str] = {}
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Write the file, and from now on what is added."""
        head = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
        own = socket.gethostname()
        head += [f"127.0.0.1 {own}"] if own != "localhost" else []
        self._lines = dict.fromkeys(head)
        self._unsubscribe = self._store.subscribe(self._changed)
        with self._lock:
            for kind, line in ((SERVICES, service_line), (PODS, pod_line)):
                for obj in self._store.scan(kind, None):
                    if kind != PODS or not _finished(obj):
                        self._keep((kind.plural, namespace_of(obj), name_of(obj)), line(obj))
            self._rewrite(dict.fromkeys([*head, *self._live.values()]))

    def stop(self) -> None:
        """Stop following the store."""
        self._unsubscribe()

    def _changed(self, changes: Sequence[Change]) -> None:
        """Called after a commit: only names that are new touch the disk (one small append)."""
        fresh: list[str] = []
        with self._lock:
            for change in changes:
                if change.key.kind not in (SERVICES, PODS):
                    continue
                place = (change.key.kind.plural, change.key.namespace, change.key.name)
                if change.type == "DELETED":
                    self._live.pop(place, None)
                elif change.type == "ADDED":
                    line = service_line if change.key.kind == SERVICES else pod_line
                    fresh += self._keep(place, line(change.object))
            self._append(fresh)

    def _keep(self, place: tuple[str, str, str], line: str) -> Iterable[str]:
        self._live[place] = line
        known = line in self._lines
        self._lines[line] = None
        return () if known else (line,)

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        if len(self._lines) - len(self._live) > _STALE:
            self._rewrite(dict.fromkeys([*list(self._lines)[:3], *self._live.values()]))
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))

    def _rewrite(self, lines: dict[str, None]) -> None:
        self._lines = lines
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()
        with self._path.open("r+", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
            file.truncate()


def _finished(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
