"""Which kinds an API server serves, by the names that people call them.

The built-in table answers for the kinds that everybody uses; for all others (what
CustomResourceDefinitions define, categories as ``all``) the server is asked (k8s.io/client-go's
discovery and restmapper).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from pinnace.cli.client import Client
from pinnace.objects.errors import NotFound, Permanent
from pinnace.objects.kinds import Kind, by_name, find_kind, names_of
from pinnace.objects.types import Object

_AGGREGATED = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
) + ",application/json"  # fmt: skip


class Kinds:
    """The kinds of one API server, asked for when they are first needed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def named(self, text: str) -> list[Kind]:
        """Return the kinds of ``pods``, ``wf,cwf``, ``tfjobs.kubeflow.org`` or ``all``.

        Raises Permanent for a name that the server does not know.
        """
        return [kind for name in text.split(",") for kind in self._one(name.strip().lower())]

    def _one(self, name: str) -> list[Kind]:
        known = by_name(name)
        if known is not None:
            return [known]
        found = [kind for kind in self.served if name in _names(kind)]
        if found:
            return found[:1]
        category = [kind for kind in self.served if name in kind.categories]
        if not category:
            raise Permanent(
                f'the server doesn\'t have a resource type "{name}"; it has: '
                + ", ".join(sorted({kind.plural for kind in self.served}))
            )
        return category

    def of(self, obj: Object) -> Kind:
        """Return the kind of an object; raises Permanent when it isn't served."""
        api_version, name = str(obj.get("apiVersion")), str(obj.get("kind"))
        kind = find_kind(api_version, name) or next(
            (each for each in self.served if (each.api_version, each.kind) == (api_version, name)),
            None,
        )
        if kind is None:
            raise Permanent(f'no matches for kind "{name}" in version "{api_version}"')
        return kind

    @cached_property
    def served(self) -> tuple[Kind, ...]:
        """Return every kind that the server serves, core ones first."""
        found: list[Kind] = []
        for path in ("/api", "/apis"):
            told = self._client.read(path, {}, _AGGREGATED)
            if told.get("kind") == "APIGroupDiscoveryList":
                found += aggregated(told)
            else:
                found += self._legacy(path, told)
        return tuple(found)

    def _legacy(self, path: str, told: Mapping[str, Any]) -> Iterator[Kind]:
        """Ask group by group, as servers before Kubernetes 1.27 want it."""
        groups = [group["preferredVersion"]["groupVersion"] for group in told.get("groups") or []]
        for version in groups or told.get("versions") or []:
            try:
                yield from listed(self._client.call("GET", f"{path}/{version}"))
            except NotFound:
                continue  # a group whose own server is away


def aggregated(told: Mapping[str, Any]) -> Iterator[Kind]:
    """Yield the kinds of an ``APIGroupDiscoveryList``, in each group's preferred version."""
    for group in told["items"]:
        seen: set[str] = set()
        for version in group.get("versions") or []:
            for entry in version.get("resources") or []:
                if entry["resource"] not in seen and entry.get("responseKind"):
                    seen.add(entry["resource"])
                    yield _kind(
                        group.get("metadata", {}).get("name", ""), version["version"],
                        entry["resource"], entry["responseKind"]["kind"], entry,
                        namespaced=entry.get("scope") == "Namespaced",
                    )  # fmt: skip


def listed(told: Mapping[str, Any]) -> Iterator[Kind]:
    """Yield the kinds of an ``APIResourceList``."""
    group, _, version = str(told["groupVersion"]).rpartition("/")
    for entry in told["resources"]:
        if "/" not in entry["name"]:
            yield _kind(group, version, entry["name"], entry["kind"], entry,
                        namespaced=bool(entry["namespaced"]))  # fmt: skip


def _kind(
    group: str, version: str, plural: str, kind: str, entry: Mapping[str, Any], *, namespaced: bool
) -> Kind:
    return Kind(
        group=group,
        plural=plural,
        version=version,
        kind=kind,
        short_names=tuple(entry.get("shortNames") or ()),
        namespaced=namespaced,
        categories=tuple(entry.get("categories") or ()),
        given_singular=str(entry.get("singularResource") or entry.get("singularName") or ""),
    )


def _names(kind: Kind) -> Iterable[str]:
    yield from names_of(kind)
    yield f"{kind.plural}.{kind.version}.{kind.group}"
    yield f"{kind.singular}.{kind.group}"


def reference(kind: Kind, name: str) -> str:
    """Write an object as ``-o name`` does: ``pod/web``, ``workflow.argoproj.io/hello``."""
    group = f".{kind.group}" if kind.group else ""
    return f"{kind.kind.lower()}{group}/{name}"
