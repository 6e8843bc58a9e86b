"""Go's path functions, on slash-separated paths: base, dir, clean, ext, isAbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def clean(path: str) -> str:
    """path.Clean."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif part != ".." or not rooted:
            kept.append(part)
    text = "/".join(kept)
    return f"/{text}" if rooted else text or "."


def base(path: str) -> str:
    """path.Base."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def ext(path: str) -> str:
    """path.Ext."""
    last = path.rpartition("/")[2]
    return last[last.rindex(".") :] if "." in last else ""


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "base": base,
    "dir": lambda path: clean(path[: path.rfind("/") + 1]),
    "clean": clean,
    "ext": ext,
    "isAbs": lambda path: path.startswith("/"),
}
TABLE: dict[str, Callable[..., Any]] = {
    **_FUNCTIONS,
    **{f"os{name[0].upper()}{name[1:]}": apply for name, apply in _FUNCTIONS.items()},
}
