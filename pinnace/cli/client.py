"""A small client of the Kubernetes API: what the commands need of it."""

import ssl
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from pinnace.cli.kubeconfig import Access, read_kubeconfig
from pinnace.cli.streams import Streams
from pinnace.objects.errors import Gone, NotFound, Permanent
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object

__all__ = ["Access", "Client", "Refused", "path_of", "read_kubeconfig"]

_TIMEOUT = 30.0
_JSON = "application/json"
_TRIES = 5  # at a change, while others change the same object


class Refused(Permanent):
    """The API refused a request; ``status`` is the Kubernetes ``Status`` it answered with."""

    def __init__(self, code: int, message: str, status: Mapping[str, Any]) -> None:
        self.status = status
        super().__init__(f"{code}: {message}")

    @property
    def said(self) -> str:
        """Return the server's message alone."""
        return str(self).partition(": ")[2]

    @property
    def conflict(self) -> bool:
        """Tell whether the object changed since it was read."""
        return self.status.get("reason") == "Conflict"


class Client:
    """Reads and writes objects, reads logs, follows changes.

    ``fix`` is what to do when nobody answers.
    """

    def __init__(self, access: Access, timeout: float = _TIMEOUT, fix: str = "") -> None:
        self.namespace, self._streams, self._fix = access.namespace, Streams(), fix
        self._http = httpx.Client(
            base_url=access.server,
            headers={"Authorization": f"Bearer {access.token}"} if access.token else {},
            verify=_context(access),
            timeout=timeout,
        )

    @property
    def closed(self) -> bool:
        """Tell whether the client has been closed, so that nothing more is asked."""
        return self._streams.ended

    def __enter__(self) -> "Client":
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._streams.end()
        self._http.close()

    def list(self, kind: Kind, namespace: str | None = None, *, labels: str = "") -> list[Object]:
        """Return the objects of a kind."""
        query = {"labelSelector": labels} if labels else {}
        items: list[Object] = self._get(path_of(kind, namespace), query).json()["items"]
        return items

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Return one object; raises NotFound."""
        found: Object = self._get(path_of(kind, namespace, name), {}).json()
        return found

    def create(
        self, kind: Kind, namespace: str, obj: Object, query: Mapping[str, str] | None = None
    ) -> Object:
        """Store a new object; raises Refused."""
        made: Object = self.call("POST", path_of(kind, namespace), query, obj)
        return made

    def update(self, kind: Kind, obj: Object) -> Object:
        """Replace an object; raises Refused (a conflict when it changed since it was read)."""
        meta = obj["metadata"]
        path = path_of(kind, meta.get("namespace"), meta["name"])
        changed: Object = self.call("PUT", path, None, obj)
        return changed

    def change(
        self, kind: Kind, namespace: str, name: str, how: Callable[[Object], Object]
    ) -> Object:
        """Read, change and write an object, again when somebody else was quicker."""
        for _ in range(_TRIES - 1):
            try:
                return self.update(kind, how(self.get(kind, namespace, name)))
            except Refused as error:
                if not error.conflict:
                    raise
        return self.update(kind, how(self.get(kind, namespace, name)))

    def log(self, namespace: str, pod: str, container: str, *, tail: int | None = None) -> str:
        """Return a container's log; raises NotFound when the pod is gone."""
        query = {"container": container} | ({"tailLines": str(tail)} if tail else {})
        return self._get(f"/api/v1/namespaces/{namespace}/pods/{pod}/log", query).text

    def call(
        self, verb: str, path: str, query: Mapping[str, str] | None = None, content: Any = None
    ) -> Any:
        """Ask any path and return its JSON; ``content`` is sent as JSON, bytes as they are."""
        body = content if isinstance(content, bytes | None) else orjson.dumps(content)
        return self._ask(verb, path, query or {}, body).json()

    def lines(self, path: str, query: Mapping[str, str], accept: str = _JSON) -> Iterator[bytes]:
        """Yield the lines of a stream as they come, until it ends."""
        asked, headers = dict(query), {"Accept": accept}
        try:
            with (
                self._streams.reading() as reading,
                self._http.stream(
                    "GET", path, params=asked, headers=headers, timeout=None
                ) as answer,
            ):
                reading.through(answer.extensions["network_stream"].get_extra_info("socket"))
                if answer.is_error:
                    answer.read()
                _refuse(answer)
                yield from _whole_lines(answer.iter_bytes())
        except (httpx.HTTPError, OSError) as error:
            raise self._unreachable(error) from error

    def watch(
        self, path: str, query: Mapping[str, str], version: str, accept: str = _JSON
    ) -> Iterator[Mapping[str, Any]]:
        """Yield watch events after a resourceVersion, until the server ends the stream.

        Raises Gone when that version is no longer kept: list again.
        """
        asked = {**query, "watch": "true", "resourceVersion": version}
        for line in self.lines(path, asked, accept):
            event = orjson.loads(line)
            if event["type"] == "ERROR":
                status = event["object"]
                if status.get("code") == httpx.codes.GONE:
                    raise Gone(str(status.get("message")))
                raise Refused(status.get("code", 500), str(status.get("message")), status)
            yield event

    def read(self, path: str, query: Mapping[str, str], accept: str) -> Any:
        """Return the JSON of a path in the form that ``accept`` asks for."""
        return self._ask("GET", path, query, None, {"Accept": accept}).json()

    def send(
        self, verb: str, path: str, query: Mapping[str, str], body: bytes, content_type: str
    ) -> httpx.Response:
        """Send a body of another type than JSON, such as a patch; raises Refused."""
        return self._ask(verb, path, query, body, {"Content-Type": content_type})

    def _get(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        return self._ask("GET", path, query, None)

    def _ask(
        self, verb: str, path: str, query: Mapping[str, str], body: bytes | None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        typed = {"Content-Type": _JSON} if body is not None else {}
        asked = self._http.build_request(
            verb, path, params=dict(query), content=body, headers={**typed, **(headers or {})}
        )
        try:
            answer = self._answered(asked)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        _refuse(answer)
        return answer

    def _answered(self, asked: httpx.Request) -> httpx.Response:
        """Send a request; what only reads is sent again when its connection ended unanswered."""
        try:
            return self._http.send(asked)
        except httpx.RemoteProtocolError:
            if asked.method != "GET":
                raise
        return self._http.send(asked)

    def _unreachable(self, error: Exception) -> Permanent:
        fix = f"; {self._fix}" if self._fix and isinstance(error, httpx.ConnectError) else ""
        return Permanent(f"the API at {self._http.base_url} can't be reached: {error}{fix}")


def _context(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=access.authority or None)
    if not access.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if access.certificate:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:  # mode 0600; ssl reads files
            file.write(f"{access.certificate}\n{access.key}\n")
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines (of bytes: what containers print need not be UTF-8)."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _refuse(answer: httpx.Response) -> None:
    """Raise what an answer that is no success says."""
    if not answer.is_error:
        return
    status = _status(answer)
    message = str(status.get("message") or answer.text[:500])
    if answer.status_code == httpx.codes.NOT_FOUND:
        details = status.get("details") or {}
        raise NotFound(str(details.get("kind", "")), str(details.get("name", "")), message)
    raise Refused(answer.status_code, message, status)


def path_of(kind: Kind, namespace: str | None = None, name: str = "") -> str:
    """Return the API path of a kind's objects (of all namespaces without one), or of one."""
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"/namespaces/{namespace}" if namespace and kind.namespaced else ""
    return f"{root}{place}/{kind.plural}" + (f"/{quote(name, safe='')}" if name else "")


def _status(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body: Any = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
