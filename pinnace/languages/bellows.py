"""Dotted names to nested maps and back: the environment of Argo's expressions.

`{"inputs.parameters.x": "1"}` becomes `{"inputs": {"parameters": {"x": "1"}}}`. When a name is
also the beginning of longer ones (`workflow.parameters` and `workflow.parameters.x`) the shorter
is dropped, as argo's util/expand does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def expand(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Nested maps from dotted names; the less specific of two conflicting names is dropped."""
    parents = {name[:cut] for name in flat for cut in _dots(name)}
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        if name in parents:
            continue
        *path, last = name.split(".")
        level = nested
        for step in path:
            level = level.setdefault(step, {})
        level[last] = expand(value) if isinstance(value, dict) and _dotted(value) else value
    return nested


def _dots(name: str) -> list[int]:
    return [index for index, char in enumerate(name) if char == "."]


def _dotted(value: Mapping[str, Any]) -> bool:
    return any("." in str(key) for key in value)


def has(nested: Mapping[str, Any], path: str) -> bool:
    """Whether a dotted path leads to something, nil included."""
    level: Any = nested
    for step in path.split("."):
        if not isinstance(level, Mapping) or step not in level:
            return False
        level = level[step]
    return True
