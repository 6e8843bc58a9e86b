"""A small client of the Kubernetes API: what the commands that only read and create need."""

import ssl
import tempfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

import httpx
import orjson

from pinnace.cli.kubeconfig import Access, read_kubeconfig
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object

__all__ = ["Access", "Client", "read_kubeconfig"]

_TIMEOUT = 30.0


class Client:
    """Gets and lists objects, and reads logs."""

    def __init__(self, access: Access) -> None:
        self.namespace = access.namespace
        self._http = httpx.Client(
            base_url=access.server,
            headers={"Authorization": f"Bearer {access.token}"} if access.token else {},
            verify=_context(access),
            timeout=_TIMEOUT,
        )

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
        self._http.close()

    def list(self, kind: Kind, namespace: str | None = None, *, labels: str = "") -> list[Object]:
        """Return the objects of a kind."""
        query = {"labelSelector": labels} if labels else {}
        items: list[Object] = self._get(_path(kind, namespace), query).json()["items"]
        return items

    def get(self, kind: Kind, namespace: str, name: str) -> Object:
        """Return one object; raises NotFound."""
        found: Object = self._get(f"{_path(kind, namespace)}/{name}", {}).json()
        return found

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

    def lines(self, path: str, query: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines of a stream as they come, until it ends."""
        try:
            with self._http.stream("GET", path, params=dict(query), timeout=None) as answer:
                if answer.is_error:
                    answer.read()
                _refuse(answer)
                for line in answer.iter_lines():
                    yield line.encode()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def _get(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        return self._ask("GET", path, query, None)

    def _ask(
        self, verb: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            answer = self._http.request(
                verb, path, params=dict(query), content=body, headers=headers
            )
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        _refuse(answer)
        return answer

    def _unreachable(self, error: Exception) -> Permanent:
        return Permanent(f"the API at {self._http.base_url} can't be reached: {error}")


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


def _refuse(answer: httpx.Response) -> None:
    """Raise what an answer that is no success says."""
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotFound("", "", _message(answer))
    if answer.is_error:
        raise Permanent(f"{answer.status_code}: {_message(answer)}")


def _path(kind: Kind, namespace: str | None) -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    place = f"/namespaces/{namespace}" if namespace and kind.namespaced else ""
    return f"{root}{place}/{kind.plural}"


def _message(answer: httpx.Response) -> str:
    try:
        body: Any = answer.json()
        return str(body.get("message", answer.text))
    except ValueError:
        return answer.text[:500]
