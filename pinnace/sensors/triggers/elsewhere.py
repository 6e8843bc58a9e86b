"""Kinds that upstream has and that can't act here: recognised, and refused by name.

They are refused as a whole rather than half done (docs/differences.md).
"""

from collections.abc import Callable, Collection, Mapping

from pinnace.sensors.actions import Action
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind

#: Kind → why not, and what to do instead.
REFUSED: Mapping[str, str] = {
    "azureEventHubs": (
        "Azure Event Hubs runs only in Azure; a hub also speaks Kafka: use a kafka trigger with "
        "the namespace's address and SASL PLAIN, or run this Sensor on a cluster"
    ),
    "azureServiceBus": (
        "Azure Service Bus runs only in Azure; use an http trigger with its REST API, or run this "
        "Sensor on a cluster"
    ),
    "pulsar": (
        "Pulsar has no server to test against here; use its Kafka protocol handler with a kafka "
        "trigger, or run this Sensor on a cluster"
    ),
    "openWhisk": (
        "OpenWhisk has no server to test against here; its API is HTTP: use an http trigger with "
        "basicAuth, or run this Sensor on a cluster"
    ),
}


def _check(name: str) -> Callable[[Node, Collection[str] | None], None]:
    def check(node: Node, dependencies: Collection[str] | None) -> None:
        raise node.refuse(
            f"trigger kind {name} can't run here", expected="a kind that can", found=name,
            fix=REFUSED[name],
        )  # fmt: skip

    return check


def _prepare(node: Node, context: Context) -> Action:
    raise node.refuse("this kind of trigger can't run here")


def kind(name: str) -> TriggerKind:
    """Return the kind that refuses ``name``."""
    return TriggerKind(check=_check(name), prepare=_prepare)
