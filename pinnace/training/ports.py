"""A free local port for each replica, kept on its Service.

On a cluster every pod has an address of its own and all of them listen on 2222; here they share
this machine. The port is the one thing of a TFJob that is found outside the store, so it lives
here, before the pure decision, and once it is on a Service it never changes again.
"""

import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pinnace.objects.errors import Transient
from pinnace.objects.kinds import SERVICES
from pinnace.objects.meta import Key, annotations_of, name_of
from pinnace.objects.names import fnv1a32
from pinnace.objects.types import Object
from pinnace.store import Store
from pinnace.training.names import ANNOTATION_PORT, PORT_NAME

_LOWEST = 20000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_EPHEMERAL_DEFAULT = 32768


class Ports:
    """Hands out ports and remembers those that no Service carries yet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._promised: dict[Key, dict[str, int]] = {}
        self._range = range(_LOWEST, _first_ephemeral())

    def of(
        self, job: Key, uid: str, names: Iterable[str], services: Sequence[Object]
    ) -> dict[str, int]:
        """Return the port of each named replica: its Service's, or a free one promised to it."""
        kept = {name_of(service): port_of(service) for service in services}
        with self._lock:
            promised = self._promised.setdefault(job, {})
            result = {}
            for name in names:
                port = kept.get(name) or promised.get(name) or self._free(f"{uid} {name}")
                if not kept.get(name):
                    promised[name] = port
                result[name] = port
            self._promised[job] = {name: promised[name] for name in result if not kept.get(name)}
        return result

    def forget(self, job: Key) -> None:
        """Take back what was promised to a job that is gone."""
        with self._lock:
            self._promised.pop(job, None)

    def _free(self, seed: str) -> int:
        used = set(self._used())
        # Begins at a place of the replica's own, so that two control planes rarely meet.
        start = fnv1a32(seed) % len(self._range)
        for offset in range(len(self._range)):
            port = self._range[(start + offset) % len(self._range)]
            if port not in used and _bindable(port):
                return port
        raise Transient(
            f"no free local port between {self._range.start} and {self._range.stop - 1} for a "
            "TFJob replica; delete finished TFJobs or stop other programs that listen there",
            after=30,
        )

    def _used(self) -> Iterator[int]:
        for promised in self._promised.values():
            yield from promised.values()
        for service in self._store.list(SERVICES):
            for port in (service.get("spec") or {}).get("ports") or []:
                yield from (
                    port[key] for key in ("port", "targetPort") if isinstance(port.get(key), int)
                )


def port_of(service: Object) -> int | None:
    """Return the port that a replica's Service carries, if it does."""
    text = annotations_of(service).get(ANNOTATION_PORT, "")
    if text.isdecimal():
        return int(text)
    declared = (service.get("spec") or {}).get("ports") or []
    return next((entry["port"] for entry in declared if entry.get("name") == PORT_NAME), None)


def _first_ephemeral() -> int:
    """Return where the system's own choice of ports begins: those may be taken at any moment."""
    try:
        first = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):  # not Linux: the usual value
        return _EPHEMERAL_DEFAULT
    return first if first > _LOWEST + 1000 else _EPHEMERAL_DEFAULT


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True
