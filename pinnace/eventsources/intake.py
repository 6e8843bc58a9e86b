"""What happens to every event of every source: filter, envelope, de-duplicate, journal, count, log.

In: an :class:`Emission` from a source module. Out: a future that resolves once the event, and the
source's own progress with it, is on disk in one transaction.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from pinnace.bus import Addition, Entry, Event, Journal, Rejection
from pinnace.eventsources.emission import Checkpoint, Commit, Emission, Item, Refusal
from pinnace.eventsources.envelope import envelope, new_event_id
from pinnace.eventsources.filters import FilterError, passes
from pinnace.eventsources.spec import EventSpec
from pinnace.objects.clock import Clock
from pinnace.store import Store, Transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an emission; ``event_id`` is the first event's for a duplicate."""

    kind: Literal["published", "duplicate", "filtered", "ignored", "saved"]
    event_id: str = ""


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """An event that passed the filter, on its way into the journal."""

    spec: EventSpec
    item: Emission
    event: Event


class Intake:
    """The one way from the sources into the journal."""

    def __init__(self, store: Store, journal: Journal, clock: Clock) -> None:
        self._store, self._journal, self._clock = store, journal, clock

    def submit(self, spec: EventSpec, item: Item) -> Future[Outcome]:
        """Take one item; the future resolves when it is durable, or raises why it is not."""
        if isinstance(item, Checkpoint):
            return self._save(item.commit, Outcome(kind="saved"))
        if isinstance(item, Refusal):
            logger.error("%s: %s; message dropped", spec.where, item.reason)
            return self._drop(spec, item.commit, reason=item.reason, status=400)
        try:
            wanted = passes(spec.fields, item.data, self._clock.now())
        except FilterError as error:
            # dropped, as upstream does, but a record of it is left
            logger.error("%s.filter.expression: %s; event dropped", spec.where, error)
            return self._drop(spec, item.commit, reason=f"filter.expression: {error}", status=200)
        if not wanted:
            logger.debug("%s: the filter expression is false; event dropped", spec.where)
            return self._save(item.commit, Outcome(kind="filtered"))
        return self._publish(spec, item)

    def refuse(
        self, spec: EventSpec, reason: str, status: int, *, remote: str = ""
    ) -> Future[None]:
        """Record a delivery that never becomes an event."""
        logger.warning("%s: delivery rejected with %d: %s", spec.where, status, reason)
        return self._reject(spec, reason, status, remote=remote)

    def _reject(self, spec: EventSpec, reason: str, status: int, remote: str = "") -> Future[None]:
        return self._journal.reject(
            Rejection(
                namespace=spec.namespace,
                source=spec.source,
                subject=spec.event,
                reason=reason,
                status=status,
                time=self._clock.now(),
                remote=remote,
            )
        )

    @property
    def clock(self) -> Clock:
        """Return the clock that events are dated by."""
        return self._clock

    def _publish(self, spec: EventSpec, item: Emission) -> Future[Outcome]:
        now = self._clock.now()
        event = envelope(spec, item.data, event_id=new_event_id(now), now=now)
        candidate = _Candidate(spec=spec, item=item, event=event)
        return self._store.share(self._publish_in, candidate)

    def _publish_in(self, tx: Transaction, candidates: Sequence[_Candidate]) -> list[Outcome]:
        """Journal events and their sources' progress; those of many deliveries at once."""
        entries = self._journal.append_in(
            tx,
            [
                Addition(event=c.event, namespace=c.spec.namespace, dedupe=c.item.dedupe)
                for c in candidates
            ],
        )
        outcomes = []
        for candidate, entry in zip(candidates, entries, strict=True):
            if candidate.item.commit:
                candidate.item.commit(tx)
            outcomes.append(self._outcome(tx, candidate, entry))
        tx.after_commit.append(lambda: self._tell(candidates, outcomes))
        return outcomes

    def _outcome(self, tx: Transaction, candidate: _Candidate, entry: Entry | None) -> Outcome:
        """Return the event's id, or that of the event that this delivery repeats."""
        if entry is not None:
            return Outcome(kind="published", event_id=candidate.event.id)
        spec, dedupe = candidate.spec, candidate.item.dedupe
        first = dedupe and self._journal.first_in(
            tx, namespace=spec.namespace, source=spec.source, subject=spec.event, dedupe=dedupe
        )
        return Outcome(kind="duplicate", event_id=first or "")

    def _tell(self, candidates: Sequence[_Candidate], outcomes: Sequence[Outcome]) -> None:
        for candidate, outcome in zip(candidates, outcomes, strict=True):
            spec, duplicate = candidate.spec, outcome.kind == "duplicate"
            text = "Delivery was seen before" if duplicate else "Succeeded to publish an event"
            logger.info(
                "%s eventSourceName=%s eventName=%s eventSourceType=%s eventID=%s",
                text, spec.source, spec.event, spec.type, outcome.event_id,
            )  # fmt: skip

    def _drop(
        self, spec: EventSpec, commit: Commit | None, *, reason: str, status: int
    ) -> "Future[Outcome]":
        """Record what never becomes an event; its source's progress is kept with it."""
        self._reject(spec, reason, status)
        # queued after the record, so the future resolves when that is on disk too
        return self._save(commit or _nothing, Outcome(kind="filtered"))

    def _save(self, commit: Commit | None, outcome: Outcome) -> "Future[Outcome]":
        if commit is None:
            done: Future[Outcome] = Future()
            done.set_result(outcome)
            return done

        def unit(tx: Transaction) -> Outcome:
            commit(tx)
            return outcome

        return self._store.transact(unit)


def _nothing(tx: Transaction) -> None:
    del tx
