"""What a path of the API means: a resource, or one of the fixed documents. Pure.

Mirrors k8s.io/apiserver/pkg/endpoints/request (requestinfo.go).
"""

from dataclasses import dataclass

from pinnace.objects.errors import PinnaceError
from pinnace.objects.kinds import NAMESPACES, Kind
from pinnace.objects.registry import Registry

_NAMESPACE_SUBRESOURCES = frozenset({"status", "finalize"})


class NoSuchPath(PinnaceError):
    """No resource is served at that path."""

    code = 404
    reason = "NotFound"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A collection (``name`` is "") or an object of a kind; ``namespace`` None: across all."""

    kind: Kind
    namespace: str | None = None
    name: str = ""
    subresource: str = ""


def resolve(path: str, kinds: Registry) -> Target:
    """Return what a path below ``/api/`` or ``/apis/`` names; raises NoSuchPath."""
    group, version, rest = _group_version(path)
    if rest[:1] == ["namespaces"] and len(rest) > 1:
        namespace, below = rest[1], rest[2:]
        if not group and (not below or (len(below) == 1 and below[0] in _NAMESPACE_SUBRESOURCES)):
            return Target(kind=NAMESPACES, name=namespace, subresource="".join(below))
        return _target(path, _kind(path, kinds, group, version, below), namespace, below)
    return _target(path, _kind(path, kinds, group, version, rest), None, rest)


def _group_version(path: str) -> tuple[str, str, list[str]]:
    steps = path.strip("/").split("/")
    if "" in steps:
        raise _unknown(path)
    match steps:
        case ["api", version, *rest]:
            return "", version, rest
        case ["apis", group, version, *rest]:
            return group, version, rest
    raise _unknown(path)


def _kind(path: str, kinds: Registry, group: str, version: str, steps: list[str]) -> Kind:
    kind = kinds.by_plural(group, version, steps[0]) if steps else None
    if kind is None:
        raise _unknown(path)
    return kind


def _target(path: str, kind: Kind, namespace: str | None, steps: list[str]) -> Target:
    misplaced = (namespace is not None) != kind.namespaced and (
        namespace is not None or len(steps) > 1
    )
    if len(steps) > 3 or misplaced:
        raise _unknown(path)
    _, name, subresource = (*steps, "", "")[:3]
    return Target(kind=kind, namespace=namespace, name=name, subresource=subresource)


def _unknown(path: str) -> NoSuchPath:
    return NoSuchPath(f"the server could not find the requested resource ({path})")
