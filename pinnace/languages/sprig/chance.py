"""sprig's random functions, over the dice that the caller passes in."""

from __future__ import annotations

import base64
import string
import uuid
from collections.abc import Callable
from typing import Any

from pinnace.languages.ambient import Ambient
from pinnace.languages.sprig.casts import want_int, want_text

_ALPHABETS = {
    "randAlphaNum": string.ascii_letters + string.digits,
    "randAlpha": string.ascii_letters,
    "randNumeric": string.digits,
    "randAscii": "".join(map(chr, range(32, 127))),
}
LONGEST = 65_536


def _length(count: Any) -> int:
    size = want_int(count)
    if not 0 <= size <= LONGEST:
        raise ValueError(f"a random string of {size} characters is negative or too long")
    return size


def table(ambient: Ambient) -> dict[str, Callable[..., Any]]:
    """sprig's random functions over these dice."""
    dice = ambient.dice

    def draw(alphabet: str) -> Callable[[Any], str]:
        return lambda count: "".join(dice.choices(alphabet, k=_length(count)))

    def whole(low: Any, high: Any) -> int:
        return dice.randrange(want_int(low), want_int(high))

    def shuffled(value: Any) -> str:
        text = want_text(value)
        return "".join(dice.sample(text, len(text)))

    def random_bytes(count: Any) -> str:
        return base64.b64encode(dice.randbytes(_length(count))).decode()

    return {
        **{name: draw(alphabet) for name, alphabet in _ALPHABETS.items()},
        "randInt": whole,
        "randBytes": random_bytes,
        "shuffle": shuffled,
        "uuidv4": lambda: str(uuid.UUID(bytes=dice.randbytes(16), version=4)),
    }
