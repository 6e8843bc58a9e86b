"""``http``: send a request (upstream: triggers/http).

Deliberate difference (docs/differences.md): a status of 400 and above is a failure unless
``policy.status.allow`` lists it; upstream takes any status for success without a policy.
"""

from collections.abc import Collection

from pinnace.sensors.actions import Action, HttpAction, SecretReference
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind

METHODS = ("", "GET", "DELETE", "PATCH", "POST", "PUT")
_DEFAULT_TIMEOUT = 60


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["url"].required("server URL is not specified")
    node["method"].choice(METHODS, "only GET, DELETE, PATCH, POST and PUT methods are supported")
    node["timeout"].integer()
    read_parameters(node["parameters"], dependencies)
    read_parameters(node["payload"], dependencies, whole=True)
    read_parameters(node["dynamicHeaders"], dependencies)
    for header in node["secureHeaders"]:
        _reference(header)
    for field in ("caCertSecret", "clientCertSecret", "clientKeySecret"):
        if node["tls"][field].given:
            raise node["tls"][field].refuse(
                "certificates of a trigger can't be used here", expected="insecureSkipVerify only"
            )


def _prepare(node: Node, context: Context) -> Action:
    own = read_parameters(node["parameters"], context.dependencies)
    node = Node(context.resolver.apply(node.mapping(), own), node.path, node.name)
    headers = {name: str(value) for name, value in node["headers"].mapping().items()}
    dynamic = read_parameters(node["dynamicHeaders"], context.dependencies)
    headers |= context.resolver.texts(dynamic)
    if host := node["host"].text():
        headers["Host"] = host
    payload = read_parameters(node["payload"], context.dependencies, whole=True)
    return HttpAction(
        method=node["method"].text() or "POST",
        url=node["url"].required("server URL is not specified"),
        headers=headers,
        secure_headers=tuple(_reference(header) for header in node["secureHeaders"]),
        username=_secret(node["basicAuth"]["username"]),
        password=_secret(node["basicAuth"]["password"]),
        body=context.resolver.payload(payload),
        timeout=float(node["timeout"].integer() or _DEFAULT_TIMEOUT),
        allow=context.trigger.allow,
        verify=not node["tls"]["insecureSkipVerify"].flag(),
    )


def _reference(header: Node) -> tuple[str, SecretReference]:
    name = header["name"].required("secure header must have a name")
    source = header["valueFrom"]
    for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
        if (chosen := source[field]).given:
            reference = SecretReference(kind=kind, selector=chosen.mapping(), field=chosen.path)
            return name, reference
    raise source.refuse("", expected="secretKeyRef or configMapKeyRef")


def _secret(node: Node) -> SecretReference | None:
    if not node.given:
        return None
    return SecretReference(kind="Secret", selector=node.mapping(), field=node.path)


KIND = TriggerKind(check=_check, prepare=_prepare)
