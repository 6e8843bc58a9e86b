"""Flags and ``pinnace.yaml``: what they become, and what is refused by key and line."""

from datetime import timedelta
from pathlib import Path

import pytest

from pinnace.objects.errors import Invalid
from pinnace.plane.config import settings

WHOLE = """\
images:
  my/tool: {entrypoint: [python, -m, tool]}
runtime: process
cpu: 2500m
memory: 8Gi
hostPaths: [~/data, /srv]
journal: {maxAge: 720h, maxSize: 1Gi}
"""


def test_all_keys_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "pinnace.yaml").write_text(WHOLE)
    found = settings(state=Path("state"))
    assert found.images == {"my/tool": {"entrypoint": ["python", "-m", "tool"]}}
    assert (found.runtime, found.cpu, found.memory) == ("process", "2500m", "8Gi")
    assert found.host_paths == (str(tmp_path / "data"), "/srv")
    assert (found.keep.age, found.keep.size) == (timedelta(days=30), 2**30)
    assert settings(state=Path("state"), runtime="auto").runtime == "auto"  # a flag wins


def test_without_names_the_usual_folders_are_awaited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    usual = settings(state=Path("state"))
    assert usual.folders == (Path("eventsources"), Path("sensors"), Path("workflows"))
    assert usual.awaited
    named = settings(state=Path("state"), folders=[tmp_path])
    assert (named.folders, named.awaited) == ((tmp_path,), False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cpu: 1\nhostPaths: /\n", ":2: hostPaths: expected a list of folders, found '/'"),
        ("hostPaths: [1]\n", ": hostPaths: expected a list of folders, found 1"),
        ("images: [a]\n", ":1: images: expected a mapping from names of images, found ['a']"),
        ("cpu: many\n", ": cpu: expected a quantity such as 4 or 2500m, found 'many'"),
        ("memory: yes\n", ":1: memory: expected a quantity such as 8Gi, found True"),
        ("runtime: docker\n", ": runtime: expected auto or sandbox or process, found 'docker'"),
        ("journal: 30d\n", ":1: journal: expected a mapping with maxAge and maxSize, found '30d'"),
        (
            "journal: {maxAge: 30}\n",
            ": journal max age: expected a duration such as 168h, found 30",
        ),
        ("image: {}\n", ":1: image: unknown key, expected cpu, hostPaths, images, "),
        ("- a\n", ":1: expected a mapping, found list"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "pinnace.yaml"
    file.write_text(text)
    with pytest.raises(Invalid) as error:
        settings(state=tmp_path, config=file)
    assert str(error.value).startswith(f"{file}{said}")
