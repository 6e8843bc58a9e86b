"""Settings: flags and ``pinnace.yaml``, read once into a frozen value."""

import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pinnace.apiserver.addresses import LOOPBACK
from pinnace.bus.keep import DEFAULT, Keep, read_journal
from pinnace.objects import yamls
from pinnace.objects.errors import Invalid
from pinnace.objects.quantities import parse_quantity

DEFAULT_FOLDERS = ("eventsources", "sensors", "workflows")
RUNTIMES = ("auto", "sandbox", "process")

#: The keys of ``pinnace.yaml``: which types a value may have, and how a person would call them.
_KEYS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "images": ((dict,), "a mapping from names of images"),
    "runtime": ((str,), " or ".join(RUNTIMES)),
    "cpu": ((str, int, float), "a quantity such as 4 or 2500m"),
    "memory": ((str, int), "a quantity such as 8Gi"),
    "hostPaths": ((list,), "a list of folders"),
    "journal": ((dict,), "a mapping with maxAge and maxSize"),
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one control plane is told."""

    state: Path
    folders: tuple[Path, ...] = ()
    awaited: bool = False  # the folders are the usual ones: each counts once it is there
    runtime: str = "auto"
    port: int = 0
    address: str = LOOPBACK
    images: Mapping[str, Any] = field(default_factory=dict)
    cpu: str = ""
    memory: str = ""
    host_paths: tuple[str, ...] = ()
    keep: Keep = DEFAULT


def settings(
    *,
    state: Path,
    folders: Sequence[Path] = (),
    runtime: str | None = None,
    port: int = 0,
    address: str = LOOPBACK,
    config: Path | None = None,
) -> Settings:
    """Combine flags with ``pinnace.yaml`` (in the working folder, or as given).

    Raises Invalid naming file and key when either is wrong, or a folder that isn't there.
    """
    _all_there(folders)
    path = config or Path("pinnace.yaml")
    given = _read(path) if config or path.exists() else {}
    chosen = runtime or str(given.get("runtime", "auto"))
    if chosen not in RUNTIMES:
        raise Invalid(
            file=str(path), field="runtime", expected=" or ".join(RUNTIMES), found=repr(chosen)
        )
    return Settings(
        state=state,
        folders=tuple(folders) or tuple(map(Path, DEFAULT_FOLDERS)),
        awaited=not folders,
        runtime=chosen,
        port=port,
        address=_address(address),
        images=given.get("images") or {},
        cpu=_amount(given, "cpu", path),
        memory=_amount(given, "memory", path),
        host_paths=_folders(given.get("hostPaths") or [], path),
        keep=_keep(given.get("journal") or {}, path),
    )


def _keep(given: Any, path: Path) -> Keep:
    try:
        return read_journal(given)
    except Invalid as error:
        error.file = str(path)
        raise


def _amount(given: Mapping[str, Any], key: str, path: Path) -> str:
    text = str(given.get(key) or "")
    try:
        if text:
            parse_quantity(text)
    except Invalid as error:
        raise Invalid(
            file=str(path), field=key, expected=_KEYS[key][1], found=repr(text)
        ) from error
    return text


def _folders(given: Sequence[Any], path: Path) -> tuple[str, ...]:
    for each in given:
        if not isinstance(each, str) or not each:
            raise Invalid(
                file=str(path), field="hostPaths", expected=_KEYS["hostPaths"][1], found=repr(each)
            )
    return tuple(str(Path(each).expanduser().resolve()) for each in given)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise Invalid(
            field="--address", expected="an IP address of this machine, or 0.0.0.0 for all",
            found=repr(text),
        ) from error  # fmt: skip


def _all_there(folders: Sequence[Path]) -> None:
    for folder in folders:
        if not folder.exists():
            raise Invalid(
                field="--filename", expected="a folder or file of manifests",
                found=f"nothing at {folder}",
            )  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    try:
        documents = list(yamls.parse(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise Invalid(f"can't be read: {error.strerror}", file=str(path)) from error
    value = documents[0].value if documents else {}
    if not isinstance(value, dict):
        raise Invalid(file=str(path), line=1, expected="a mapping", found=type(value).__name__)
    for key, found in value.items():
        where: dict[str, Any] = {
            "file": str(path),
            "line": documents[0].line_of((key,)),
            "field": str(key),
        }
        if key not in _KEYS:
            raise Invalid("unknown key", expected=", ".join(sorted(_KEYS)), **where)
        types, expected = _KEYS[key]
        if found is not None and type(found) not in types:
            raise Invalid(expected=expected, found=repr(found), **where)
    return value


def environment_with(**more: str) -> dict[str, str]:
    """Return this process's environment with some variables set: for programs started beside it."""
    return {**os.environ, **more}
