"""The functions that a template may call: Go's own and sprig's, which come first."""

from __future__ import annotations

from collections.abc import Mapping

from pinnace.languages import sprig
from pinnace.languages.ambient import STILL, Ambient
from pinnace.languages.gofunctions import GoFunction
from pinnace.languages.gotemplate.functions import BUILTINS


def functions(ambient: Ambient = STILL) -> Mapping[str, GoFunction]:
    """Every function by name."""
    return {**BUILTINS, **sprig.generic(ambient)}


NAMES = frozenset(functions())
"""What the parser accepts as functions."""
