"""EventSource type ``sqs``: messages of an Amazon SQS queue.

Mirrors argo-events pkg/eventsources/sources/awssqs/start.go. A message is deleted once its event is
on disk; its id makes one that comes again the same event.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pinnace.eventsources.emission import Emission, Items, ListenContext, Refusal
from pinnace.eventsources.messages import (
    CONNECT_SECONDS,
    base64_of,
    check_required,
    message,
    place,
    reach,
    split_url,
    telling,
)
from pinnace.eventsources.spec import EventSpec

_PORTS = {"https": 443, "http": 80}
#: Upstream's numbers.
_BATCH = 10
_WAIT_SECONDS = 3
_VISIBILITY_SECONDS = 120
#: The fields of Go's sqs.MessageAttributeValue, which has no JSON names.
_VALUES = ("BinaryListValues", "BinaryValue", "DataType", "StringListValues", "StringValue")


def check(spec: EventSpec) -> None:
    """Refuse what upstream's validation refuses; raises Invalid."""
    check_required(spec, {"region": "a region such as eu-central-1", "queue": "a queue's name"})
    if spec.at("endpoint"):
        split_url(spec, str(spec.at("endpoint")), _PORTS, field="endpoint")
    if bool(spec.at("accessKey")) != bool(spec.at("secretKey")):
        raise spec.invalid("accessKey", expected="accessKey and secretKey", found="one of them")


def listen(context: ListenContext) -> Items:
    """Yield an event for each message of the queue."""
    spec = context.spec
    where = place(f"queue {spec.at('queue')}", str(spec.at("endpoint") or spec.at("region")))
    with telling(where, BotoCoreError, ClientError):
        client = _client(context)
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


def _client(context: ListenContext) -> Any:
    spec = context.spec
    options: dict[str, Any] = {"region_name": str(spec.at("region"))}
    if spec.at("roleARN"):
        options |= _role(str(spec.at("roleARN")), str(spec.at("region")))
    elif spec.at("accessKey"):
        options |= {
            "aws_access_key_id": context.secret("accessKey"),
            "aws_secret_access_key": context.secret("secretKey"),
        }
        if spec.at("sessionToken"):
            options["aws_session_token"] = context.secret("sessionToken")
    if spec.at("endpoint"):
        scheme, name, number = split_url(spec, str(spec.at("endpoint")), _PORTS, field="endpoint")
        host, port = reach(context, name, number)
        options["endpoint_url"] = f"{scheme}://{host}:{port}"
    # a failure is told and serve() tries again
    config = Config(connect_timeout=CONNECT_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("sqs", config=config, **options)


def _role(role: str, region: str) -> dict[str, str]:
    """Return the credentials of a role, taken on with those of the environment, as upstream."""
    answer = boto3.client("sts", region_name=region).assume_role(
        RoleArn=role, RoleSessionName="pinnace"
    )["Credentials"]
    return {
        "aws_access_key_id": answer["AccessKeyId"],
        "aws_secret_access_key": answer["SecretAccessKey"],
        "aws_session_token": answer["SessionToken"],
    }


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
