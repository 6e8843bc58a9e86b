"""``email``: send a mail (upstream: triggers/email).

As upstream, ``email.parameters`` have no effect: its Execute reads the template again. Parameters
of the trigger, with a ``dest`` such as ``email.body``, do (see pinnace.sensors.traps).
"""

import re
from collections.abc import Collection

from pinnace.sensors.actions import Action, EmailAction
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind, secret

#: Upstream's; the end is that of the text, so that no line can follow.
_ADDRESS = re.compile(r"[\w.-]+@([\w-]+\.)+[\w-]{2,4}", re.ASCII)
_PORTS = range(65536)
_DEFAULT_PORT = 25


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    node["host"].required("host can't be empty")
    port = node["port"].integer() or 0
    if port not in _PORTS:
        raise node["port"].refuse(f"port: {port}, port should be between 0-65535")
    read_parameters(node["parameters"], dependencies)


def _prepare(node: Node, context: Context) -> Action:
    del context
    to = node["to"].texts()
    if not to:
        raise node["to"].refuse("to can't be empty", expected="at least one address")
    for address in to:
        if not _ADDRESS.fullmatch(address):
            raise node["to"].refuse(f"to emailId can't be invalid {address}")
    return EmailAction(
        host=node["host"].required("host can't be empty"),
        port=node["port"].integer() or _DEFAULT_PORT,
        sender=_line(node["from"]),
        to=to,
        subject=_line(node["subject"], "subject can't be empty"),
        body=node["body"].required("body can't be empty"),
        username=node["username"].text(),
        password=secret(node["smtpPassword"]),
    )


def _line(node: Node, message: str = "") -> str:
    """Return the text of a header; more than one line would be more than one header."""
    text = node.required(message) if message else node.text()
    if "\n" in text or "\r" in text:
        raise node.refuse("", expected="one line", found=repr(text))
    return text


KIND = TriggerKind(check=_check, prepare=_prepare)
