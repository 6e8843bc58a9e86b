"""The Argo server: from a request to a method, from what it returns to a response."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from pinnace.apiserver.mounting import Host
from pinnace.argoserver import collections, info, routing
from pinnace.argoserver.artifacts import Artifacts
from pinnace.argoserver.call import Call, read_body
from pinnace.argoserver.collections import Unary
from pinnace.argoserver.errors import body_of, http_status
from pinnace.argoserver.events import Events
from pinnace.argoserver.objects import Objects
from pinnace.argoserver.operations import Operations
from pinnace.argoserver.streams import WorkflowStreams
from pinnace.argoserver.workflows import Workflows
from pinnace.objects.errors import PinnaceError

Streaming = Callable[[Call], Awaitable[Response]]
#: The only method whose body is not a message but a payload.
_PAYLOAD = "ReceiveEvent"


class ArgoServer:
    """An API to mount on the API server (``pinnace.apiserver.mounting.Mount``)."""

    def __init__(self, host: Host) -> None:
        objects = Objects(host)
        workflows = Workflows(host, objects)
        self._workers = host.workers
        self._unary: dict[str, Unary] = {
            **info.methods(),
            **collections.methods(host, objects),
            **workflows.methods(),
            **Operations(workflows, objects).methods(),
            **Events(host, objects).methods(),
        }
        self._streaming: dict[str, Streaming] = {
            **WorkflowStreams(host, workflows).methods(),
            **Artifacts(host, workflows).methods(),
        }

    def serves(self, path: str) -> bool:
        """Tell whether a path is the Argo server's."""
        return routing.serves(path)

    async def answer(self, request: Request, body: bytes) -> Response:
        """Answer a request; raises PinnaceError."""
        route = routing.resolve(request.method, request.scope["path"])
        call = Call(
            variables=route.variables,
            query=request.query_params,
            body={} if route.method == _PAYLOAD else read_body(body),
            headers=request.headers,
            payload=body,
        )
        if route.method in self._streaming:
            return await self._streaming[route.method](call)
        method = self._unary[route.method]
        return _respond(await self._workers.run(lambda: method(call)), 200)

    def failure(self, error: PinnaceError | None) -> Response:
        """Answer a failure as grpc-gateway does."""
        response = _respond(body_of(error), http_status(error))
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="pinnace"'
        if response.status_code == 413:
            response.headers["Connection"] = "close"
        return response


def _respond(content: Any, code: int) -> Response:
    response = Response(orjson.dumps(content), code, media_type="application/json")
    response.headers["Cache-Control"] = "no-cache, private"
    return response
