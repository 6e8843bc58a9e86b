"""Cases made by hand-rolled grammars, much faster than drawing every choice from hypothesis."""

import base64
import random
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from pinnace.languages import gotime
from pinnace.languages.durations import Duration
from pinnace.languages.gotypes import Int64, Slice, Uint8, strings
from tests.oracle.typed import untyped

Build = Callable[[random.Random], dict[str, Any]]


def cases(build: Build) -> st.SearchStrategy[dict[str, Any]]:
    """Return cases built from dice, one seed a case."""
    return st.integers(0, 2**64 - 1).map(lambda seed: build(random.Random(seed)))


def some(dice: random.Random, items: Sequence[str], most: int = 6, joint: str = "") -> str:
    """Return up to `most` of the items, joined."""
    return joint.join(dice.choice(items) for _ in range(dice.randint(0, most)))


def raw(data: bytes) -> dict[str, str]:
    """Return the form of a text that need not be UTF-8."""
    return {"text": base64.b64encode(data).decode()}


def value(form: Any) -> Any:
    """Read what go/goplain.go's goValue reads."""
    match form:
        case {"int64": text}:
            return Int64(text)
        case {"uint8": text}:
            return Uint8(text)
        case {"strings": items}:
            return strings(items)
        case {"ints": items}:
            return Slice("[]int", items)
        case {"bytes": text}:
            return base64.b64decode(text)
        case {"text": text}:
            return base64.b64decode(text).decode("utf-8", "surrogateescape")
        case {"duration": text}:
            return Duration(int(text))
        case {"time": text}:
            return gotime.parse(gotime.RFC3339_NANO, text)
    return untyped(form)
