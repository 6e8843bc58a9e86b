"""Image names, and what they mean."""

from pathlib import Path
from typing import Any

import pytest

from pinnace.objects.errors import Invalid
from pinnace.pods.images import Images, repository


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("alpine", "alpine"),
        ("alpine:3.23", "alpine"),
        ("docker.io/library/alpine", "alpine"),
        ("mirror.gcr.io/library/python:3.11@sha256:abc", "python"),
        ("localhost:5000/team/tool:v1", "team/tool"),
        ("localhost/tool", "tool"),
        ("quay.io/argoproj/argoexec:v4.1.2", "argoproj/argoexec"),
        ("docker/whalesay:latest", "docker/whalesay"),
    ],
)
def test_repository(image: str, name: str) -> None:
    assert repository(image) == name


@pytest.mark.parametrize(
    ("image", "command", "programs"),
    [
        ("busybox", ("sh",), None),
        ("docker.io/docker/whalesay", ("bash",), "whalesay"),
        ("python:alpine3.6", ("python3",), "python"),
        ("argoproj/argosay:v2", (), "argosay"),
        ("ghcr.io/anyone/pinnace/trainer:0.1", (), "python"),
    ],
)
def test_built_in(
    tmp_path: Path, image: str, command: tuple[str, ...], programs: str | None
) -> None:
    found = Images(tmp_path).resolve(image)
    assert found.known and found.command == command and found.name == image
    assert (found.programs.name if found.programs else None) == programs


def test_an_unknown_image_runs_with_the_hosts_programs(tmp_path: Path) -> None:
    found = Images(tmp_path).resolve("acme/tool:1")
    assert not found.known and found.entrypoint == () and found.programs is None


@pytest.mark.parametrize("name", ["acme/tool", "acme/tool:1", "registry.acme.com/acme/tool:1"])
def test_own_entries_win_in_any_spelling(tmp_path: Path, name: str) -> None:
    own = {name: {"entrypoint": "/bin/tool", "cmd": ["--help"], "env": {"A": 1}}}
    found = Images(tmp_path, own).resolve("registry.acme.com/acme/tool:1")
    assert (found.entrypoint, found.command) == (("/bin/tool",), ("--help",))
    assert found.environment == {"A": "1"} and found.known


@pytest.mark.parametrize(
    ("entry", "part"),
    [
        ("sh", "a mapping with"),
        ({"comand": "x"}, "comand"),
        ({"entrypoint": [1]}, "entrypoint"),
        ({"rootfs": "/no/such/folder"}, "/no/such/folder"),
    ],
)
def test_wrong_entries_are_refused_with_their_field(tmp_path: Path, entry: Any, part: str) -> None:
    with pytest.raises(Invalid, match="pinnace.yaml: images acme/tool") as raised:
        Images(tmp_path, {"acme/tool": entry})
    assert part in str(raised.value)


def test_programs_are_written_once_and_again_when_changed(tmp_path: Path) -> None:
    images = Images(tmp_path)
    images.install()
    cowsay = tmp_path / "whalesay" / "cowsay"
    assert cowsay.stat().st_mode & 0o111
    before = cowsay.stat().st_ino
    images.install()
    assert cowsay.stat().st_ino == before
    cowsay.write_text("old")
    images.install()
    assert cowsay.read_text() != "old"
