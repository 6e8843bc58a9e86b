"""Performing actions: objects inside a transaction, everything else outside of it.

A kind of action is one line: the module of this folder that performs it. The module is imported
when it is first needed, so that a client library costs nothing before. A module offers
``perform(action, edge, occasion)``, which returns what there is to say about the success.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from pinnace.sensors import actions
from pinnace.sensors.actions import OutsideAction
from pinnace.sensors.effects.edge import Edge, Occasion, Reach
from pinnace.sensors.effects.objects import Operation, Operations, act

_Effect: TypeAlias = Callable[[OutsideAction, Edge, Occasion], str]

EFFECTS: Mapping[type[OutsideAction], str] = {
    actions.HttpAction: "http",
    actions.LogAction: "log",
    actions.SlackAction: "slack",
    actions.EmailAction: "email",
    actions.NatsAction: "nats",
    actions.KafkaAction: "kafka",
    actions.CustomAction: "custom",
    actions.LambdaAction: "aws_lambda",
}


def perform(action: OutsideAction, edge: Edge, occasion: Occasion) -> str:
    """Perform an action on the outside and say how it went; raises PinnaceError when it didn't."""
    module = importlib.import_module(f"{__name__}.{EFFECTS[type(action)]}")
    return cast(_Effect, module.perform)(action, edge, occasion)


__all__ = [
    "EFFECTS", "Edge", "Occasion", "Operation", "Operations", "Reach", "act", "perform",
]  # fmt: skip
