"""The certificates that SNS signs with: fetched once from an allowed host."""

import threading
from collections import OrderedDict

import httpx

from pinnace.eventsources.messages import CONNECT_SECONDS
from pinnace.objects.errors import Transient

#: A certificate is some 2 kB.
_LIMIT = 64 * 1024
#: SNS changes its certificate about once a year.
_KEPT = 16

_cache: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def certificate(url: str) -> bytes:
    """Return the PEM at a URL that was checked before; raises Transient."""
    with _lock:
        if url in _cache:
            return _cache[url]
    found = _fetch(url)
    with _lock:
        _cache[url] = found
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return found


def _fetch(url: str) -> bytes:
    content = bytearray()
    try:
        # a redirect would lead to a host that nobody checked
        with httpx.stream("GET", url, timeout=CONNECT_SECONDS, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise Transient(f"the signing certificate: answered {answer.status_code}")
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > _LIMIT:
                    raise Transient(f"the signing certificate is over {_LIMIT} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Transient(f"the signing certificate cannot be fetched: {error}") from error
    if b"BEGIN CERTIFICATE" not in content:
        raise Transient("the signing certificate is not PEM")
    return bytes(content)
