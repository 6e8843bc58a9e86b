"""What an EventSource says that Argo Events takes otherwise, or not at all: warnings only. Pure."""

from collections.abc import Callable, Iterable, Sequence

from pinnace.eventsources.spec import EventSpec, parse
from pinnace.eventsources.table import TYPES, endpoint_of
from pinnace.objects.errors import Invalid
from pinnace.objects.types import Object


def traps(obj: Object, beside: Sequence[Object] = ()) -> Iterable[Invalid]:
    """Yield what may surprise whoever wrote an EventSource."""
    del beside
    events = parse(obj, TYPES).events
    yield from _shared_endpoints(events)
    for spec in events:
        for trap in _TRAPS:
            yield from trap(spec)


def _warning(spec: EventSpec, field: str, message: str, fix: str) -> Invalid:
    where = f"{spec.where}.{field}" if field else spec.where
    return Invalid(message, kind="EventSource", name=spec.source, field=where, fix=fix)


def _shared_endpoints(events: Sequence[EventSpec]) -> Iterable[Invalid]:
    seen: dict[tuple[str, str], EventSpec] = {}
    for spec in events:
        if TYPES[spec.type].how != "http":
            continue
        endpoint = endpoint_of(spec)
        place = (str(endpoint.get("port") or ""), str(endpoint.get("endpoint") or ""))
        other = seen.setdefault(place, spec)
        if other is not spec:
            yield _warning(
                spec, "", f"has port {place[0]} and endpoint {place[1]!r} as {other.event} has: a "
                "cluster serves only one of them", "give it an endpoint of its own",
            )  # fmt: skip


def _dots(spec: EventSpec) -> Iterable[Invalid]:
    for name in (spec.source, spec.event):
        if "." in name:
            yield _warning(spec, "", f"a name with a dot ({name}) breaks the subjects of a "
                           "cluster's bus", "use `-` in place of the dot")  # fmt: skip


def _methods(spec: EventSpec) -> Iterable[Invalid]:
    method = str(spec.at("method") or "")
    if spec.type == "webhook" and method not in ("", "GET", "POST"):
        yield _warning(spec, "method", f"a cluster answers every {method} with 400: it reads the "
                       "body of GET and POST only", "use POST")  # fmt: skip


def _acknowledgements(spec: EventSpec) -> Iterable[Invalid]:
    if spec.type == "amqp" and spec.at("consume") and spec.at("consume.autoAck") is False:
        yield _warning(spec, "consume.autoAck", "a cluster never acknowledges with autoAck: false, "
                       "so messages come again", "leave it out")  # fmt: skip
    if spec.type == "kafka" and spec.at("partition") and not spec.at("consumerGroup"):
        yield _warning(spec, "partition", "a cluster starts at the newest record each time and "
                       "loses what came while it was away", "use consumerGroup")  # fmt: skip


def _dead_fields(spec: EventSpec) -> Iterable[Invalid]:
    if spec.type == "sftp" and spec.at("pollIntervalDuration"):
        yield _warning(spec, "pollIntervalDuration", "a cluster heeds it only when it is wrong, "
                       "and polls at its own pace otherwise", "don't rely on it there")  # fmt: skip
    if spec.type == "minio" and spec.at("region"):
        yield _warning(spec, "region", "has no effect in Argo Events", "leave it out")


_TRAPS: tuple[Callable[[EventSpec], Iterable[Invalid]], ...] = (
    _dots,
    _methods,
    _acknowledgements,
    _dead_fields,
)
