"""What a container image means on this machine: a table from names to entrypoints and programs.

The sandbox runs a container with the host's programs, so an image is only a name here; this table
says what the image would have brought along: its entrypoint and command, its environment, and small
programs of its own (`pinnace.pods.programs`), which come first on PATH. A person's own entries
(``images:`` in pinnace.yaml) win over the built-in ones; an image that is in neither runs with the
host's programs. Names are compared without registry, tag and digest, so ``alpine:3.23``,
``docker.io/library/alpine`` and ``mirror.gcr.io/library/alpine@sha256:…`` are one.
"""

import importlib.util
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pinnace.objects.errors import Invalid
from pinnace.pods.containers import Image, Mount

_PROGRAMS = Path(__file__).parent / "programs"
_FIELDS = {"entrypoint", "cmd", "env", "path", "rootfs"}


@dataclass(frozen=True, kw_only=True)
class _Entry:
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ("sh",)
    programs: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    trainer: bool = False
    folders: Mapping[str, str] = field(default_factory=dict)  # place in the image → program set


_SHELL = _Entry()
_PYTHON = _Entry(command=("python3",), programs="python")
_BUILT_IN: Mapping[str, _Entry] = {
    "alpine": _Entry(command=("/bin/sh",)),
    "busybox": _SHELL,
    "debian": _Entry(command=("bash",)),
    "ubuntu": _Entry(command=("/bin/bash",)),
    "bash": _Entry(command=("bash",)),
    "python": _PYTHON,
    "docker/whalesay": _Entry(command=("bash",), programs="whalesay"),
    "argoproj/argosay": _Entry(entrypoint=("argosay",), command=(), programs="argosay"),
    "curlimages/curl": _Entry(entrypoint=("curl",), command=("--help",)),
    "alpine/git": _Entry(entrypoint=("git",), command=("--help",)),
    "alpine/curl": _Entry(entrypoint=("curl",), command=()),
    "stedolan/jq": _Entry(entrypoint=("jq",), command=()),
    "golang": _Entry(command=("bash",)),
    "node": _Entry(command=("node",)),
    "pinnace/trainer": _Entry(
        entrypoint=("python", "-m", "trainer"), command=(), programs="python", trainer=True
    ),
    # The book's TFJob: its program is TensorFlow 1's; ours has the same place and flags.
    "kubeflow-ci/tf-mnist-with-summaries": _Entry(
        command=("python", "/var/tf_mnist/mnist_with_summaries.py"),
        programs="python",
        trainer=True,
        folders={"/var/tf_mnist": "tf-mnist"},
    ),
}
#: Program sets: name on PATH → script of ours, or None for this very Python.
_SETS: Mapping[str, Mapping[str, str | None]] = {
    "python": {"python": None, "python3": None},
    "whalesay": {"cowsay": "cowsay.py"},
    "tf-mnist": {"mnist_with_summaries.py": "mnist_with_summaries.py"},
    "argosay": {"argosay": "argosay.py", "cowsay": "cowsay.py"},
}


def repository(image: str) -> str:
    """Return the name of an image without registry, ``library/``, tag and digest."""
    return _untagged(_without_registry(image.partition("@")[0]))


def _without_registry(name: str) -> str:
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        name = rest
    return name.removeprefix("library/")


def _untagged(name: str) -> str:
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]


def spellings(image: str) -> list[str]:
    """Return the names under which a table may hold an image, the most exact first."""
    undigested = image.partition("@")[0]
    name = repository(image)
    parts = name.split("/")
    tails = ["/".join(parts[i:]) for i in range(1, len(parts) - 1)]  # an owner before a known name
    tagged = _without_registry(undigested)
    return list(dict.fromkeys([image, undigested, tagged, _untagged(undigested), name, *tails]))


