"""What effects need of the world: secrets, addresses, allowed folders, clients that are kept."""

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from pinnace.objects.errors import Permanent
from pinnace.objects.kinds import SENSORS
from pinnace.objects.meta import Key
from pinnace.sensors.actions import SecretReference, TlsReferences
from pinnace.store import Store, references
from pinnace.store.pem import Tls

T = TypeVar("T")

Resolve = Callable[[str, str], str]

#: How long a connection to a server may take to come about, and an answer to come, in seconds.
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How the outside is reached: ``resolve`` turns a Service's address into a real one.

    ``folders`` are those that ``source.file`` may read; ``slack`` is the address of Slack's API.
    """

    resolve: Resolve
    folders: tuple[Path, ...] = ()
    slack: str = "https://slack.com/api"


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """For whom an action is performed."""

    namespace: str
    sensor: str
    trigger: str


class Edge:
    """Shared by all effects; safe to use from any thread."""

    def __init__(self, store: Store, reach: Reach) -> None:
        self.store, self.reach = store, reach
        self._kept: dict[Hashable, Any] = {}
        self._lock = threading.Lock()

    def secret(self, reference: SecretReference | None, occasion: Occasion) -> str:
        """Return the text that a reference means, "" for none; raises Invalid."""
        if reference is None:
            return ""
        read = (
            references.secret_value if reference.kind == "Secret" else references.config_map_value
        )
        where = Key(SENSORS, occasion.namespace, occasion.sensor)
        return read(
            self.store, occasion.namespace, reference.selector, where=where, field=reference.field
        )

    def tls(self, references: TlsReferences, occasion: Occasion) -> Tls:
        """Return the certificates that references mean; raises Invalid."""
        if not references.verify:
            return Tls(verify=False)  # as upstream: then no certificate is read
        return Tls(
            authority=self.secret(references.authority, occasion),
            certificate=self.secret(references.certificate, occasion),
            key=self.secret(references.key, occasion),
        )

    def address(self, asked: str, occasion: Occasion) -> tuple[str, int]:
        """Return host and port at which ``host:port`` is reached from here; raises Permanent."""
        host, _, port = self.reach.resolve(asked, occasion.namespace).rpartition(":")
        if not host or not port.isdecimal():
            raise Permanent(f"{asked!r} is no address: expected host:port")
        return host, int(port)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the client kept under a key; the first to ask makes it."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            return cast(T, self._kept[key])

    def close(self) -> None:
        """Close the clients that are kept."""
        with self._lock:
            kept, self._kept = list(self._kept.values()), {}
        for client in kept:
            with suppress(AttributeError):
                client.close()
