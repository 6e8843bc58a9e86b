"""The HTTP boundary: security, size limits, errors to ``Status`` bodies, dispatch."""

import logging
from collections.abc import Collection, Sequence

import orjson
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from pinnace.apiserver import documents, reviews
from pinnace.apiserver.bodies import decode
from pinnace.apiserver.handlers import Call, Handlers, MethodNotAllowed
from pinnace.apiserver.mounting import Mount
from pinnace.apiserver.negotiation import PROTOBUF, body_type
from pinnace.apiserver.respond import respond
from pinnace.apiserver.routing import NoSuchPath, Target, resolve
from pinnace.apiserver.security import check_host, check_origin, check_token
from pinnace.apiserver.statuses import of_error, status
from pinnace.objects.errors import PinnaceError, TooLarge, Unauthorized

_log = logging.getLogger(__name__)
_LONGEST_PATH = 4096


class Boundary:
    """Answers every request: nothing that a client sends leaves here as anything but HTTP."""

    def __init__(
        self,
        handlers: Handlers,
        *,
        token: str,
        names: Collection[str],
        max_body: int,
        mounts: Sequence[Mount] = (),
    ) -> None:
        self._handlers, self._token, self._mounts = handlers, token, mounts
        self._names, self._max_body = names, max_body

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of ASGI: whatever method and path, security comes first."""
        if scope["type"] == "websocket":
            await self.connect(WebSocket(scope, receive, send))
        elif scope["type"] == "http":
            response = await self.answer(Request(scope, receive, send))
            await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        target: list[Target] = []
        mount = self._mount(request.scope["path"])
        try:
            return await self._answer(request, target, mount)
        except PinnaceError as error:
            if mount is not None:
                return mount.failure(error)
            kind, name = (target[0].kind, target[0].name) if target else (None, "")
            return _failure(error, of_error(error, kind, name))
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception:  # noqa: BLE001 - the HTTP boundary: our mistake is one 500
            _log.exception("request failed", extra={"path": request.scope["path"]})
            if mount is not None:
                return mount.failure(None)
            return respond(status(500, "Internal error occurred: see the server's log"), code=500)

    def _mount(self, path: str) -> Mount | None:
        return next((mount for mount in self._mounts if mount.serves(path)), None)

    async def connect(self, socket: WebSocket) -> None:
        """Answer one request to open a WebSocket: with a session, or with why there is none."""
        target: list[Target] = []
        try:
            self._check(socket)
            target.append(resolve(socket.scope["path"], self._handlers.kinds))
            session = await self._handlers.session(socket, target[0])
        except PinnaceError as error:
            kind, name = (target[0].kind, target[0].name) if target else (None, "")
            await socket.send_denial_response(_failure(error, of_error(error, kind, name)))
            return
        except Exception:  # noqa: BLE001 - the HTTP boundary: our mistake is one 500
            _log.exception("request failed", extra={"path": socket.scope["path"]})
            body = status(500, "Internal error occurred: see the server's log")
            await socket.send_denial_response(respond(body, code=500))
            return
        await session(socket)

    def _check(self, asked: HTTPConnection) -> None:
        """Refuse who may not ask, and paths that lead nowhere."""
        path = asked.scope["path"]
        check_token(asked.headers.get("authorization", ""), self._token)
        host = asked.headers.get("host", "")
        check_host(host, self._names)
        check_origin(asked.headers.get("origin", ""), host)
        if len(path) > _LONGEST_PATH:
            raise NoSuchPath("the server could not find the requested resource")

    async def _answer(
        self, request: Request, target: list[Target], mount: Mount | None
    ) -> Response:
        self._check(request)
        path = request.scope["path"]
        if mount is not None:
            return await mount.answer(request, await self._body(request))
        if review := reviews.find_review(path):
            return await self._review(request, review)
        accept, kinds = request.headers.get("accept", ""), self._handlers.kinds
        fixed = documents.find(path, accept, request.url.netloc, kinds)
        if fixed is not None:
            return _document(request, *fixed)
        target.append(resolve(path, kinds))
        body = await self._body(request)
        return await self._handlers.handle(Call(request=request, target=target[0], body=body))

    async def _review(self, request: Request, review: reviews.Review) -> Response:
        if request.method != "POST":
            raise MethodNotAllowed()
        media = body_type(request.headers.get("content-type", ""))
        body = await self._body(request)
        asked = {} if media == PROTOBUF else decode(body, media)  # the answer is always the same
        answer = reviews.answer(review, asked if isinstance(asked, dict) else {})
        return respond(answer, code=201)

    async def _body(self, request: Request) -> bytes:
        """Read the body up to the limit; raises TooLarge without reading the rest."""
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self._max_body:
            raise _too_large(self._max_body)
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > self._max_body:
                raise _too_large(self._max_body)
            parts.append(part)
        return b"".join(parts)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"Request entity too large: limit is {limit}")


def _document(request: Request, content: object, media: str) -> Response:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed()
    if isinstance(content, str):
        return Response(content, media_type=media)
    return Response(orjson.dumps(content), media_type=media)


def _failure(error: PinnaceError, body: dict[str, object]) -> Response:
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="pinnace"'
    if isinstance(error, TooLarge):
        headers["Connection"] = "close"
    return respond(body, code=error.code, headers=headers)
