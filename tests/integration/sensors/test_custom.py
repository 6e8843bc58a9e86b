"""custom triggers against a gRPC server with upstream's Trigger service."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import orjson
import yaml

from pinnace.objects import protobuf
from tests import brokers
from tests.integration.eventsources.certificates import Certificates
from tests.integration.sensors.notifying import NUMBER, PAYLOAD, fire, trigger
from tests.integration.sensors.scene import Scene


class TriggerServer(grpc.GenericRpcHandler):
    """Upstream's ``Trigger`` service: three calls whose messages are bytes."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[int, bytes | int]]] = []
        self.verdict = b"\x08\x01" + protobuf.encode({2: b"well done"})

    def service(self, details: Any) -> Any:
        name = details.method.removeprefix("/triggers.Trigger/")
        return grpc.unary_unary_rpc_method_handler(lambda data, _: self._answer(name, data))

    def _answer(self, name: str, data: bytes) -> bytes:
        self.calls.append((name, protobuf.decode(data)))
        match name:
            case "FetchResource":
                return protobuf.encode({1: b'{"kind": "PipelineRun", "metadata": {}}'})
            case "Execute":
                return protobuf.encode({1: b"done"})
            case _:
                return self.verdict


@contextmanager
def serving(handler: TriggerServer, certificates: Certificates | None = None) -> Iterator[int]:
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((handler,))
    if certificates is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        pair = (Path(certificates.key).read_bytes(), Path(certificates.certificate).read_bytes())
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    server.start()
    try:
        yield port
    finally:
        server.stop(0.2).wait()


def custom_trigger(port: int, **more: Any) -> dict[str, Any]:
    action = {
        "serverURL": f"127.0.0.1:{port}", "spec": {"url": "http://x", "b": "2"},
        "parameters": [{"src": NUMBER, "dest": "metadata.name"}], "payload": PAYLOAD, **more,
    }  # fmt: skip
    return trigger("custom", action)


def test_custom_fetches_executes_and_asks_the_policy(scene: Scene) -> None:
    handler = TriggerServer()
    with serving(handler) as port:
        firing = fire(scene, custom_trigger(port))
    assert firing.message == "well done"
    fetch, execute, policy = handler.calls
    assert fetch[0] == "FetchResource"
    assert yaml.safe_load(fetch[1][1]) == {"url": "http://x", "b": "2"}
    assert execute[0] == "Execute"
    assert orjson.loads(execute[1][1]) == {"kind": "PipelineRun", "metadata": {"name": "7"}}
    assert execute[1][2] == b'{"number":"7"}'
    assert policy == ("ApplyPolicy", {1: b"done"})


def test_custom_with_a_certificate(scene: Scene, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    scene.store.create(certificates.secret("tls"))
    with serving(TriggerServer(), certificates) as port:
        more = {"secure": True, "certSecret": {"name": "tls", "key": "ca"}}
        fire(scene, custom_trigger(port, serverNameOverride="localhost", **more))


def test_a_policy_that_is_not_content_is_a_dead_letter(scene: Scene) -> None:
    handler = TriggerServer()
    handler.verdict = protobuf.encode({2: b"too slow"})
    with serving(handler) as port:
        firing = fire(scene, custom_trigger(port), "dead")
    assert firing.message.endswith("the policy failed: too slow")


def test_custom_without_a_server_says_so(scene: Scene) -> None:
    firing = fire(scene, custom_trigger(brokers.free_port()), "dead")
    assert "UNAVAILABLE" in firing.message
