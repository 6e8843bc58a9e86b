"""The store as a source of ConfigMaps, Secrets and claims; a claim that is used becomes Bound."""

from pinnace.objects.kinds import CONFIG_MAPS, PERSISTENT_VOLUME_CLAIMS, SECRETS
from pinnace.objects.meta import key_of
from pinnace.objects.types import Object
from pinnace.store import Store


class StoreSources:
    """Looks objects up when a container is started."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def config_map(self, namespace: str, name: str) -> Object | None:
        """Return a ConfigMap, or None."""
        return self._store.find(CONFIG_MAPS, namespace, name)

    def secret(self, namespace: str, name: str) -> Object | None:
        """Return a Secret, or None."""
        return self._store.find(SECRETS, namespace, name)

    def claim(self, namespace: str, name: str) -> Object | None:
        """Return a claim, Bound from now on: its folder is made when it is first used."""
        claim = self._store.find(PERSISTENT_VOLUME_CLAIMS, namespace, name)
        if claim is None or (claim.get("status") or {}).get("phase") == "Bound":
            return claim
        return self._store.modify(key_of(claim), _bound)


def _bound(claim: Object) -> Object:
    spec = claim.get("spec") or {}
    status = {
        "phase": "Bound",
        "accessModes": spec.get("accessModes") or [],
        "capacity": (spec.get("resources") or {}).get("requests") or {},
    }
    return {**claim, "status": status}
