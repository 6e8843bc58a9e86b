"""What the event sources count, under upstream's metric names (docs/metrics.md of Argo Events)."""

import threading
from collections import Counter
from collections.abc import Mapping

from pinnace.eventsources.spec import EventSpec

SENT = "argo_events_events_sent_total"
SEND_FAILED = "argo_events_events_sent_failed_total"
PROCESSING_FAILED = "argo_events_events_processing_failed_total"
#: Not upstream's: deliveries that were refused, dropped by the filter, or seen before.
REJECTED = "pinnace_events_rejected_total"
FILTERED = "pinnace_events_filtered_total"
DUPLICATE = "pinnace_events_duplicate_total"

#: Metric, namespace, EventSource, event.
Series = tuple[str, str, str, str]


class Metrics:
    """Counters per event; safe from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[Series] = Counter()
        self._lock = threading.Lock()

    def count(self, metric: str, spec: EventSpec) -> None:
        """Add one."""
        with self._lock:
            self._counts[(metric, spec.namespace, spec.source, spec.event)] += 1

    def failed(self, spec: EventSpec) -> None:
        """Count an event that could not be stored."""
        self.count(SEND_FAILED, spec)

    def snapshot(self) -> Mapping[Series, int]:
        """Return all counters as they stand."""
        with self._lock:
            return dict(self._counts)
