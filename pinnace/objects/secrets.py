"""Reading the data of Secrets and ConfigMaps."""

import base64
import binascii

from pinnace.objects.errors import Invalid
from pinnace.objects.meta import name_of
from pinnace.objects.types import Object


def decode(secret: Object, key: str) -> bytes:
    """Return the decoded value of ``key``; raises Invalid naming the Secret when it isn't there."""
    data = secret.get("data") or {}
    if key not in data:
        raise Invalid(
            kind="Secret",
            name=name_of(secret),
            field="data",
            expected=f"a key {key!r}",
            found=", ".join(sorted(data)) or "no keys",
        )
    try:
        return base64.b64decode(data[key], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(
            kind="Secret", name=name_of(secret), field=f"data.{key}", expected="base64"
        ) from error


def merge_string_data(secret: Object) -> Object:
    """Fold the write-only ``stringData`` of a Secret into ``data``, as the API server does."""
    strings = secret.get("stringData")
    if not strings:
        return secret
    encoded = {key: base64.b64encode(str(text).encode()).decode() for key, text in strings.items()}
    rest = {key: value for key, value in secret.items() if key != "stringData"}
    return {**rest, "data": {**(secret.get("data") or {}), **encoded}}
