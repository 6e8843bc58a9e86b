"""The durable record of the hooks that event sources made: what to keep, and what to remove.

A row holds the event as it was declared, so that its hooks can be removed when it is gone; of its
secrets it holds the selectors only.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

from pinnace.bus import Seen
from pinnace.eventsources.emission import Commit
from pinnace.eventsources.hooks.shape import Kept
from pinnace.eventsources.spec import EventSpec
from pinnace.store import Transaction

_TABLE = "hooks"


@dataclass(frozen=True, kw_only=True)
class Record:
    """An event, and the hook that it has at each place."""

    spec: EventSpec
    kept: Mapping[str, Kept]


class Book:
    """All records; they outlive the EventSource until its hooks are removed."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def records(self) -> list[Record]:
        """Return every record."""
        return [_record(text) for text in self._seen.load(_TABLE).values()]

    def of(self, spec: EventSpec) -> Record:
        """Return an event's record, with no hooks when there is none."""
        text = self._seen.load(_TABLE).get(_item(spec))
        return _record(text) if text else Record(spec=spec, kept={})

    def signing_secret(self, spec: EventSpec) -> str:
        """Return the secret that a provider gave with a hook ("" when none is known)."""
        return next((kept.secret for kept in self.of(spec).kept.values() if kept.secret), "")

    def write(self, record: Record) -> Commit:
        """Return the commit of a record."""
        fields = {
            "spec": asdict(record.spec),
            "kept": {place: asdict(kept) for place, kept in record.kept.items()},
        }
        return self._commit(record.spec, orjson.dumps(fields).decode())

    def forget(self, spec: EventSpec) -> Commit:
        """Return the commit that forgets a record."""
        return self._commit(spec, None)

    def _commit(self, spec: EventSpec, text: str | None) -> Commit:
        def commit(tx: Transaction) -> None:
            self._seen.mark_in(tx, _TABLE, {_item(spec): text})

        return commit


def _item(spec: EventSpec) -> str:
    return f"{spec.uid}/{spec.event}"


def _record(text: str) -> Record:
    fields = orjson.loads(text)
    kept = {place: Kept(**each) for place, each in fields["kept"].items()}
    return Record(spec=EventSpec(**fields["spec"]), kept=kept)
