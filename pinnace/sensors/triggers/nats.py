"""``nats``: publish a message (upstream: triggers/nats).

As upstream, a parameter that writes to ``subject`` has no effect: its Execute takes the subject of
the template (see pinnace.sensors.traps).
"""

from collections.abc import Collection

from pinnace.sensors.actions import Action, NatsAction, SecretReference
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import (
    Context,
    TriggerKind,
    applied,
    check_payload,
    payload,
    required_secret,
    tls_references,
)

_NO_URL, _NO_SUBJECT = "nats server url can't be empty", "nats subject can't be empty"


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["url"].required(_NO_URL)
    node["subject"].required(_NO_SUBJECT)
    check_payload(node, dependencies)
    tls_references(node)
    _auth(node["auth"])


def _prepare(node: Node, context: Context) -> Action:
    subject = node["subject"].required(_NO_SUBJECT)
    if any(mark in subject for mark in " \t\r\n"):
        raise node["subject"].refuse("", expected="a subject without blanks", found=repr(subject))
    node = applied(node, context)
    auth, secrets = _auth(node["auth"])
    return NatsAction(
        url=node["url"].required(_NO_URL),
        subject=subject,
        body=payload(node, context),
        auth=auth,
        secrets=secrets,
        tls=tls_references(node),
    )


def _auth(node: Node) -> tuple[str, tuple[SecretReference, ...]]:
    """Return the first of basic, token, nkey and credential, as upstream."""
    if node["basic"].given:
        pair = (required_secret(node["basic"][name], f"no {name}")
                for name in ("username", "password"))  # fmt: skip
        return "basic", tuple(pair)
    for name in ("token", "nkey", "credential"):
        if node[name].given:
            return name, (required_secret(node[name], f"no {name}"),)
    return "", ()


KIND = TriggerKind(check=_check, prepare=_prepare)
