"""The list that a person looks at: own deliveries and other events, each with what it led to.

The page and ``GET /events`` show the same thing; this makes it, as JSON data.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from webhook_service.clock import to_text
from webhook_service.delivery import Delivery
from webhook_service.headers import WITHHELD
from webhook_service.kubernetes import Kubernetes, Unreachable
from webhook_service.lineage import Lineage, Run, read
from webhook_service.records import Filter, Records

_SHOWN_BODY = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """The lineage as it could be read, or why it could not."""

    lineage: Lineage
    problem: str = ""


class Overview:
    """Reads records and objects; any thread may call."""

    def __init__(self, records: Records, kubernetes: Kubernetes) -> None:
        self._records, self._kubernetes = records, kubernetes

    def page(self, wanted: Filter, *, limit: int, offset: int) -> dict[str, Any]:
        """Return one page of events, newest first."""
        lookup = self._lookup()
        own = self._records.newest(wanted, limit + offset)
        everywhere = replace(wanted, state="")
        others = [item for item in self._others(lookup.lineage) if _matches(item, everywhere)]
        counts = Counter(self._records.counts(everywhere))
        counts.update(item["state"] for item in others)
        others = [item for item in others if _matches(item, wanted)]
        items = sorted([*self._own(own, lookup.lineage), *others], key=_time, reverse=True)
        return {
            "items": items[offset : offset + limit],
            "total": counts[wanted.state] if wanted.state else counts.total(),
            "counts": counts,
            "limit": limit,
            "offset": offset,
            "lineage": {"available": not lookup.problem, "reason": lookup.problem},
        }

    def one(self, event_id: str) -> dict[str, Any] | None:
        """Return one event by its delivery id or its event id, with headers and body."""
        lookup = self._lookup()
        delivery = self._records.find(event_id) or self._records.find_event(event_id)
        if delivery is not None:
            (item,) = self._own([delivery], lookup.lineage)
            return {**item, **_content(delivery)}
        return next((item for item in self._others(lookup.lineage) if item["id"] == event_id), None)

    def _lookup(self) -> Lookup:
        argo = "argoproj.io/v1alpha1"
        try:
            return Lookup(
                lineage=read(
                    self._kubernetes.items(argo, "workflows"),
                    self._kubernetes.items("kubeflow.org/v1", "tfjobs"),
                    self._kubernetes.items(argo, "sensors"),
                )
            )
        except Unreachable as error:
            return Lookup(lineage=Lineage(), problem=str(error))

    def _own(self, deliveries: Iterable[Delivery], lineage: Lineage) -> list[dict[str, Any]]:
        """Describe deliveries (newest first) with the runs that belong to each."""
        described = []
        later: dict[tuple[str, str], datetime] = {}
        for delivery in deliveries:
            pair = (delivery.source, delivery.event)
            runs = lineage.of(delivery.id, delivery.event_id)
            guessed = (
                lineage.inferred(*pair, delivery.received_at, later.get(pair)) if not runs else []
            )
            later[pair] = delivery.received_at
            described.append(
                {
                    **_summary(delivery),
                    "triggered": [
                        *(run.as_json(inferred=False) for run in runs),
                        *(run.as_json(inferred=True) for run in guessed),
                    ],
                }
            )
        return described

    def _others(self, lineage: Lineage) -> list[dict[str, Any]]:
        """Describe the events that came another way: an upload, a schedule, a direct request."""
        runs = lineage.by_event()
        events = self._records.known("event_id", runs)
        listed = {run.delivery_id for found in runs.values() for run in found}
        deliveries = self._records.known("id", listed)
        return [
            _other(event_id, found)
            for event_id, found in runs.items()
            if event_id not in events and found[0].delivery_id not in deliveries
        ]


def _summary(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "via": "webhook",
        "source": delivery.source,
        "event": delivery.event,
        "time": to_text(delivery.received_at),
        "state": delivery.state.value,
        "status": delivery.status,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "next_attempt": to_text(delivery.next_at) if delivery.next_at else None,
        "finished": to_text(delivery.finished_at) if delivery.finished_at else None,
        "remote": delivery.remote,
        "size": delivery.size,
    }


def _other(event_id: str, runs: list[Run]) -> dict[str, Any]:
    first = runs[0]
    instant = first.event_time or first.fired_at
    return {
        "id": event_id,
        "event_id": event_id,
        "via": "eventsource",
        "source": first.source,
        "event": first.event,
        "time": to_text(instant) if instant else "",
        "state": "delivered",
        "status": None,
        "reason": "",
        "attempts": None,
        "next_attempt": None,
        "finished": None,
        "remote": "",
        "size": None,
        "triggered": [run.as_json(inferred=False) for run in runs],
    }


def _content(delivery: Delivery) -> dict[str, Any]:
    shown = dict(delivery.shown)
    return {
        "headers": {**shown, **{name: WITHHELD for name in delivery.withheld}},
        "body": _body(delivery.body),
        "body_truncated": len(delivery.body) > _SHOWN_BODY,
    }


def _body(content: bytes) -> Any:
    if len(content) <= _SHOWN_BODY:
        try:
            return json.loads(content)
        except ValueError:  # not JSON (or not UTF-8): shown as text below
            pass
    return content[:_SHOWN_BODY].decode("utf-8", "replace")


def _matches(item: Mapping[str, Any], wanted: Filter) -> bool:
    return all(getattr(wanted, name) in ("", item[name]) for name in ("state", "source", "event"))


def _time(item: Mapping[str, Any]) -> str:
    return str(item["time"])
