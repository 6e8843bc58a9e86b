"""Clients of Amazon's services: credentials, role, region and endpoint of an event.

Mirrors argo-events pkg/eventsources/common/aws/aws.go. Without keys or a role the credentials are
those of the environment, as upstream.
"""

from typing import Any, Literal

import boto3
from botocore.config import Config

from pinnace.eventsources.emission import Outside
from pinnace.eventsources.messages import CONNECT_SECONDS, reach, split_url
from pinnace.eventsources.spec import EventSpec

_PORTS = {"https": 443, "http": 80}


def check(spec: EventSpec) -> None:
    """Refuse an endpoint that is no URL, and half of a pair of keys; raises Invalid."""
    if spec.at("endpoint"):
        split_url(spec, str(spec.at("endpoint")), _PORTS, field="endpoint")
    if bool(spec.at("accessKey")) != bool(spec.at("secretKey")):
        raise spec.invalid("accessKey", expected="accessKey and secretKey", found="one of them")


def client(outside: Outside, service: Literal["sns", "sqs"]) -> Any:
    """Return a client of a service; raises Invalid, and botocore's errors for a role."""
    spec = outside.spec
    options: dict[str, Any] = {"region_name": str(spec.at("region"))}
    if spec.at("roleARN"):
        options |= _role(str(spec.at("roleARN")), str(spec.at("region")))
    elif spec.at("accessKey"):
        options |= {
            "aws_access_key_id": outside.secret("accessKey"),
            "aws_secret_access_key": outside.secret("secretKey"),
        }
        if spec.at("sessionToken"):
            options["aws_session_token"] = outside.secret("sessionToken")
    if spec.at("endpoint"):
        scheme, name, number = split_url(spec, str(spec.at("endpoint")), _PORTS, field="endpoint")
        host, port = reach(outside, name, number)
        options["endpoint_url"] = f"{scheme}://{host}:{port}"
    # whoever asks tells a failure and tries again; a session of its own, as threads may not share
    config = Config(connect_timeout=CONNECT_SECONDS, retries={"total_max_attempts": 1})
    return boto3.session.Session().client(service, config=config, **options)


def _role(role: str, region: str) -> dict[str, str]:
    """Return the credentials of a role, taken on with those of the environment, as upstream."""
    answer = (
        boto3.session.Session()
        .client("sts", region_name=region)
        .assume_role(RoleArn=role, RoleSessionName="pinnace")["Credentials"]
    )
    return {
        "aws_access_key_id": answer["AccessKeyId"],
        "aws_secret_access_key": answer["SecretAccessKey"],
        "aws_session_token": answer["SessionToken"],
    }
