"""SNS's requests become events, or confirm the subscription.

Mirrors argo-events pkg/eventsources/sources/awssns/start.go. A subscription is confirmed through
the API of the event's own topic; the URL in a request is never called.
"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pinnace.eventsources import aws
from pinnace.eventsources.emission import Delivery, Ignored, Outside, Received, Rejected
from pinnace.eventsources.http.bodies import check_endpoint, parsed_object, with_headers
from pinnace.eventsources.messages import check_required
from pinnace.eventsources.spec import EventSpec
from pinnace.eventsources.types.sns import signature
from pinnace.eventsources.types.sns.certificates import certificate
from pinnace.objects.errors import Transient


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_endpoint(spec)
    check_required(spec, {"topicArn": "the topic's ARN", "region": "a region such as eu-central-1"})
    aws.check(spec)


def ask(outside: Outside, delivery: Delivery) -> Received:
    """Turn a notification into an event, or confirm; raises Rejected, Transient."""
    spec = outside.spec
    message = texts(parsed_object(delivery.body))
    if spec.at("validateSignature"):
        _verify(spec, message)
    match message.get("Type"):
        case signature.NOTIFICATION:
            dedupe = message.get("MessageId", "")
            return with_headers(spec, delivery, delivery.body, dedupe=dedupe, headers="header")
        case signature.SUBSCRIPTION:
            _confirm(outside, message)
            return Ignored(reason="subscription confirmed")
        case other:
            return Ignored(reason=f"a message of type {other!r} is not an event")


def texts(body: dict[str, Any]) -> dict[str, str]:
    """Return the fields that are text (MessageAttributes aren't); raises Rejected with 400."""
    found = {name: value for name, value in body.items() if isinstance(value, str)}
    if "Type" not in found:
        raise Rejected(400, "bad request, not a valid SNS notification")
    return found


def _verify(spec: EventSpec, message: dict[str, str]) -> None:
    if message.get("TopicArn") != spec.at("topicArn"):
        raise Rejected(401, "the message is of another topic")  # which anybody may have
    url = message.get("SigningCertURL", "")
    signature.check_certificate_url(url, str(spec.at("endpoint") or ""))
    signature.verify(message, certificate(url))


def _confirm(outside: Outside, message: dict[str, str]) -> None:
    topic, token = str(outside.spec.at("topicArn")), message.get("Token", "")
    if message.get("TopicArn") != topic or not token:
        raise Rejected(400, "the confirmation is not for the event source's topic")
    try:
        aws.client(outside, "sns").confirm_subscription(TopicArn=topic, Token=token)
    except ClientError as error:
        raise Rejected(400, "the confirmation was refused by SNS") from error
    except BotoCoreError as error:
        raise Transient(f"topic {topic}: the subscription cannot be confirmed: {error}") from error
