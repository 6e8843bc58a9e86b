"""``log``: write the events to the log (upstream: triggers/log)."""

from collections.abc import Collection

from pinnace.bus import Event
from pinnace.sensors.actions import Action, LogAction
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["intervalSeconds"].integer()


def _prepare(node: Node, context: Context) -> Action:
    return LogAction(
        lines=tuple(_line(name, event) for name, event in context.resolver.events.items())
    )


def _line(dependency: str, event: Event) -> dict[str, str]:
    return {
        "dependencyName": dependency,
        "eventContext": str(event.context()),
        "eventData": event.data.decode(errors="replace"),
    }


KIND = TriggerKind(check=_check, prepare=_prepare)
