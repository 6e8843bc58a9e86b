"""``awsLambda``: invoke a function (upstream: triggers/aws-lambda)."""

from collections.abc import Collection

from pinnace.sensors.actions import Action, LambdaAction
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import (
    Context,
    TriggerKind,
    applied,
    check_payload,
    payload,
    secret,
)

_NO_FUNCTION, _NO_REGION = "function name is not specified", "region is not specified"
_INVOCATIONS = ("", "RequestResponse", "Event", "DryRun")


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["functionName"].required(_NO_FUNCTION)
    node["region"].required(_NO_REGION)
    node["invocationType"].choice(_INVOCATIONS, "unknown invocation type {}")
    if node["accessKey"].given != node["secretKey"].given:
        raise node["accessKey"].refuse("", expected="accessKey and secretKey",
                                       found="one of them")  # fmt: skip
    check_payload(node, dependencies)


def _prepare(node: Node, context: Context) -> Action:
    node = applied(node, context)
    return LambdaAction(
        function=node["functionName"].required(_NO_FUNCTION),
        region=node["region"].required(_NO_REGION),
        body=payload(node, context),
        invocation=node["invocationType"].text() or "RequestResponse",
        access_key=secret(node["accessKey"]),
        secret_key=secret(node["secretKey"]),
        role=node["roleARN"].text(),
        allow=context.trigger.allow,
    )


KIND = TriggerKind(check=_check, prepare=_prepare)
