"""Names: Argo's hashes, Kubernetes' generated suffixes, and what a name may look like."""

import re
import secrets

# k8s.io/apimachinery/pkg/util/rand: no vowels and no look-alikes, so no bad words.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_MAX_GENERATED_PREFIX = 58


def fnv1a32(text: str) -> int:
    """Hash as Go's ``hash/fnv.New32a``: what Argo puts in node ids and pod names."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def generate_suffix(length: int = 5) -> str:
    """Return random characters of Kubernetes' own alphabet."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def generate_name(prefix: str) -> str:
    """Complete a ``generateName`` as the API server does (k8s.io/apiserver/pkg/storage/names)."""
    return prefix[:_MAX_GENERATED_PREFIX] + generate_suffix()


def is_subdomain(name: str) -> bool:
    """Tell whether ``name`` is a DNS-1123 subdomain: what most kinds demand of a name."""
    return len(name) <= 253 and _SUBDOMAIN.fullmatch(name) is not None
