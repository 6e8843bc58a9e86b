"""The last tick of a ``calendar`` event, kept for catching up in the same commit as its event.

Mirrors argo-events pkg/eventsources/persist/event_persist.go: ``persistence.configMap`` names a
ConfigMap in which the key ``<event source>.<event>`` holds the last event's data. Without one,
``catchup`` goes by our own notes (upstream then catches up on nothing).
"""

import logging
from datetime import datetime

import orjson

from pinnace.eventsources.emission import Checkpoint, Commit, ListenContext
from pinnace.languages import gotime
from pinnace.languages.errors import LanguageError
from pinnace.objects.clock import parse_rfc3339, rfc3339_nano
from pinnace.objects.errors import Invalid, PinnaceError
from pinnace.objects.kinds import CONFIG_MAPS
from pinnace.objects.types import Object
from pinnace.store import Transaction

_LAST_TICK = "last tick"
#: How Go prints a time, which upstream reads back; a live tick's monotonic reading is cut off.
_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST"
_MONOTONIC = " m="

logger = logging.getLogger(__name__)


class Memory:
    """Where the last tick of one event is kept."""

    def __init__(self, context: ListenContext) -> None:
        spec = context.spec
        self._context, self._namespace = context, spec.namespace
        self.catches_up = bool(spec.at("persistence.catchup.enabled"))
        self._config_map = str(spec.at("persistence.configMap.name") or "")
        self._create = bool(spec.at("persistence.configMap.createIfNotExist"))
        self._key = f"{spec.source}.{spec.event}"

    def begin(self, now: datetime) -> tuple[datetime | None, list[Checkpoint]]:
        """Return the last tick, if it is known, and what to write down before the first.

        Raises Invalid when the ConfigMap is not there or holds something else.
        """
        notes = []
        if self._config_map and self._find() is None:
            notes.append(Checkpoint(commit=self._keep({})))
        known = self._known() if self.catches_up else None
        if self.catches_up and known is None:
            notes.append(Checkpoint(commit=self._context.save(_LAST_TICK, rfc3339_nano(now))))
        return known, notes

    def _find(self) -> Object | None:
        found = self._context.objects.find(CONFIG_MAPS, self._namespace, self._config_map)
        if found is None and not self._create:
            raise self._context.spec.invalid(
                "persistence.configMap",
                expected=f"a ConfigMap {self._namespace}/{self._config_map}",
                found="none",
                fix="create it, or set createIfNotExist: true",
            )
        return found

    def _known(self) -> datetime | None:
        text = ((self._find() or {}).get("data") or {}).get(self._key) if self._config_map else None
        if text:
            return self._time_of(str(text))
        noted = self._context.checkpoint(_LAST_TICK)
        return parse_rfc3339(noted) if noted else None

    def _time_of(self, data: str) -> datetime:
        try:
            time = str(orjson.loads(data)["eventTime"]).split(_MONOTONIC)[0]
            return gotime.parse(_LAYOUT, time)
        except (LanguageError, ValueError, KeyError, TypeError) as error:
            raise Invalid(
                kind="ConfigMap",
                name=self._config_map,
                field=f"data[{self._key}]",
                expected='the data of the last event, {"eventTime": …}',
                found=data[:80],
                fix="delete the key to start from now",
            ) from error

    def commit(self, tick: datetime, data: bytes) -> Commit | None:
        """Return the commit that keeps a tick and its event's data."""
        notes = []
        if self.catches_up:
            notes.append(self._context.save(_LAST_TICK, rfc3339_nano(tick)))
        if self._config_map:
            notes.append(self._keep({self._key: data.decode()}))

        def commit(tx: Transaction) -> None:
            for note in notes:
                note(tx)

        return commit if notes else None

    def _keep(self, data: dict[str, str]) -> Commit:
        """Return the commit that writes to the ConfigMap; its failure never costs the event."""

        def commit(tx: Transaction) -> None:
            found = tx.find(CONFIG_MAPS, self._namespace, self._config_map)
            try:
                if found is not None:
                    tx.update({**found, "data": {**(found.get("data") or {}), **data}})
                elif self._create:
                    metadata = {"name": self._config_map, "namespace": self._namespace}
                    tx.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
                               "data": data})  # fmt: skip
            except PinnaceError as error:
                logger.error("ConfigMap %s: %s; the tick is not kept", self._config_map, error)

        return commit
