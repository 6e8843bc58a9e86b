"""Writes ``wire.json``, the protobuf field numbers of Kubernetes' own types.

Run by hand: ``python -m pinnace.objects.schema.generate_wire FOLDER``, with the ``generated.proto``
files of k8s.io/api (core, apps, batch, rbac) and k8s.io/apimachinery (meta) in FOLDER. What it
writes is committed; goes to :mod:`pinnace.apiserver.protobuf`.
"""

import json
import re
import sys
from pathlib import Path

from pinnace.objects.schema.types import type_named, type_names

_FILES = ("meta", "core", "apps", "batch", "rbac")
_MESSAGE = re.compile(r"^message (\w+) \{\n(.*?)^\}", re.M | re.S)
_FIELD = re.compile(
    r"^\s*(?:optional|repeated|map<[^>]*>)\s*(?:([\w.]+)\s+)?(\w+)\s*=\s*(\d+);", re.M
)
_RENAMED = {
    "CoreV1ResourceClaim": "ResourceClaim",
    "CoreV1EventSeries": "EventSeries",
    "CoreV1EndpointPort": "EndpointPort",
    "RbacV1Subject": "Subject",
}

Fields = dict[str, tuple[str, str]]  # number: (type, name)


def messages(folder: Path) -> dict[str, Fields]:
    """Read every message of the files, the first of a name winning."""
    found: dict[str, Fields] = {}
    for file in _FILES:
        text = (folder / f"{file}.proto").read_text(encoding="utf-8")
        for name, body in _MESSAGE.findall(text):
            fields = {number: (type_.rpartition(".")[2], field)
                      for type_, field, number in _FIELD.findall(body)}  # fmt: skip
            found.setdefault(name, fields)
    return found


def table(folder: Path) -> dict[str, dict[str, str]]:
    """Return number to field by type; ``+Name``: a message whose fields stand in the outer one."""
    known = messages(folder)
    wire: dict[str, dict[str, str]] = {}
    for full in type_names():
        family, _, bare = full.partition(".")
        message = _RENAMED.get(bare, bare)
        if family == "k8s" and message in known:
            _add(full, message, frozenset(type_named(full).fields), known, wire)
    return wire


def _add(
    full: str, message: str, names: frozenset[str], known: dict[str, Fields],
    wire: dict[str, dict[str, str]],
) -> None:  # fmt: skip
    numbers = wire[full] = {}
    for number, (type_, field) in known[message].items():
        if field in names:
            numbers[number] = field
        elif type_ in known:
            numbers[number] = f"+{full}/{type_}"
            _add(f"{full}/{type_}", type_, names, known, wire)


def main() -> None:
    """Write the file beside this module."""
    text = json.dumps(table(Path(sys.argv[1])), sort_keys=True, indent=0, separators=(",", ":"))
    (Path(__file__).parent / "wire.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
