"""Manifests on disk: files and folders of YAML to objects that remember where they stand.

A broken document is a problem with file, line, object and field; the others are still loaded.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinnace.objects import yamls
from pinnace.objects.errors import BadRequest, Invalid
from pinnace.objects.registry import BUILT_IN, Registry
from pinnace.objects.types import Object

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_KUSTOMIZATION = frozenset({"kustomization.yaml", "kustomization.yml"})
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, kw_only=True)
class Located:
    """An object and where it was read."""

    object: Object
    file: Path
    document: yamls.Document
    prefix: yamls.Path = ()  # where it stands in its document: an entry of a List

    def line_of(self, field: str = "") -> int:
        """Return the line of a field such as ``spec.templates[0].name``, or of its parent."""
        steps = (int(s) if s.isdigit() else s for s in _STEP.findall(field))
        return self.document.line_of((*self.prefix, *steps))


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a file or folder holds: the readable objects, and what is wrong with the rest."""

    objects: tuple[Located, ...] = ()
    problems: tuple[Invalid, ...] = ()

    def __add__(self, other: "Loaded") -> "Loaded":
        """Return both together."""
        return Loaded(objects=self.objects + other.objects, problems=self.problems + other.problems)


def files(path: Path) -> list[Path]:
    """Return the manifests of a file or (recursively) a folder, in order, hidden ones left out."""
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    return sorted(
        file for file in found
        if file.name not in _KUSTOMIZATION
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )  # fmt: skip


def load(path: Path, kinds: Registry = BUILT_IN) -> Loaded:
    """Read the manifests of a file or folder: objects of ``kinds``."""
    return _sorted_out(each for file in files(path) for each in _read(file, kinds))


def load_text(text: str, file: Path, kinds: Registry = BUILT_IN) -> Loaded:
    """Read the manifests of a text that came from somewhere; messages say ``file``."""
    return _sorted_out(_read_text(text, file, kinds))


def _sorted_out(found: Iterable[Located | Invalid]) -> Loaded:
    objects: list[Located] = []
    problems: list[Invalid] = []
    for each in found:
        if isinstance(each, Located):
            objects.append(each)
        else:
            problems.append(each)
    return Loaded(objects=tuple(objects), problems=tuple(problems))


def _read(file: Path, kinds: Registry) -> Iterator[Located | Invalid]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        yield Invalid(f"can't be read: {error.strerror}", file=str(file))
        return
    except UnicodeDecodeError as error:
        yield Invalid(
            file=str(file), expected="text in UTF-8", found=f"{error.reason} at byte {error.start}"
        )
        return
    yield from _read_text(text, file, kinds)


def _read_text(text: str, file: Path, kinds: Registry) -> Iterator[Located | Invalid]:
    try:
        for document in yamls.parse(text):
            for prefix, value in _entries(document.value):
                yield _located(file, document, prefix, value, kinds)
    except BadRequest as error:
        found = re.match(r"line (\d+)(?:, column \d+)?: ", str(error))
        line = int(found.group(1)) if found else 0
        yield Invalid(str(error), file=str(file), line=line, fix="correct the YAML and save it")


def _entries(value: Any) -> Iterable[tuple[yamls.Path, Any]]:
    if isinstance(value, dict) and value.get("kind") == "List":
        return [(("items", n), entry) for n, entry in enumerate(value.get("items") or [])]
    return [((), value)]


def _located(
    file: Path, document: yamls.Document, prefix: yamls.Path, value: Any, kinds: Registry
) -> Located | Invalid:
    line = document.line_of(prefix)
    if not isinstance(value, dict):
        return Invalid(
            file=str(file), line=line, expected="a Kubernetes object with apiVersion and kind",
            found=type(value).__name__,
        )  # fmt: skip
    metadata = value.get("metadata")
    name = str((metadata.get("name") or "") if isinstance(metadata, dict) else "")
    for field in ("apiVersion", "kind"):
        if not isinstance(value.get(field), str):
            return Invalid(
                file=str(file), line=line, kind=str(value.get("kind") or "object"), name=name,
                field=field, expected="a string", found=repr(value.get(field)),
            )  # fmt: skip
    if kinds.find(value["apiVersion"], value["kind"]) is None:
        return Invalid(
            file=str(file), line=document.line_of((*prefix, "kind")), kind=value["kind"],
            name=name, field="kind", found=f"{value['kind']} in {value['apiVersion']}",
            expected="one of " + ", ".join(sorted({kind.kind for kind in kinds.all})),
        )  # fmt: skip
    return Located(object=value, file=file, document=document, prefix=prefix)
