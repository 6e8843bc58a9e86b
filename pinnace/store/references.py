"""Values that a manifest refers to: keys of Secrets and ConfigMaps."""

from collections.abc import Mapping

from pinnace.objects import secrets
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CONFIG_MAPS, SECRETS
from pinnace.objects.meta import Key
from pinnace.store.reads import Reads


def secret_value(
    reads: Reads, namespace: str, selector: Mapping[str, str], *, where: Key, field: str
) -> str:
    """Return the text of a Secret's key, one trailing newline trimmed as upstream does.

    Raises Invalid naming the object and field that refer to it.
    """
    secret = reads.find(SECRETS, namespace, selector.get("name", ""))
    if secret is None:
        raise _missing("Secret", namespace, selector, where, field)
    return secrets.decode(secret, selector.get("key", "")).decode().removesuffix("\n")


def config_map_value(
    reads: Reads, namespace: str, selector: Mapping[str, str], *, where: Key, field: str
) -> str:
    """Return the text of a ConfigMap's key; raises Invalid naming who refers to it."""
    config = reads.find(CONFIG_MAPS, namespace, selector.get("name", ""))
    data = (config or {}).get("data") or {}
    if config is None or selector.get("key", "") not in data:
        raise _missing("ConfigMap", namespace, selector, where, field)
    return str(data[selector["key"]]).removesuffix("\n")


def _missing(
    kind: str, namespace: str, selector: Mapping[str, str], where: Key, field: str
) -> Invalid:
    name, key = selector.get("name", ""), selector.get("key", "")
    return Invalid(
        kind=where.kind.kind,
        name=where.name,
        field=field,
        expected=f"{kind} {namespace}/{name} with a key {key!r}",
        found="none",
        fix=f"create it with: kubectl create {kind.lower()} … {name} --from-literal={key}=…",
    )
