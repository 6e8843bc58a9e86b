"""What a ``kafka`` event's spec means to librdkafka. Pure.

Upstream's client is sarama; ``config`` holds that library's own options as YAML, of which those
with a counterpart are translated.
"""

from collections.abc import Callable
from typing import Any

import yaml

from pinnace.brokers import kafka
from pinnace.eventsources.messages import check_required, split_url
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.tls import Tls

#: ``rebalanceStrategy`` → librdkafka's; it has no sticky strategy that stops all members first.
_STRATEGIES = {
    "range": "range", "roundrobin": "roundrobin", "sticky": "cooperative-sticky",
}  # fmt: skip
#: sarama's option (its names have no case) → librdkafka's.
_SARAMA = {
    "clientid": "client.id",
    "rackid": "client.rack",
    "consumer.fetch.min": "fetch.min.bytes",
    "consumer.fetch.default": "max.partition.fetch.bytes",
    "consumer.fetch.max": "fetch.max.bytes",
    "net.maxopenrequests": "max.in.flight.requests.per.connection",
}
#: The same for durations: nanoseconds, as Go reads an integer → milliseconds.
_SARAMA_TIMES = {
    "consumer.group.session.timeout": "session.timeout.ms",
    "consumer.group.heartbeat.interval": "heartbeat.interval.ms",
    "consumer.group.rebalance.timeout": "max.poll.interval.ms",
}
#: sarama's defaults where librdkafka's differ.
_DEFAULTS = {"session.timeout.ms": 10_000}
_NANOSECONDS = 1_000_000


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses, and what can't be done here; raises Invalid."""
    check_required(spec, {"url": "host:port, several with commas", "topic": "the name of a topic"})
    for address in addresses(spec):
        split_url(spec, address, {"kafka": kafka.PORT})
    group, partition = spec.at("consumerGroup"), str(spec.at("partition") or "")
    if not group and not partition:
        raise spec.invalid("consumerGroup", expected="consumerGroup or partition", found="neither")
    if group:
        check_required(spec, {"consumerGroup.groupName": "the name of the group"})
    elif not partition.isdigit():
        raise spec.invalid("partition", expected='a number such as "0"', found=partition)
    _check_sasl(spec)
    for name, why in (
        ("schemaRegistry", "no schema registry: Avro is not decoded here"),
        ("awsMskIamAuth", "no awsMskIamAuth: Amazon's own authentication runs only in its cloud"),
    ):
        if spec.at(name):
            raise spec.invalid(name, expected=why, found=name, fix="run this event on a cluster")
    _sarama(spec)


def _check_sasl(spec: EventSpec) -> None:
    if not spec.at("sasl"):
        return
    mechanism = spec.at("sasl.mechanism") or "PLAIN"
    if mechanism not in kafka.MECHANISMS:
        raise spec.invalid(
            "sasl.mechanism", expected=f"one of {', '.join(kafka.MECHANISMS)}", found=mechanism
        )
    secrets = ("userSecret", "passwordSecret")
    check_required(spec, {f"sasl.{name}": "a secret: {name, key}" for name in secrets})


def addresses(spec: EventSpec) -> list[str]:
    """Return the brokers to ask first."""
    return [address.strip() for address in str(spec.at("url")).split(",")]


def remarks(spec: EventSpec) -> str:
    """Say which options of ``config`` have no effect here."""
    dead = sorted(set(_sarama(spec)) - set(_SARAMA) - set(_SARAMA_TIMES))
    return f"config: {', '.join(dead)} have no effect here (options of Go's client)" if dead else ""


def _sarama(spec: EventSpec) -> dict[str, Any]:
    """Return the options of ``config`` by their dotted lower-case names."""
    try:
        tree = yaml.safe_load(str(spec.at("config") or "")) or {}
    except yaml.YAMLError as error:
        raise spec.invalid("config", expected="YAML", found=str(error)) from error
    if not isinstance(tree, dict):
        raise spec.invalid("config", expected="a map in YAML", found=type(tree).__name__)
    found: dict[str, Any] = {}
    _flatten(tree, "", found)
    return found


def _translated(spec: EventSpec) -> dict[str, Any]:
    """Return the options of ``config`` under librdkafka's names."""
    sarama = _sarama(spec)
    times = {
        ours: sarama[theirs] // _NANOSECONDS
        for theirs, ours in _SARAMA_TIMES.items()
        if isinstance(sarama.get(theirs), int)
    }
    return {ours: sarama[theirs] for theirs, ours in _SARAMA.items() if theirs in sarama} | times


def _flatten(tree: dict[Any, Any], prefix: str, found: dict[str, Any]) -> None:
    for key, value in tree.items():
        name = f"{prefix}{key}".lower()
        if isinstance(value, dict):
            _flatten(value, f"{name}.", found)
        else:
            found[name] = value


def options(spec: EventSpec, secret: Callable[[str], str], tls: Tls | None) -> dict[str, Any]:
    """Return librdkafka's options, all but the brokers; raises Invalid for a missing secret."""
    strategy = str(spec.at("consumerGroup.rebalanceStrategy") or "")
    found: dict[str, Any] = {
        # without a group, offsets are kept in our own journal; the client wants a name all the same
        "group.id": spec.at("consumerGroup.groupName") or f"pinnace-{spec.uid}-{spec.event}",
        "enable.auto.commit": False,
        # where an offset that was kept is no longer there; the first start is decided by ``source``
        "auto.offset.reset": "earliest",
        "partition.assignment.strategy": _STRATEGIES.get(strategy, "range"),
    }
    return found | _DEFAULTS | _translated(spec) | kafka.security(tls, _sasl(spec, secret))


def _sasl(spec: EventSpec, secret: Callable[[str], str]) -> kafka.Sasl | None:
    if not spec.at("sasl"):
        return None
    return kafka.Sasl(
        mechanism=spec.at("sasl.mechanism") or "PLAIN",
        user=secret("sasl.userSecret"),
        password=secret("sasl.passwordSecret"),
    )
