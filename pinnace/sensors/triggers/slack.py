"""``slack``: post a message to a channel (upstream: triggers/slack).

As upstream, ``slack.parameters`` have no effect: its Execute reads the template again. Parameters
of the trigger, with a ``dest`` such as ``slack.message``, do (see pinnace.sensors.traps).
"""

from collections.abc import Collection

from pinnace.sensors.actions import Action, SlackAction
from pinnace.sensors.parameter_list import read_parameters
from pinnace.sensors.reading import Node
from pinnace.sensors.triggers.kind import Context, TriggerKind, required_secret

_NO_TOKEN = "slack token can't be empty"


def _check(node: Node, dependencies: Collection[str] | None) -> None:
    required_secret(node["slackToken"], _NO_TOKEN)
    read_parameters(node["parameters"], dependencies)


def _prepare(node: Node, context: Context) -> Action:
    del context
    texts = {name: node[name].text() for name in ("message", "attachments", "blocks")}
    if not any(texts.values()):
        raise node.refuse(
            "no text to post: At least one of message/attachments/blocks should be provided"
        )
    sender, thread = node["sender"], node["thread"]
    return SlackAction(
        token=required_secret(node["slackToken"], _NO_TOKEN),
        channel=node["channel"].required("no slack channel provided").removeprefix("#"),
        username=sender["username"].text(),
        icon=sender["icon"].text(),
        thread_key=thread["messageAggregationKey"].text(),
        broadcast=thread["broadcastMessageToChannel"].flag(),
        **texts,
    )


KIND = TriggerKind(check=_check, prepare=_prepare)
