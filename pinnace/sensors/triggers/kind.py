"""What a kind of trigger is to the rest of the room, and what all kinds share. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from pinnace.sensors.actions import Action, SecretReference, TlsReferences
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.parameters import Resolver
from pinnace.sensors.reading import Node
from pinnace.sensors.spec import Sensor, Trigger


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a kind needs to make its action: who fires, with which values, when."""

    sensor: Sensor
    trigger: Trigger
    resolver: Resolver
    now: datetime

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Return the names of all dependencies of the Sensor."""
        return tuple(dependency.name for dependency in self.sensor.dependencies)


def applied(node: Node, context: Context) -> Node:
    """Return the action's part of the manifest with its own ``parameters`` written into it."""
    own = read_parameters(node["parameters"], context.dependencies)
    return Node(context.resolver.apply(node.mapping(), own), node.path, node.name)


def payload(node: Node, context: Context, *, whole: bool = False) -> bytes:
    """Return the body that ``payload`` builds."""
    parameters = read_parameters(node["payload"], context.dependencies, whole=whole)
    return context.resolver.payload(parameters)


def check_payload(node: Node, dependencies: Collection[str] | None) -> None:
    """Refuse an action without a payload, and wrong parameters."""
    if not node["payload"].given:
        raise node["payload"].refuse("payload parameters are not specified")
    read_parameters(node["payload"], dependencies)
    read_parameters(node["parameters"], dependencies)


def secret(node: Node) -> SecretReference | None:
    """Return the reference that a secret selector is, None when it isn't given."""
    if not node.given:
        return None
    return SecretReference(kind="Secret", selector=node.mapping(), field=node.path)


def required_secret(node: Node, message: str) -> SecretReference:
    """Return the reference that a secret selector is; refuses an absent one with ``message``."""
    found = secret(node)
    if found is None:
        raise node.refuse(message, expected="a secret: {name, key}")
    return found


def secure_headers(node: Node) -> tuple[tuple[str, SecretReference], ...]:
    """Read ``secureHeaders``: names, and where the values are."""
    return tuple(_secure_header(entry) for entry in node["secureHeaders"])


def _secure_header(header: Node) -> tuple[str, SecretReference]:
    name = header["name"].required("secure header must have a name")
    source = header["valueFrom"]
    for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        if (chosen := source[field]).given:
            reference = SecretReference(kind=kind, selector=chosen.mapping(), field=chosen.path)
            return name, reference
    raise source.refuse("", expected="secretKeyRef or configMapKeyRef")


def tls_references(node: Node) -> TlsReferences | None:
    """Read ``tls``, None when it isn't given; refuses what upstream's ValidateTLSConfig does."""
    tls = node["tls"]
    if not tls.given:
        return None
    if tls["insecureSkipVerify"].flag():
        return TlsReferences(verify=False)
    found = TlsReferences(
        authority=secret(tls["caCertSecret"]),
        certificate=secret(tls["clientCertSecret"]),
        key=secret(tls["clientKeySecret"]),
    )
    if (found.certificate is None) != (found.key is None):
        raise tls.refuse("", expected="clientCertSecret together with clientKeySecret",
                         found="one of them")  # fmt: skip
    return found


@dataclass(frozen=True, kw_only=True)
class TriggerKind:
    """``check`` refuses a wrong manifest; ``prepare`` makes the action, or raises Invalid."""

    check: Callable[[Node, Collection[str] | None], None]
    prepare: Callable[[Node, Context], Action]
