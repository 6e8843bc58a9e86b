"""EventSource type ``sqs``: messages of an Amazon SQS queue.

Mirrors argo-events pkg/eventsources/sources/awssqs/start.go. A message is deleted once its event is
on disk; its id makes one that comes again the same event.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from pinnace.eventsources import aws
from pinnace.eventsources.emission import Emission, Items, ListenContext, Refusal
from pinnace.eventsources.messages import (
    base64_of,
    check_required,
    message,
    place,
    telling,
)
from pinnace.eventsources.spec import EventSpec

#: Upstream's numbers.
_BATCH = 10
_WAIT_SECONDS = 3
_VISIBILITY_SECONDS = 120
#: The fields of Go's sqs.MessageAttributeValue, which has no JSON names.
_VALUES = ("BinaryListValues", "BinaryValue", "DataType", "StringListValues", "StringValue")


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_required(spec, {"region": "a region such as eu-central-1", "queue": "a queue's name"})
    aws.check(spec)


def listen(context: ListenContext) -> Items:
    """Yield an event for each message of the queue."""
    spec = context.spec
    where = place(f"queue {spec.at('queue')}", str(spec.at("endpoint") or spec.at("region")))
    with telling(where, BotoCoreError, ClientError):
        client = aws.client(context, "sqs")
        owner = {"QueueOwnerAWSAccountId": str(spec.at("queueAccountId") or "")}
        queue = client.get_queue_url(
            QueueName=str(spec.at("queue")), **{k: v for k, v in owner.items() if v}
        )["QueueUrl"]
        context.listening()
        while not context.stopping.is_set():
            found = _receive(client, queue, int(spec.at("waitTimeSeconds") or _WAIT_SECONDS))
            try:
                items = [(one, payload(spec, one)) for one in found]
                yield tuple(item for _, item in items)
            except GeneratorExit:  # stopped before they were durable: let others have them at once
                _change(client, queue, found)
                raise
            # with dlq, what is no JSON stays, so that the queue's own policy moves it
            kept = (Refusal,) if spec.at("dlq") else ()
            _delete(client, queue, [one for one, item in items if not isinstance(item, kept)])


def _receive(client: Any, queue: str, wait: int) -> list[Mapping[str, Any]]:
    answer = client.receive_message(
        QueueUrl=queue,
        AttributeNames=["SentTimestamp"],
        MessageAttributeNames=["All"],
        MaxNumberOfMessages=_BATCH,
        VisibilityTimeout=_VISIBILITY_SECONDS,
        WaitTimeSeconds=wait,
    )
    return list(answer.get("Messages") or ())


def _delete(client: Any, queue: str, found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        entries = [_entry(number, one) for number, one in enumerate(found)]
        client.delete_message_batch(QueueUrl=queue, Entries=entries)


def _change(client: Any, queue: str, found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        entries = [{**_entry(n, one), "VisibilityTimeout": 0} for n, one in enumerate(found)]
        client.change_message_visibility_batch(QueueUrl=queue, Entries=entries)


def _entry(number: int, found: Mapping[str, Any]) -> dict[str, Any]:
    return {"Id": str(number), "ReceiptHandle": found["ReceiptHandle"]}


def payload(spec: EventSpec, found: Mapping[str, Any]) -> Emission | Refusal:
    """Return the event of one message."""
    attributes = {
        name: {key: _value(value.get(key)) for key in _VALUES}
        for name, value in (found.get("MessageAttributes") or {}).items()
    }
    fields = {"messageId": found["MessageId"], "messageAttributes": attributes or None}
    return message(spec, fields, str(found["Body"]).encode(), dedupe=str(found["MessageId"]))


def _value(value: Any) -> Any:
    """Return a value as Go's JSON has it: bytes as base64, what is not there as null."""
    if isinstance(value, bytes):
        return base64_of(value)
    if isinstance(value, list):
        return [_value(each) for each in value] or None
    return value
