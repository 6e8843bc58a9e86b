"""The environment variables and the command line of a container. Pure.

Mirrors k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and
third_party/forked/golang/expansion.
"""

import re
from collections.abc import Mapping
from typing import Any

from pinnace.objects.meta import namespace_of
from pinnace.objects.types import Object
from pinnace.pods.containers import Image
from pinnace.pods.sources import (
    NotReady,
    Sources,
    config_map_data,
    pod_field,
    resource_field,
    secret_data,
)

_REFERENCE = re.compile(r"\$(\$|\(([^()]*)\))")
_NOT_READY = "CreateContainerConfigError"


def environment(
    pod: Object, container: Object, image: Image, sources: Sources, shared: Mapping[str, str]
) -> dict[str, str]:
    """Return a container's variables; later ones win: shared, image, envFrom, env.

    Raises NotReady when a ConfigMap or Secret that isn't optional is missing.
    """
    namespace = namespace_of(pod)
    result = {**shared, **image.environment}
    for entry in container.get("envFrom") or ():
        result |= _from_object(entry, namespace, sources)
    for entry in container.get("env") or ():
        name = str(entry["name"])
        source = entry.get("valueFrom")
        if source is None:
            result[name] = expand(str(entry.get("value") or ""), result)
            continue
        value = _value(source, pod, container, sources)
        if value is not None:
            result[name] = value
    return result


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace $(NAME) by its value; ``$$`` is a dollar sign, an unknown name stays as it is."""

    def replacement(found: re.Match[str]) -> str:
        if found.group(1) == "$":
            return "$"
        return variables.get(found.group(2), found.group(0))

    return _REFERENCE.sub(replacement, text)


def command_line(container: Object, image: Image, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return what to run: the manifest's command and args over the image's, as Kubernetes does."""
    command = [str(word) for word in container.get("command") or ()]
    args = [str(word) for word in container.get("args") or ()]
    given = [expand(word, variables) for word in command or image.entrypoint]
    rest = args if args or command else list(image.command)
    return (*given, *(expand(word, variables) for word in rest))


def _from_object(entry: Object, namespace: str, sources: Sources) -> dict[str, str]:
    prefix = str(entry.get("prefix") or "")
    for field, kind in (("configMapRef", "configmap"), ("secretRef", "secret")):
        reference = entry.get(field)
        if reference is not None:
            data = _data(kind, reference, namespace, sources)
            return {prefix + key: value.decode(errors="replace") for key, value in data.items()}
    return {}


def _value(source: Object, pod: Object, container: Object, sources: Sources) -> str | None:
    match source:
        case {"fieldRef": reference}:
            return pod_field(pod, str(reference.get("fieldPath", "")))
        case {"resourceFieldRef": reference}:
            return resource_field(pod, container, reference)
        case {"configMapKeyRef": reference}:
            return _key("configmap", reference, namespace_of(pod), sources)
        case {"secretKeyRef": reference}:
            return _key("secret", reference, namespace_of(pod), sources)
        case _:
            raise NotReady(f"valueFrom with {sorted(source)} is not supported", reason=_NOT_READY)


def _key(kind: str, reference: Mapping[str, Any], namespace: str, sources: Sources) -> str | None:
    data = _data(kind, reference, namespace, sources)
    key = str(reference.get("key", ""))
    if key in data:
        return data[key].decode(errors="replace")
    if reference.get("optional"):
        return None
    raise NotReady(
        f"couldn't find key {key} in {kind} {namespace}/{reference.get('name', '')}",
        reason=_NOT_READY,
    )


def _data(
    kind: str, reference: Mapping[str, Any], namespace: str, sources: Sources
) -> dict[str, bytes]:
    name = str(reference.get("name", ""))
    found = (sources.secret if kind == "secret" else sources.config_map)(namespace, name)
    if found is not None:
        return secret_data(found) if kind == "secret" else config_map_data(found)
    if reference.get("optional"):
        return {}
    raise NotReady(f'{kind} "{name}" not found', reason=_NOT_READY)
