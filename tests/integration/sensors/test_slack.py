"""slack triggers against a server that answers as Slack's API does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from tests.http_server import Handler, serving
from tests.integration.eventsources.conftest import secret
from tests.integration.sensors.notifying import NUMBER, fire, trigger
from tests.integration.sensors.scene import Scene, sensor


class Slack:
    """Answers chat.postMessage as Slack does."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.answer: dict[str, Any] = {}
        self.port = 0

    def handler(self, *arguments: Any) -> Handler:
        slack = self

        class Api(Handler):
            def do_POST(self) -> None:
                posted = {**dict(parse_qsl(self.body().decode())), "path": self.path}
                slack.posts.append({**posted, "token": self.headers["Authorization"]})
                answer = {"ok": True, "ts": f"{len(slack.posts)}.0"} | slack.answer
                self.reply(200, orjson.dumps(answer))

        return Api(*arguments)


@pytest.fixture
def slack() -> Iterator[Slack]:
    found = Slack()
    with serving(found.handler) as found.port:
        yield found


@pytest.fixture
def slack_scene(tmp_path: Path, slack: Slack) -> Iterator[Scene]:
    address = f"http://127.0.0.1:{slack.port}/api"
    with Scene(tmp_path / "store.db", slack=address) as running:
        running.store.create(secret("slack", token="xoxb-1\n"))
        yield running


def slack_trigger(**more: Any) -> dict[str, Any]:
    token = {"name": "slack", "key": "token"}
    action = {"slackToken": token, "channel": "#general", "message": "hi", **more}
    parameter = {"src": NUMBER, "dest": "slack.message", "operation": "append"}
    return trigger("slack", action, parameters=[parameter])


def test_slack_posts_a_message_with_all_its_parts(slack_scene: Scene, slack: Slack) -> None:
    parts = {
        "attachments": '[{"title": "a"}]',
        "blocks": '[{"type": "divider"}]',
        "sender": {"username": "pinnace", "icon": ":boat:"},
        "thread": {"messageAggregationKey": "builds", "broadcastMessageToChannel": True},
    }
    slack_scene.add(sensor(triggers=[slack_trigger(**parts)]))
    for number in ("1", "2"):
        (firing,) = slack_scene.settled(slack_scene.post(number))
        assert firing.state == "fired", firing.message
        assert "xoxb" not in str(firing)
    first, second = slack.posts
    assert first == {
        "path": "/api/chat.postMessage",
        "token": "Bearer xoxb-1",
        "channel": "general",
        "text": "hi1",
        "attachments": '[{"title": "a"}]',
        "blocks": '[{"type": "divider"}]',
        "username": "pinnace",
        "icon_emoji": ":boat:",
    }
    assert second == {**first, "text": "hi2", "thread_ts": "1.0", "reply_broadcast": "true"}


def test_what_slack_refuses_is_a_dead_letter(slack_scene: Scene, slack: Slack) -> None:
    slack.answer = {"ok": False, "error": "channel_not_found"}
    firing = fire(slack_scene, slack_trigger(), "dead")
    assert firing.message == "failed to post to channel general: channel_not_found"


def test_slack_without_its_secret_names_what_is_missing(slack_scene: Scene) -> None:
    firing = fire(slack_scene, slack_trigger(slackToken={"name": "none", "key": "k"}), "dead")
    assert "slack.slackToken: expected Secret default/none with a key 'k'" in firing.message
