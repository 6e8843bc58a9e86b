"""Discovery documents: which groups, versions and resources are served. Pure.

Mirrors k8s.io/apiserver/pkg/endpoints/discovery, in the legacy and the aggregated form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pinnace.apiserver.reviews import REVIEWS, Review
from pinnace.objects.kinds import PODS, Kind
from pinnace.objects.registry import Registry

#: What kubectl checks its own version against: the release whose behaviour is mirrored.
VERSION = {
    "major": "1",
    "minor": "32",
    "gitVersion": "v1.32.0+pinnace",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "",
    "goVersion": "",
    "compiler": "",
    "platform": "linux/amd64",
}
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_COLLECTION_VERBS = ["create", "delete", "deletecollection", "get", "list",
                     "patch", "update", "watch"]  # fmt: skip
_STATUS_VERBS = ("get", "patch", "update")

GroupVersion = tuple[str, str]


def wants_aggregated(accept: str) -> bool:
    """Tell whether a client asks for the aggregated form (of any version it may prefer)."""
    return "as=APIGroupDiscoveryList" in accept and "v=v2" in accept.replace("v=v2beta1", "")


def _resources(item: Kind | Review) -> tuple[str, str]:
    return item.group, item.version


def served(kinds: Registry) -> list[tuple[GroupVersion, list[Kind | Review]]]:
    """Return every group and version with what it serves; the core group first."""
    items: list[Kind | Review] = [*kinds.all, *REVIEWS]
    ordered = sorted(items, key=_resources)
    return [(group, list(members)) for group, members in groupby(ordered, key=_resources)]


def groups(kinds: Registry) -> list[str]:
    """Return the named groups in order."""
    return list(dict.fromkeys(group for (group, _), _ in served(kinds) if group))


def core_versions(server: str) -> dict[str, Any]:
    """Make ``/api``."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": server}],
    }


def group_list(kinds: Registry) -> dict[str, Any]:
    """Make ``/apis``."""
    found = [group_document(kinds, group) for group in groups(kinds)]
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [{k: v for k, v in doc.items() if k != "kind"} for doc in found if doc],
    }


def group_document(kinds: Registry, group: str) -> dict[str, Any] | None:
    """Make ``/apis/<group>``; None when there is no such group."""
    versions = [
        {"groupVersion": f"{name}/{version}", "version": version}
        for (name, version), _ in served(kinds)
        if name == group
    ]
    if not versions:
        return None
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": group,
        "versions": versions,
        "preferredVersion": versions[0],
    }


def resource_list(kinds: Registry, group: str, version: str) -> dict[str, Any] | None:
    """Make ``/api/v1`` or ``/apis/<group>/<version>``; None when it isn't served."""
    members = dict(served(kinds)).get((group, version))
    if members is None:
        return None
    name = f"{group}/{version}" if group else version
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": name,
        "resources": [entry for member in members for entry in _legacy(member)],
    }


def _legacy(item: Kind | Review) -> Iterable[dict[str, Any]]:
    if isinstance(item, Review):
        yield {"name": item.plural, "singularName": item.kind.lower(), "namespaced": False,
               "kind": item.kind, "verbs": ["create"]}  # fmt: skip
        return
    entry: dict[str, Any] = {
        "name": item.plural,
        "singularName": item.singular,
        "namespaced": item.namespaced,
        "kind": item.kind,
        "verbs": _COLLECTION_VERBS,
    }
    if item.short_names:
        entry["shortNames"] = list(item.short_names)
    if item.categories:
        entry["categories"] = list(item.categories)
    yield entry
    for below in subresources(item):
        of = dict(zip(("group", "version"), below.of, strict=True)) if below.of else {}
        yield {"name": f"{item.plural}/{below.name}", "singularName": "", **of,
               "namespaced": item.namespaced, "kind": below.kind,
               "verbs": list(below.verbs)}  # fmt: skip


@dataclass(frozen=True)
class Subresource:
    """What stands below an object: its name, the kind of its body, and its verbs.

    ``of`` is group and version of that kind, where they are not those of the object.
    """

    name: str
    kind: str
    verbs: tuple[str, ...]
    of: GroupVersion | None = None


_POD_SUBRESOURCES = (
    Subresource("attach", "PodAttachOptions", ("create", "get")),
    Subresource("exec", "PodExecOptions", ("create", "get")),
    Subresource("log", "Pod", ("get",)),
    Subresource("portforward", "PodPortForwardOptions", ("create", "get")),
)  # fmt: skip


def subresources(kind: Kind) -> list[Subresource]:
    """Return what stands below an object of that kind."""
    found = []
    if kind.scale is not None:
        found.append(Subresource("scale", "Scale", _STATUS_VERBS, ("autoscaling", "v1")))
    if kind.status_subresource:
        found.append(Subresource("status", kind.kind, _STATUS_VERBS))
    if kind == PODS:
        found.extend(_POD_SUBRESOURCES)
    return found


def aggregated(kinds: Registry, *, core: bool) -> dict[str, Any]:
    """Make the aggregated form of ``/api`` (core) or ``/apis``."""
    names = [""] if core else groups(kinds)
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": [_aggregated_group(kinds, name) for name in names],
    }


def _aggregated_group(kinds: Registry, group: str) -> dict[str, Any]:
    versions = [
        {
            "version": version,
            "freshness": "Current",
            "resources": [_aggregated_resource(member) for member in members],
        }
        for (name, version), members in served(kinds)
        if name == group
    ]
    metadata = {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None}
    return {"metadata": metadata, "versions": versions}


def _response_kind(of: GroupVersion, kind: str) -> dict[str, str]:
    return {"group": of[0], "version": of[1], "kind": kind}


def _aggregated_resource(item: Kind | Review) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "resource": item.plural,
        "responseKind": _response_kind(_resources(item), item.kind),
        "singularResource": item.singular if isinstance(item, Kind) else item.kind.lower(),
    }
    if isinstance(item, Review):
        return {**entry, "scope": "Cluster", "verbs": ["create"]}
    entry |= {"scope": "Namespaced" if item.namespaced else "Cluster", "verbs": _COLLECTION_VERBS}
    if item.short_names:
        entry["shortNames"] = list(item.short_names)
    if item.categories:
        entry["categories"] = list(item.categories)
    below = [
        {"subresource": one.name, "verbs": list(one.verbs),
         "responseKind": _response_kind(one.of or _resources(item), one.kind)}
        for one in subresources(item)
    ]  # fmt: skip
    return {**entry, "subresources": below} if below else entry
