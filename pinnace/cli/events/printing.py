"""Events and firings as tables for people. Pure."""

from collections.abc import Mapping
from typing import Any

EVENT_HEADER = ("TIME", "EVENT", "SOURCE", "NAME", "TYPE", "SIZE", "FIRED")


def event_row(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one event of a list."""
    event = item["event"]
    fired = ", ".join(outcome(firing) for firing in item["firings"])
    return (
        event["time"][:19] + "Z", event["id"], event["source"], event["subject"], event["type"],
        size(item["size"]), fired or "-",
    )  # fmt: skip


def outcome(firing: Mapping[str, Any]) -> str:
    """Return what came of a firing, in a few words."""
    said = firing["object"] or firing["state"]
    return f"{firing['sensor']}/{firing['trigger']}: {said}"


FIRING_HEADER = ("ID", "TIME", "SENSOR", "TRIGGER", "STATE", "ATTEMPTS", "EVENTS", "MESSAGE")


def firing_row(firing: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one firing of a list."""
    events = firing["events"]
    ids = events.values() if isinstance(events, Mapping) else events
    return (
        str(firing["id"]), firing["time"][:19] + "Z", firing["sensor"], firing["trigger"],
        firing["state"], str(firing["attempts"]), ",".join(ids), firing["message"],
    )  # fmt: skip


WAITING_HEADER = ("NAMESPACE", "SENSOR", "TRIGGER", "HOLDS", "WAITS FOR")


def waiting_row(held: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one trigger's join: what it has and what it lacks."""
    holds = ", ".join(f"{name} ({event})" for name, event in held["holds"].items())
    place = (held["namespace"], held["sensor"], held["trigger"])
    return (*place, holds, ", ".join(held["waitsFor"]))


REJECTED_HEADER = ("TIME", "SOURCE", "NAME", "STATUS", "REASON", "FROM")


def rejected_row(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one delivery that was refused."""
    return (
        item["time"][:19] + "Z", item["source"], item["subject"], str(item["status"]),
        item["reason"], item["remote"],
    )  # fmt: skip


def size(count: int) -> str:
    """Return a number of bytes for people."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count} {unit}"
        count //= 1000
    return f"{count} GB"
