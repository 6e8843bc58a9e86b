"""How many failed pods were replaced so far, and how long the next one waits.

The operator forgets pods it has deleted, so its back-off limit and its pace know nothing of them;
here the count stays with the job, in annotations.
"""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta

from pinnace.objects.clock import parse_rfc3339, rfc3339
from pinnace.training.names import ANNOTATION_RESTARTED_AT, ANNOTATION_RESTARTS

_LONGEST = 60.0


def count(annotations: Mapping[str, str]) -> int:
    """Return how many failed pods of the job were replaced."""
    text = annotations.get(ANNOTATION_RESTARTS, "0")
    return int(text) if text.isdecimal() else 0


def add(annotations: MutableMapping[str, str], now: datetime) -> None:
    """Count one more."""
    annotations[ANNOTATION_RESTARTS] = str(count(annotations) + 1)
    annotations[ANNOTATION_RESTARTED_AT] = rfc3339(now)


def ready_at(annotations: Mapping[str, str], replicas: int) -> datetime | None:
    """Return when pods may be made again, or None when at once.

    The first failure of each replica is free, since a group that lost one member fails as a whole
    and should be back soon; then 1, 2, 4 … up to 60 seconds for each further round.
    """
    if ANNOTATION_RESTARTED_AT not in annotations or count(annotations) <= max(replicas, 1):
        return None
    rounds = (count(annotations) - 1) // max(replicas, 1)
    pause = min(2.0 ** min(rounds - 1, 10), _LONGEST)
    try:
        return parse_rfc3339(annotations[ANNOTATION_RESTARTED_AT]) + timedelta(seconds=pause)
    except ValueError:  # a person edited the annotation: no time to wait for
        return None
