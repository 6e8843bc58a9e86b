"""Posting the message of a ``slack`` trigger: ``chat.postMessage`` of Slack's API.

Mirrors argoproj/notifications-engine pkg/services/slack.go: a thread is known by its key, its first
message is the parent. As there, which threads there are is forgotten on a restart.
"""

import re
from typing import Any

import httpx

from pinnace.objects.errors import Permanent, Transient
from pinnace.sensors.actions import SlackAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, Edge, Occasion
from pinnace.sensors.effects.http import client
from pinnace.store.pem import Tls

_EMOJI = re.compile(r":.+:")


def perform(action: SlackAction, edge: Edge, occasion: Occasion) -> str:
    """Post the message; raises Permanent with Slack's own word for what is wrong."""
    token = edge.secret(action.token, occasion)
    threads: dict[tuple[str, ...], str] = edge.kept(("slack threads",), dict)
    thread = (occasion.namespace, action.channel, action.thread_key)
    parent = threads.get(thread, "") if action.thread_key else ""
    answer = _post(edge, token, form(action, parent), action.channel)
    if action.thread_key:
        threads.setdefault(thread, str(answer.get("ts") or ""))
    return f"posted to {action.channel}"


def form(action: SlackAction, parent: str) -> dict[str, str]:
    """Return the request's fields; those that are empty are left out."""
    icon = "icon_emoji" if _EMOJI.fullmatch(action.icon) else "icon_url"
    fields = {
        "channel": action.channel,
        "text": action.message,
        "attachments": action.attachments,
        "blocks": action.blocks,
        "username": action.username,
        icon: action.icon,
        "thread_ts": parent,
        "reply_broadcast": "true" if parent and action.broadcast else "",
    }
    return {name: value for name, value in fields.items() if value}


def _post(edge: Edge, token: str, fields: dict[str, str], channel: str) -> dict[str, Any]:
    url = f"{edge.reach.slack}/chat.postMessage"
    try:
        response = client(edge, Tls()).post(
            url, data=fields, headers={"Authorization": f"Bearer {token}"}, timeout=ANSWER_SECONDS
        )
        answer = response.json() if response.status_code == 200 else {}
    except (httpx.HTTPError, ValueError) as error:
        raise Transient(f"failed to post to channel {channel}: {error!r}") from error
    if response.status_code != 200:
        raise Transient(f"failed to post to channel {channel}: status {response.status_code}")
    if not isinstance(answer, dict) or not answer.get("ok"):
        why = answer.get("error") if isinstance(answer, dict) else "no answer of Slack's"
        raise Permanent(f"failed to post to channel {channel}: {why}")
    return answer
