"""Invoking the function of an ``awsLambda`` trigger.

An address of one's own (LocalStack, moto) is what boto3 itself takes: ``AWS_ENDPOINT_URL``.
"""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import LambdaAction
from pinnace.sensors.effects.edge import CONNECT_SECONDS, Edge, Occasion

_CONFIG = Config(connect_timeout=CONNECT_SECONDS, retries={"total_max_attempts": 1})


def perform(action: LambdaAction, edge: Edge, occasion: Occasion) -> str:
    """Invoke the function; raises Permanent when it can't be, fails, or answers wrongly."""
    try:
        answer = _client(action, edge, occasion).invoke(
            FunctionName=action.function, Payload=action.body, InvocationType=action.invocation
        )
    except (BotoCoreError, ClientError) as error:
        raise Permanent(f"function {action.function}: {error}") from error
    status = int(answer["StatusCode"])
    if action.allow is not None and status not in action.allow:
        raise Permanent(
            f"function {action.function}: policy application resulted in failure. http response "
            f"status {status} is not allowed"
        )
    if answer.get("FunctionError"):
        said = answer["Payload"].read(1000).decode(errors="replace")
        raise Permanent(f"function {action.function}: {answer['FunctionError']}: {said}")
    return f"function {action.function}: status {status}"


def _client(action: LambdaAction, edge: Edge, occasion: Occasion) -> Any:
    options = {
        "aws_access_key_id": edge.secret(action.access_key, occasion),
        "aws_secret_access_key": edge.secret(action.secret_key, occasion),
    }
    given: dict[str, Any] = {name: value for name, value in options.items() if value}
    if action.role:
        answer = boto3.client("sts", region_name=action.region, config=_CONFIG, **given)
        keys = answer.assume_role(RoleArn=action.role, RoleSessionName="pinnace")["Credentials"]
        given = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }
    return boto3.client("lambda", region_name=action.region, config=_CONFIG, **given)
