"""A small reader of the Kubernetes API: kubeconfig or service account, answers kept a second.

The page asks for the same lists again and again; the API server should not feel how many people
look. Where there is no API (neither kubeconfig nor service account), every read says so.
"""

import base64
import ssl
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import yaml

Object: TypeAlias = dict[str, Any]

_SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_IN_CLUSTER_SERVER = "https://kubernetes.default.svc"
_FRESH = 1.0
_TIMEOUT = 5.0


class Unreachable(Exception):
    """The Kubernetes API gave no usable answer; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How the API is reached; ``ca`` is the PEM text of its authority, "" for the system's own."""

    server: str
    token: str
    namespace: str
    ca: str = ""
    verify: bool = True
    in_cluster: bool = False


def load(kubeconfig: Path | None) -> Access:
    """Read the kubeconfig if one is given, else the service account; raises Unreachable."""
    if kubeconfig is not None:
        return _from_kubeconfig(kubeconfig)
    if (_SERVICE_ACCOUNT / "token").is_file():
        return Access(
            server=_IN_CLUSTER_SERVER,
            token=(_SERVICE_ACCOUNT / "token").read_text().strip(),
            namespace=(_SERVICE_ACCOUNT / "namespace").read_text().strip(),
            ca=(_SERVICE_ACCOUNT / "ca.crt").read_text(),
            in_cluster=True,
        )
    raise Unreachable("no kubeconfig was given (--kubeconfig, $KUBECONFIG) and no service account")


def _from_kubeconfig(path: Path) -> Access:
    try:
        config = yaml.safe_load(path.read_text())
        context = _named(config, "contexts", config["current-context"])["context"]
        cluster = _named(config, "clusters", context["cluster"])["cluster"]
        user = _named(config, "users", context["user"])["user"]
        server = str(cluster["server"])
        token = user.get("token") or Path(user["tokenFile"]).read_text().strip()
    except (OSError, yaml.YAMLError) as error:
        raise Unreachable(f"{path} cannot be read: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreachable(
            f"{path}: expected a current context with a cluster and a user with a token; "
            f"found none ({error})"
        ) from error
    return Access(
        server=server.rstrip("/"),
        token=token,
        namespace=context.get("namespace") or "default",
        ca=_authority(cluster),
        verify=not cluster.get("insecure-skip-tls-verify"),
    )


def _named(config: Object, section: str, name: str) -> Object:
    for entry in config[section]:
        if entry["name"] == name:
            found: Object = entry
            return found
    raise KeyError(f"{section}: no entry named {name}")


def _authority(cluster: Object) -> str:
    if data := cluster.get("certificate-authority-data"):
        return base64.b64decode(data).decode()
    file = cluster.get("certificate-authority")
    return Path(file).read_text() if file else ""


class Kubernetes:
    """Reads objects; any thread may call."""

    def __init__(self, kubeconfig: Path | None, namespace: str | None) -> None:
        self._kubeconfig, self._namespace = kubeconfig, namespace
        self._lock = threading.Lock()
        self._access: Access | None = None
        self._client: httpx.Client | None = None
        self._answers: dict[str, tuple[float, Object | None]] = {}

    def access(self) -> Access:
        """Return how the API is reached now: tokens rotate and servers move. Raises Unreachable."""
        return load(self._kubeconfig)

    def namespace(self) -> str:
        """Return the namespace of EventSources and Workflows; raises Unreachable."""
        return self._namespace or self.access().namespace

    def get(self, path: str) -> Object | None:
        """Read one API path; None when there is no such object. Raises Unreachable."""
        with self._lock:
            read_at, answer = self._answers.get(path, (0.0, None))
            if time.monotonic() - read_at < _FRESH:
                return answer
            answer = self._read(path)
            self._answers = {
                other: kept
                for other, kept in self._answers.items()
                if time.monotonic() - kept[0] < _FRESH
            }
            self._answers[path] = (time.monotonic(), answer)
            return answer

    def items(self, group_version: str, plural: str) -> list[Object]:
        """List the objects of one custom kind in the namespace; none where the kind is unknown."""
        found = self.get(f"/apis/{group_version}/namespaces/{self.namespace()}/{plural}")
        items: list[Object] = (found or {}).get("items") or []
        return items

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _read(self, path: str) -> Object | None:
        try:
            response = self._connected().get(path)
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            found: Object = response.json()
        except (httpx.HTTPError, ValueError, OSError) as error:
            raise Unreachable(f"the Kubernetes API does not answer {path}: {error}") from error
        return found

    def _connected(self) -> httpx.Client:
        access = self.access()
        if self._client is None or access != self._access:
            if self._client is not None:
                self._client.close()
            self._client, self._access = _client(access), access
        return self._client


def _client(access: Access) -> httpx.Client:
    context = ssl.create_default_context(cadata=access.ca or None)
    if not access.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return httpx.Client(
        base_url=access.server,
        headers={"Authorization": f"Bearer {access.token}"},
        verify=context,
        timeout=_TIMEOUT,
        trust_env=False,
    )
