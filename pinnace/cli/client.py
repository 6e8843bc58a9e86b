"""A small client of the Kubernetes API: what the commands that only read and create need."""

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import yaml

from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import Kind
from pinnace.objects.types import Object

_TIMEOUT = 30.0


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to reach an API server."""

    server: str
    token: str
    authority: str


def read_kubeconfig(path: Path) -> Access:
    """Return the current context's server and token; raises Permanent when there is none."""
    if not path.exists():
        raise Permanent(f"{path} does not exist; start a control plane with: pinnace up --detach")
    config = yaml.safe_load(path.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    authority = base64.b64decode(cluster.get("certificate-authority-data", "")).decode()
    return Access(server=cluster["server"], token=user["token"], authority=authority)


class Client:
    """Gets and lists objects, and reads logs."""

    def __init__(self, access: Access) -> None:
        context = ssl.create_default_context(cadata=access.authority or None)
        self._http = httpx.Client(
            base_url=access.server,
            headers={"Authorization": f"Bearer {access.token}"},
            verify=context,
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

    def _get(self, path: str, query: Mapping[str, str]) -> httpx.Response:
        try:
            answer = self._http.get(path, params=dict(query))
        except httpx.HTTPError as error:
            raise Permanent(
                f"the API at {self._http.base_url} can't be reached: {error}"
            ) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound("", "", _message(answer))
        if answer.is_error:
            raise Permanent(f"{answer.status_code}: {_message(answer)}")
        return answer


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
