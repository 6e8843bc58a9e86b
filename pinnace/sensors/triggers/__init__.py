"""The kinds of triggers: one module each, in a table.

A kind checks its part of the manifest when the Sensor is read, and turns resolved parameters into
an :data:`~pinnace.sensors.actions.Action`; both are pure. Performing actions is
:mod:`pinnace.sensors.effects`.
"""

from pinnace.objects.errors import Invalid
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers import (
    argo_workflow,
    aws_lambda,
    custom,
    elsewhere,
    email,
    http,
    k8s,
    kafka,
    log,
    nats,
    slack,
)
from pinnace.sensors.triggers.kind import Context, TriggerKind

#: In upstream's order of precedence (pkg/sensors/trigger.go:GetTrigger).
KINDS: dict[str, TriggerKind] = {
    "k8s": k8s.KIND,
    "argoWorkflow": argo_workflow.KIND,
    "http": http.KIND,
    "awsLambda": aws_lambda.KIND,
    "azureEventHubs": elsewhere.kind("azureEventHubs"),
    "azureServiceBus": elsewhere.kind("azureServiceBus"),
    "kafka": kafka.KIND,
    "pulsar": elsewhere.kind("pulsar"),
    "nats": nats.KIND,
    "slack": slack.KIND,
    "openWhisk": elsewhere.kind("openWhisk"),
    "custom": custom.KIND,
    "log": log.KIND,
    "email": email.KIND,
}


def kind_in(template: Node) -> str:
    """Return which kind of action a trigger template declares; exactly one is wanted."""
    found = [kind for kind in KINDS if template[kind].given]
    if len(found) != 1:
        raise template.refuse(
            "trigger must have exactly one action", expected=f"one of {', '.join(KINDS)}",
            found=" and ".join(found) or "none",
        )  # fmt: skip
    return found[0]


__all__ = ["KINDS", "Context", "Invalid", "TriggerKind", "kind_in"]
