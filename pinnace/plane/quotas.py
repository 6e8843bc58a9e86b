"""Keeps ``status.used`` of ResourceQuotas true.

Mirrors k8s.io/kubernetes/pkg/controller/resourcequota. Comes from the store's changes; one thread
looks at the namespaces that changed, as often as it can but never twice for the same changes.
"""

import queue
import threading
from collections.abc import Callable, Sequence

from pinnace.apiserver.quotas import counted
from pinnace.objects.errors import NotFound
from pinnace.objects.kinds import EVENTS, RESOURCE_QUOTAS
from pinnace.objects.meta import Key, name_of
from pinnace.objects.quota import total, written
from pinnace.objects.types import Object
from pinnace.store import Change, Store, Transaction


class Quotas:
    """Writes what is used of each quota whenever that has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._touched: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._limited: frozenset[str] = frozenset()
        self._thread = threading.Thread(target=self._run, name="quotas", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin, with every quota there is."""
        self._unsubscribe = self._store.subscribe(self._listen)
        for quota in self._store.scan(RESOURCE_QUOTAS, None):
            self._touched.put(quota["metadata"]["namespace"])
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._unsubscribe()
        self._touched.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _listen(self, changes: Sequence[Change]) -> None:
        """Note the namespaces that changed and may have a quota; called after each commit."""
        for namespace in {c.key.namespace for c in changes if c.key.kind == RESOURCE_QUOTAS}:
            self._touched.put(namespace)
        for namespace in {c.key.namespace for c in changes if c.key.kind != EVENTS}:
            if namespace in self._limited:
                self._touched.put(namespace)

    def _run(self) -> None:
        while (first := self._touched.get()) is not None:
            names = {first}
            while not self._touched.empty():
                more = self._touched.get()
                if more is None:
                    return
                names.add(more)
            self._limited = frozenset(
                quota["metadata"]["namespace"] for quota in self._store.scan(RESOURCE_QUOTAS, None)
            )
            for namespace in sorted(names & self._limited):
                self._refresh(namespace)

    def _refresh(self, namespace: str) -> None:
        for quota in self._store.list(RESOURCE_QUOTAS, namespace):
            key = Key(RESOURCE_QUOTAS, namespace, name_of(quota))
            try:
                self._store.write(lambda tx, key=key: _update(tx, key))  # type: ignore[misc]  # mypy can't infer a lambda's default
            except NotFound:
                continue  # gone meanwhile


def _update(tx: Transaction, key: Key) -> Object:
    quota = tx.get(key.kind, key.namespace, key.name)
    hard = (quota.get("spec") or {}).get("hard") or {}
    used = written(total(quota, counted(tx, key.namespace, quota)))
    return tx.update({**quota, "status": {"hard": hard, "used": used}})
