"""``http``: send a request (upstream: triggers/http).

Deliberate difference (docs/differences.md): a status of 400 and above is a failure unless
``policy.status.allow`` lists it; upstream takes any status for success without a policy.
"""

from collections.abc import Collection

from pinnace.sensors.actions import Action, HttpAction, TlsReferences
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import (
    Context,
    TriggerKind,
    applied,
    payload,
    secret,
    secure_headers,
    tls_references,
)

METHODS = ("", "GET", "DELETE", "PATCH", "POST", "PUT")
_DEFAULT_TIMEOUT = 60


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["url"].required("server URL is not specified")
    node["method"].choice(METHODS, "only GET, DELETE, PATCH, POST and PUT methods are supported")
    node["timeout"].integer()
    read_parameters(node["parameters"], dependencies)
    read_parameters(node["payload"], dependencies, whole=True)
    read_parameters(node["dynamicHeaders"], dependencies)
    secure_headers(node)
    tls_references(node)


def _prepare(node: Node, context: Context) -> Action:
    node = applied(node, context)
    headers = {name: str(value) for name, value in node["headers"].mapping().items()}
    dynamic = read_parameters(node["dynamicHeaders"], context.dependencies)
    headers |= context.resolver.texts(dynamic)
    if host := node["host"].text():
        headers["Host"] = host
    return HttpAction(
        method=node["method"].text() or "POST",
        url=node["url"].required("server URL is not specified"),
        headers=headers,
        secure_headers=secure_headers(node),
        username=secret(node["basicAuth"]["username"]),
        password=secret(node["basicAuth"]["password"]),
        body=payload(node, context, whole=True),
        timeout=float(node["timeout"].integer() or _DEFAULT_TIMEOUT),
        allow=context.trigger.allow,
        tls=tls_references(node) or TlsReferences(),
    )


KIND = TriggerKind(check=_check, prepare=_prepare)
