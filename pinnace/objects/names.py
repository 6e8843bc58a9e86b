"""Names: Argo's hashes, Kubernetes' generated suffixes, uids, and what a name may look like."""

import re
import secrets
from datetime import datetime
from uuid import UUID

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


def new_uid(now: datetime) -> UUID:
    """Return a fresh UUID of version 7 (RFC 9562): it begins with the time, to the microsecond.

    Uids in order of creation tell which of two objects of one second is the newer, and let an
    index of them grow at its end; random ones touch a page of their own each time.
    """
    milliseconds, rest = divmod(int(now.timestamp()) * 1_000_000 + now.microsecond, 1000)
    part = rest * 4096 // 1000  # of the millisecond (method 3 of the RFC's section 6.2)
    high = ((milliseconds & (2**48 - 1)) << 16) | (7 << 12) | part
    low = (2 << 62) | secrets.randbits(62)
    return UUID(int=(high << 64) | low)


def is_subdomain(name: str) -> bool:
    """Tell whether ``name`` is a DNS-1123 subdomain: what most kinds demand of a name."""
    return len(name) <= 253 and _SUBDOMAIN.fullmatch(name) is not None
