"""``custom``: let a gRPC server of one's own do it (upstream: triggers/custom-trigger)."""

from collections.abc import Collection

from pinnace.sensors.actions import Action, CustomAction
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind, payload, required_secret

_NO_SERVER = "custom trigger gRPC server url is not defined"


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["serverURL"].required(_NO_SERVER)
    if not node["spec"].given:
        raise node["spec"].refuse("trigger body can't be empty", expected="a map of texts")
    node["spec"].mapping()
    read_parameters(node["parameters"], dependencies)
    read_parameters(node["payload"], dependencies)
    if node["secure"].flag():
        required_secret(node["certSecret"], "certSecret can't be nil when the trigger server "
                                            "connection is secure")  # fmt: skip


def _prepare(node: Node, context: Context) -> Action:
    own = read_parameters(node["parameters"], context.dependencies)
    secure = node["secure"].flag()
    return CustomAction(
        server=node["serverURL"].required(_NO_SERVER),
        spec={name: str(value) for name, value in node["spec"].mapping().items()},
        values=context.resolver.resolved(own),
        body=payload(node, context),
        authority=required_secret(node["certSecret"], "no certSecret") if secure else None,
        server_name=node["serverNameOverride"].text(),
    )


KIND = TriggerKind(check=_check, prepare=_prepare)
