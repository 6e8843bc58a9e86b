"""Manifests of files, folders and standard input, for whichever kinds a server serves."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pinnace.cli.client import Client, Refused
from pinnace.cli.kinds import Kinds
from pinnace.objects.definitions import defined_kinds
from pinnace.objects.errors import Invalid
from pinnace.objects.kinds import CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, Kind
from pinnace.objects.manifests import Loaded, Located, load, load_text
from pinnace.objects.registry import BUILT_IN, Registry

#: Kinds without which objects of other kinds can't be: applied first, deleted last.
OTHERS_NEED = (NAMESPACES, CUSTOM_RESOURCE_DEFINITIONS)
_STDIN = Path("-")


def load_files(client: Client, paths: Sequence[Path]) -> tuple[Loaded, list[Kind]]:
    """Return what files hold, and the kinds that definitions among them define.

    The server is asked for its kinds only when there are some that not every server has.
    """
    given = sys.stdin.read() if _STDIN in paths else ""

    def read(kinds: Registry) -> Loaded:
        found = Loaded()
        for path in paths:
            if path == _STDIN:
                found += load_text(given, Path("standard input"), kinds)
            else:
                found += load(path, kinds)
        return found

    loaded = read(BUILT_IN)
    defined = [
        kind
        for each in loaded.objects
        if each.object["kind"] == CUSTOM_RESOURCE_DEFINITIONS.kind
        for kind in defined_kinds(each.object)
    ]
    if any(problem.field == "kind" for problem in loaded.problems):
        loaded = read(Registry([*Kinds(client).served, *defined]))
    return loaded, defined


def read_files(client: Client, paths: Sequence[Path]) -> list[Located]:
    """Return the objects of files; raises the first problem."""
    loaded, _ = load_files(client, paths)
    for problem in loaded.problems:
        raise problem
    return list(loaded.objects)


def named_in(client: Client, paths: Sequence[Path]) -> list[tuple[Kind, str, str]]:
    """Return kind, namespace ("" where none is said) and name of the objects of files.

    Raises Invalid for an object without a name, as for the first thing that can't be read.
    """
    kinds, found = Kinds(client), []
    for each in read_files(client, paths):
        meta = each.object.get("metadata") or {}
        if not meta.get("name"):
            raise Invalid(
                file=str(each.file), line=each.line_of("metadata"), kind=each.object["kind"],
                field="metadata.name", expected="a name, so that it is known which one is meant",
            )  # fmt: skip
        found.append((kinds.of(each.object), str(meta.get("namespace") or ""), str(meta["name"])))
    return found


def placed(error: Refused, located: Located) -> list[Invalid]:
    """Return what a server found wrong with an object, with file and line of each field."""
    obj = located.object
    meta = obj.get("metadata") or {}
    causes = (error.status.get("details") or {}).get("causes") or []
    named = [(str(each.get("field", "")), str(each.get("message", ""))) for each in causes]
    unknown = [(field, "unknown field") for field in _unknown(error.said)]
    return [
        Invalid(
            message,
            file=str(located.file),
            line=located.line_of(field),
            kind=obj["kind"],
            name=str(meta.get("name") or meta.get("generateName") or ""),
            field=field,
        )
        for field, message in named or unknown or [("", error.said)]
    ]


def _unknown(message: str) -> list[str]:
    """Return the fields that a strict decoding error names."""
    _, found, rest = message.partition("strict decoding error: ")
    parts = rest.split('unknown field "')[1:] if found else []
    return [part.partition('"')[0] for part in parts]
