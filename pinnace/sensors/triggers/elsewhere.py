"""Kinds that upstream has and that can't act here: recognised, and refused by name.

They are refused as a whole rather than half done (docs/differences.md).
"""

from collections.abc import Callable, Collection

from pinnace.sensors.actions import Action
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind

NAMES = (
    "awsLambda", "azureEventHubs", "azureServiceBus", "kafka", "pulsar", "nats", "slack",
    "openWhisk", "custom", "email",
)  # fmt: skip


def _check(name: str) -> Callable[[Node, Collection[str] | None], None]:
    def check(node: Node, dependencies: Collection[str] | None) -> None:
        raise node.refuse(
            f"trigger kind {name} can't run here", expected="k8s, argoWorkflow, http or log",
            found=name, fix="run this Sensor on a cluster, or use an http trigger",
        )  # fmt: skip

    return check


def _prepare(node: Node, context: Context) -> Action:
    raise node.refuse("this kind of trigger can't run here")


KINDS = {name: TriggerKind(check=_check(name), prepare=_prepare) for name in NAMES}