class Images:
    """The table, with a person's own entries, and the folder of our programs."""

    def __init__(self, folder: Path, own: Mapping[str, Any] | None = None) -> None:
        self._folder = folder
        self._own = {name: self._read(name, entry) for name, entry in (own or {}).items()}
        for name, entry in list(self._own.items()):
            if _untagged(name) == name:  # written with a registry, it is meant without one too
                self._own.setdefault(repository(name), entry)

    def install(self) -> None:
        """Write our programs to disk (again, when this Python or the programs changed)."""
        for name, programs in _SETS.items():
            folder = self._folder / name
            folder.mkdir(parents=True, exist_ok=True)
            for program, script in programs.items():
                _install(folder / program, script)

    def resolve(self, image: str) -> Image:
        """Return what ``image`` means here; an unknown one is marked so."""
        for name in spellings(image):
            if name in self._own:
                return self._made(image, self._own[name])
            if name in _BUILT_IN:
                return self._built_in(image, _BUILT_IN[name])
        return Image(name=image, known=False, path=(), shown=python_folders())

    def _built_in(self, image: str, entry: _Entry) -> Image:
        shown, environment = python_folders(), dict(entry.environment)
        path: tuple[str, ...] = ()
        if entry.trainer:
            path = (str(Path(sys.executable).parent),)
            folders = trainer_folders()
            shown += folders
            environment |= {"PYTHONPATH": str(folders[0].parent)} if folders else {}
        return Image(
            name=image,
            entrypoint=entry.entrypoint,
            command=entry.command,
            environment=environment,
            path=path,
            programs=self._folder / entry.programs if entry.programs else None,
            folders=tuple(
                Mount(target=place, source=self._folder / programs, read_only=True)
                for place, programs in entry.folders.items()
            ),
            shown=shown,
        )

    @staticmethod
    def _made(image: str, entry: Image) -> Image:
        shown = (*python_folders(), *entry.shown)
        return Image(**{**entry.__dict__, "name": image, "shown": shown})

    @staticmethod
    def _read(name: str, entry: Any) -> Image:
        """Check one entry of a person's ``images:`` mapping."""
        if not isinstance(entry, Mapping) or set(entry) - _FIELDS:
            found = sorted(set(entry) - _FIELDS) if isinstance(entry, Mapping) else repr(entry)
            raise _wrong(name, "", "a mapping with " + ", ".join(sorted(_FIELDS)), str(found))
        for key in ("entrypoint", "cmd", "path"):
            if not all(isinstance(part, str) for part in _words(entry.get(key))):
                raise _wrong(name, key, "a string or a list of strings", repr(entry[key]))
        rootfs = Path(entry["rootfs"]).expanduser().resolve() if entry.get("rootfs") else None
        if rootfs is not None and not rootfs.is_dir():
            wanted = "a folder with an unpacked image (e.g. by `docker export`)"
            raise _wrong(name, "rootfs", wanted, str(rootfs))
        path = _words(entry.get("path"))
        return Image(
            name=name,
            entrypoint=_words(entry.get("entrypoint")),
            command=_words(entry.get("cmd")),
            environment={key: str(value) for key, value in (entry.get("env") or {}).items()},
            path=path,
            shown=tuple(Path(folder) for folder in path),
            rootfs=rootfs,
        )


def _wrong(name: str, field: str, expected: str, found: str) -> Invalid:
    return Invalid(
        kind="images", name=name, field=field, expected=expected, found=found, file="pinnace.yaml"
    )


def _words(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def python_folders() -> tuple[Path, ...]:
    """Return the folders that this Python needs: its virtual environment and its installation."""
    folders = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix)]
    folders += [Path(os.path.realpath(folder)) for folder in folders]
    return tuple(dict.fromkeys(f for f in folders if f != Path("/usr") and f != Path("/")))


def trainer_folders() -> tuple[Path, ...]:
    """Return where the ``trainer`` package lies, also when it is installed as editable."""
    found = importlib.util.find_spec("trainer")
    places = found.submodule_search_locations if found else None
    return tuple(Path(place).resolve() for place in places or ())


def _install(target: Path, script: str | None) -> None:
    if script is None:
        text = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    else:
        text = f"#!{os.path.realpath(sys.executable)} -IS\n" + (_PROGRAMS / script).read_text(
            "utf-8"
        )
    if target.exists() and target.read_text("utf-8") == text:
        return
    fresh = target.with_name(target.name + ".new")
    fresh.write_text(text, "utf-8")
    fresh.chmod(0o755)
    shutil.move(fresh, target)
