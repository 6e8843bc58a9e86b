"""Where an EventSource listens for one of its events.

Port and path come from the EventSource object; the host is its Service: by DNS on a cluster, by the
Service's Endpoints elsewhere, since there the Service may stand for another port of this machine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webhook_service.kubernetes import Kubernetes, Object, Unreachable

_GROUP = "argoproj.io/v1alpha1"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


class Unknown(Exception):
    """There is no such EventSource or event, or it is not reached over HTTP."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What an EventSource says about one event."""

    port: int
    path: str


class Addresses:
    """Finds URLs through the Kubernetes API."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._kubernetes = kubernetes

    def url(self, source: str, event: str) -> str:
        """Return where a delivery goes; raises Unknown, or Unreachable while it can't be told."""
        if not _NAME.fullmatch(source):
            raise Unknown(f"{source!r} cannot be the name of an EventSource")
        namespace = self._kubernetes.namespace()
        found = self._kubernetes.get(f"/apis/{_GROUP}/namespaces/{namespace}/eventsources/{source}")
        if found is None:
            raise Unknown(f"there is no EventSource {source} in namespace {namespace}")
        endpoint = endpoint_of(found, event)
        return f"http://{self._host(source, namespace, endpoint.port)}{endpoint.path}"

    def _host(self, source: str, namespace: str, port: int) -> str:
        service = f"{source}-eventsource-svc"
        if self._kubernetes.access().in_cluster:
            return f"{service}.{namespace}.svc:{port}"
        home = f"/api/v1/namespaces/{namespace}"
        declared = self._kubernetes.get(f"{home}/services/{service}")
        endpoints = self._kubernetes.get(f"{home}/endpoints/{service}")
        address = address_of(declared or {}, endpoints or {}, port)
        if address is None:
            raise Unreachable(f"Service {service} has no endpoint for port {port} yet")
        return address


def endpoint_of(eventsource: Object, event: str) -> Endpoint:
    """Return port and path of one event; raises Unknown and names the events there are."""
    source = eventsource["metadata"]["name"]
    known = dict(_events(eventsource))
    if event not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise Unknown(f"EventSource {source} has no event {event!r}; its events: {listed}")
    kind, body = known[event]
    context = body.get("webhook") or body
    port, path = context.get("port"), context.get("endpoint")
    if not port or not path:
        raise Unknown(f"event {event!r} of EventSource {source} is of type {kind}: not over HTTP")
    return Endpoint(port=int(port), path=str(path))


def _events(eventsource: Object) -> Iterator[tuple[str, tuple[str, Object]]]:
    for kind, events in (eventsource.get("spec") or {}).items():
        if kind in ("template", "service", "replicas") or not isinstance(events, dict):
            continue
        for name, body in events.items():
            if isinstance(body, dict):
                yield name, (kind, body)


def address_of(service: Object, endpoints: Object, port: int) -> str | None:
    """Return the real ``ip:port`` behind a Service's port."""
    declared = (service.get("spec") or {}).get("ports") or []
    names = [entry.get("name") for entry in declared if entry.get("port") == port]
    for subset in endpoints.get("subsets") or []:
        for entry in subset.get("ports") or []:
            if names and entry.get("name") == names[0] and subset.get("addresses"):
                return f"{subset['addresses'][0]['ip']}:{entry['port']}"
    return None
