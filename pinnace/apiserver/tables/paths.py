"""The JSONPath of printer columns: ``.a.b``, ``[0]``, ``[-1:]``, ``['x.y']``, ``[?(@.a=="b")]``.

Mirrors the part of k8s.io/client-go/util/jsonpath that CRDs' columns use.
"""

import re
from typing import Any

_STEP = re.compile(
    r"""\.(?P<name>[\w\-/]+)|\[(?P<index>-?\d+)(?P<slice>:)?\]|\['(?P<quoted>[^']+)'\]"""
    r"""|\[\?\(@\.(?P<field>[\w.]+)\s*==\s*["'](?P<equal>[^"']*)["']\)\]|(?P<all>\[\*\])"""
)


def read(path: str, obj: Any) -> Any:
    """Return the first value that a path leads to, or None."""
    values = [obj]
    for step in _STEP.finditer(path):
        values = [inner for value in values for inner in _follow(step, value)]
    return values[0] if values else None


def _follow(step: re.Match[str], value: Any) -> list[Any]:
    name = step["name"] or step["quoted"]
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return []
    if step["all"]:
        return list(value)
    if step["field"]:
        return [item for item in value if read("." + step["field"], item) == step["equal"]]
    index = int(step["index"])
    return value[index:][:1] if -len(value) <= index < len(value) else []
