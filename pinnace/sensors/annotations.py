"""What a Sensor asks of Pinnace beyond upstream, in annotations that a cluster ignores.

``pinnace.dev/from``: where a new Sensor begins in the journal: ``beginning``, how long ago
(``24h``) or an RFC 3339 time; without it at its creation, as upstream.
``pinnace.dev/join-expires-after``: how long an event waits for those of other dependencies.
"""

from datetime import datetime, timedelta

from pinnace.languages import durations
from pinnace.languages.errors import LanguageError
from pinnace.objects.clock import parse_rfc3339
from pinnace.objects.errors import Invalid
from pinnace.objects.meta import annotations_of, name_of
from pinnace.objects.types import Object

FROM = "pinnace.dev/from"
JOIN_EXPIRES_AFTER = "pinnace.dev/join-expires-after"
BEGINNING = datetime.min


def read_start(obj: Object, created: datetime) -> datetime | None:
    """Return from when on a new Sensor wants events, None for its creation; raises Invalid."""
    text = annotations_of(obj).get(FROM, "")
    if text in ("", "beginning"):
        return BEGINNING.replace(tzinfo=created.tzinfo) if text else None
    try:
        return created - durations.parse(text).timedelta
    except LanguageError:
        pass
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        wanted = "`beginning`, a duration such as 24h, or an RFC 3339 time"
        raise _wrong(obj, FROM, wanted, text) from error


def read_expiry(obj: Object) -> timedelta | None:
    """Return how long an event waits in a join, None for ever; raises Invalid."""
    text = annotations_of(obj).get(JOIN_EXPIRES_AFTER, "")
    if not text:
        return None
    try:
        span = durations.parse(text).timedelta
    except LanguageError as error:
        raise _wrong(obj, JOIN_EXPIRES_AFTER, "a duration such as 1h30m", text) from error
    if span <= timedelta():
        raise _wrong(obj, JOIN_EXPIRES_AFTER, "a duration above zero", text)
    return span


def _wrong(obj: Object, name: str, expected: str, found: str) -> Invalid:
    return Invalid(
        kind="Sensor", name=name_of(obj), field=f"metadata.annotations[{name}]",
        expected=expected, found=repr(found),
    )  # fmt: skip
