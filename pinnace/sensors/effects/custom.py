"""Letting the gRPC server of a ``custom`` trigger act: fetch, execute, apply the policy.

Upstream: triggers/custom-trigger and trigger.proto. There a policy that is not content is only
logged; here it is a failure.
"""

from collections.abc import Mapping

import grpc
import orjson
import yaml

from pinnace.objects import protobuf
from pinnace.objects.errors import Permanent
from pinnace.sensors.actions import CustomAction
from pinnace.sensors.effects.edge import ANSWER_SECONDS, Edge, Occasion
from pinnace.sensors.writing import written

_SERVICE = "/triggers.Trigger"
_FIRST, _SECOND = 1, 2  # resource or request, and payload; success and message
#: Else a new channel waits as long as the last one to that address would.
_OPTIONS = (("grpc.use_local_subchannel_pool", 1),)


def perform(action: CustomAction, edge: Edge, occasion: Occasion) -> str:
    """Make the three calls; raises Permanent when one fails or the policy is not content."""
    host, port = edge.address(action.server, occasion)
    authority = edge.secret(action.authority, occasion)
    try:
        with _channel(action, f"{host}:{port}", authority) as channel:
            resource = _call(channel, "FetchResource", {_FIRST: _spec(action)})
            resource = _parameterized(action, resource, occasion)
            result = _call(channel, "Execute", {_FIRST: resource, _SECOND: action.body})
            verdict = protobuf.decode(_raw(channel, "ApplyPolicy", {_FIRST: result}))
    except grpc.RpcError as error:
        raise Permanent(f"trigger server {action.server}: {_reason(error)}") from error
    except ValueError as error:
        raise Permanent(f"trigger server {action.server}: {error}") from error
    message = protobuf.text(verdict.get(_SECOND))
    if not verdict.get(_FIRST):
        raise Permanent(f"trigger server {action.server}: the policy failed: {message or 'no why'}")
    return message


def _channel(action: CustomAction, address: str, authority: str) -> grpc.Channel:
    if action.authority is None:
        return grpc.insecure_channel(address, _OPTIONS)
    # as upstream: without an override the certificate must be for the address that is dialled
    name = action.server_name or action.server.rpartition(":")[0]
    options = (*_OPTIONS, ("grpc.ssl_target_name_override", name))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(authority.encode()), options)


def _spec(action: CustomAction) -> bytes:
    return str(yaml.safe_dump(dict(action.spec), sort_keys=True, allow_unicode=True)).encode()


def _parameterized(action: CustomAction, resource: bytes, occasion: Occasion) -> bytes:
    """Write the parameters into the fetched resource, which must then be JSON."""
    if not action.values:
        return resource
    try:
        document = orjson.loads(resource)
    except orjson.JSONDecodeError as error:
        raise Permanent(f"fetched resource body is not valid JSON: {error}") from error
    return orjson.dumps(written(document, action.values, occasion.sensor))


def _call(channel: grpc.Channel, method: str, fields: Mapping[int, bytes]) -> bytes:
    return protobuf.content(protobuf.decode(_raw(channel, method, fields)).get(_FIRST))


def _raw(channel: grpc.Channel, method: str, fields: Mapping[int, bytes]) -> bytes:
    call = channel.unary_unary(
        f"{_SERVICE}/{method}", request_serializer=None, response_deserializer=None
    )
    return bytes(call(protobuf.encode(fields), timeout=ANSWER_SECONDS))


def _reason(error: grpc.RpcError) -> str:
    if isinstance(error, grpc.Call):
        return f"{error.code().name}: {error.details()}"
    return str(error)
