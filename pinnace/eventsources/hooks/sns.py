"""The subscription of a topic at Amazon SNS.

Mirrors argo-events pkg/eventsources/sources/awssns/start.go (PostActivate, PostInactivate).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pinnace.eventsources import aws
from pinnace.eventsources.emission import Outside
from pinnace.eventsources.hooks.shape import LOOK_SECONDS, Kept, Provider, hook_url
from pinnace.eventsources.messages import telling
from pinnace.eventsources.spec import EventSpec

#: What stands in the place of the ARN of a subscription that its endpoint hasn't confirmed.
_PENDING = ("PendingConfirmation", "pending confirmation")
_GONE = ("NotFound", "InvalidParameter")


def wanted(spec: EventSpec) -> bool:
    """Tell whether the topic is to be subscribed."""
    return bool(spec.at("webhook.url"))


def removes(spec: EventSpec) -> bool:
    """Tell whether the subscription goes with the event: always, as upstream."""
    del spec
    return True


def provider(outside: Outside) -> Provider:
    """Return what makes the subscription of an event; raises Invalid, Transient."""
    topic = str(outside.spec.at("topicArn"))
    with telling(f"topic {topic}", BotoCoreError, ClientError):
        return _Subscription(aws.client(outside, "sns"), topic, hook_url(outside.spec))


class _Subscription:
    interval = LOOK_SECONDS

    def __init__(self, client: Any, topic: str, url: str) -> None:
        self._client, self._topic, self._url = client, topic, url

    def places(self) -> Iterable[str]:
        return (self._topic,)

    def ensure(self, place: str, kept: Kept | None) -> Kept:
        """Subscribe unless it is; one that was never confirmed is asked to confirm again."""
        with telling(f"topic {place}", BotoCoreError, ClientError):
            if kept is not None and kept.print != self._url:
                self._unsubscribe(kept.id)
            there = next((s for s in self._all(place) if s["Endpoint"] == self._url), None)
            if there is not None and there["SubscriptionArn"] not in _PENDING:
                return Kept(id=there["SubscriptionArn"], print=self._url)
            answer = self._client.subscribe(
                TopicArn=place,
                Protocol="https" if self._url.startswith("https://") else "http",
                Endpoint=self._url,
                ReturnSubscriptionArn=True,
            )
            return Kept(id=answer["SubscriptionArn"], print=self._url)

    def remove(self, place: str, kept: Kept) -> None:
        with telling(f"topic {place}", BotoCoreError, ClientError):
            self._unsubscribe(kept.id)

    def _unsubscribe(self, arn: str) -> None:
        if arn in _PENDING:
            return  # SNS forgets it by itself
        try:
            self._client.unsubscribe(SubscriptionArn=arn)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _GONE:
                raise

    def _all(self, topic: str) -> Iterator[dict[str, str]]:
        pages = self._client.get_paginator("list_subscriptions_by_topic")
        for page in pages.paginate(TopicArn=topic):
            yield from page["Subscriptions"]
