"""What becomes of a claim's folder when its PersistentVolumeClaim is deleted: it goes too.

As on a cluster whose storage class has the reclaim policy Delete (the default), and not before the
last Pod that uses the claim has ended (Kubernetes: the finalizer ``kubernetes.io/pvc-protection``).
Only a deletion that is seen removes data: if the claim went while nothing ran, its folder stays.
"""

import logging
import shutil
import threading

from pinnace.objects.kinds import PERSISTENT_VOLUME_CLAIMS, PODS
from pinnace.objects.meta import namespace_of
from pinnace.objects.types import Object
from pinnace.pods.layout import Layout
from pinnace.pods.lifecycle import FINISHED
from pinnace.store import Change, Store

log = logging.getLogger(__name__)


class Claims:
    """Removes the folders of deleted claims."""

    def __init__(self, store: Store, layout: Layout) -> None:
        self._store, self._layout = store, layout
        self._lock = threading.Lock()
        self._deleted: set[tuple[str, str]] = set()

    def changed(self, change: Change) -> None:
        """Take note of a claim's deletion or of a Pod's end; removal is done on another thread."""
        place = (change.key.namespace, change.key.name)
        with self._lock:
            if change.key.kind == PERSISTENT_VOLUME_CLAIMS:
                (self._deleted.add if change.type == "DELETED" else self._deleted.discard)(place)
            if not self._deleted:
                return
        if change.type == "DELETED" or _finished(change.object):
            threading.Thread(target=self._remove, name="pods-claims", daemon=True).start()

    def _remove(self) -> None:
        with self._lock:
            used = {
                (namespace_of(pod), claim)
                for pod in self._store.scan(PODS, None)
                if not _finished(pod)
                for claim in claims_of(pod)
            }
            for namespace, name in sorted(self._deleted - used):
                self._deleted.discard((namespace, name))
                if self._store.find(PERSISTENT_VOLUME_CLAIMS, namespace, name) is None:
                    log.info("claim %s/%s was deleted: its folder goes too", namespace, name)
                    shutil.rmtree(self._layout.claim(namespace, name), ignore_errors=True)


def claims_of(pod: Object) -> list[str]:
    """Return the names of the claims that a Pod mounts."""
    volumes = (pod.get("spec") or {}).get("volumes") or ()
    sources = [volume.get("persistentVolumeClaim") for volume in volumes]
    return [str(source.get("claimName")) for source in sources if source]


def _finished(pod: Object) -> bool:
    return (pod.get("status") or {}).get("phase") in FINISHED
