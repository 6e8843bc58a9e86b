"""sprig's random functions, over the dice that the caller passes in."""

from __future__ import annotations

import base64
import string
import uuid
from collections.abc import Callable
from typing import Any

from pinnace.languages.ambient import Ambient

_ALPHABETS = {
    "randAlphaNum": string.ascii_letters + string.digits,
    "randAlpha": string.ascii_letters,
    "randNumeric": string.digits,
    "randAscii": "".join(map(chr, range(32, 127))),
}
LONGEST = 65_536


def _length(count: int) -> int:
    """A negative length gives nothing, as in sprig."""
    if count > LONGEST:
        raise ValueError(f"a random string of {count} characters is too long")
    return max(0, count)


def table(ambient: Ambient) -> dict[str, Callable[..., Any]]:
    """sprig's random functions over these dice."""
    dice = ambient.dice

    def draw(alphabet: str) -> Callable[[int], str]:
        return lambda count: "".join(dice.choices(alphabet, k=_length(count)))

    def random_bytes(count: int) -> str:
        if count < 0:
            raise ValueError("randBytes: a negative length")
        return base64.b64encode(dice.randbytes(_length(count))).decode()

    return {
        **{name: draw(alphabet) for name, alphabet in _ALPHABETS.items()},
        "randInt": lambda low, high: dice.randrange(low, high),
        "randBytes": random_bytes,
        "shuffle": lambda text: "".join(dice.sample(text, len(text))),
        "uuidv4": lambda: str(uuid.UUID(bytes=dice.randbytes(16), version=4)),
    }
