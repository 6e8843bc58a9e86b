"""What drivers look up in the store: secrets, and the real address of a service."""

from collections.abc import Mapping
from typing import Any

from pinnace.objects.kinds import PODS
from pinnace.store import Store, references, services
from pinnace.workflows.executor.context import Told


class Values:
    """Looks up what an artifact's location refers to, in the pod's namespace."""

    def __init__(self, store: Store, told: Told) -> None:
        self._store, self._told = store, told

    def secret(self, selector: Mapping[str, Any] | None, field: str) -> str | None:
        """Return a Secret's text; None when nothing is referred to."""
        if not selector:
            return None
        return references.secret_value(
            self._store, self._told.namespace, selector, where=self._told.key(PODS), field=field
        )

    def address(self, endpoint: str) -> str:
        """Return where ``service:port`` really listens; other addresses stay as they are."""
        return services.resolve(self._store, endpoint, self._told.namespace)
