"""The file source on a real directory."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import eventually
from tests.integration.eventsources.conftest import Plane, event_source


def source(directory: str, event_type: str, **more: Any) -> Any:
    spec = {
        "watchPathConfig": {"directory": directory, "path": "x.txt"},
        "eventType": event_type,
        **more,
    }
    return event_source("files", {"file": {"example": spec}})


def touch(path: Path) -> int:
    return path.write_text("hello")


#: operation → bitmask, what does it
OPERATIONS = [
    ("CREATE", 1, lambda d: touch(d / "x.txt")),
    ("WRITE", 2, lambda d: touch(d / "x.txt")),
    ("REMOVE", 4, lambda d: (touch(d / "x.txt"), (d / "x.txt").unlink())),
    ("RENAME", 8, lambda d: (touch(d / "x.txt"), (d / "x.txt").rename(d / "y.txt"))),
    ("CHMOD", 16, lambda d: (touch(d / "x.txt"), (d / "x.txt").chmod(0o600))),
]


@pytest.mark.parametrize(("kind", "number", "act"), OPERATIONS, ids=[o[0] for o in OPERATIONS])
def test_inotify_operations(plane: Plane, tmp_path: Path, kind: str, number: int, act: Any) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    plane.run(source(f"{folder}/", kind))
    act(folder)
    touch(folder / "other.txt")
    eventually(plane.events)
    assert plane.data() == [{"name": f"{folder}/x.txt", "op": number, "metadata": None}]
    assert plane.events()[0].type == "file"


def test_polling_names_the_base_name(plane: Plane, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    plane.run(source(str(folder), "CREATE", polling=True, metadata={"a": "b"}))
    touch(folder / "x.txt")
    eventually(plane.events)
    assert plane.data() == [{"name": "x.txt", "op": 1, "metadata": {"a": "b"}}]


@pytest.mark.parametrize(("kind", "number", "act"), OPERATIONS, ids=[o[0] for o in OPERATIONS])
def test_polling_operations(plane: Plane, tmp_path: Path, kind: str, number: int, act: Any) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    if kind != "CREATE":
        touch(folder / "x.txt")
    plane.run(source(str(folder), kind, polling=True))
    act(folder) if kind in ("CREATE", "RENAME", "REMOVE") else None
    if kind == "WRITE":
        with (folder / "x.txt").open("a") as file:  # one change; to write anew would be two
            file.write(" and more")
    if kind == "CHMOD":
        (folder / "x.txt").chmod(0o600)
    eventually(plane.events)
    assert plane.data() == [{"name": "x.txt", "op": number, "metadata": None}]


@pytest.mark.parametrize("polling", [False, True])
def test_path_regexp_is_searched_in_what_follows_the_directory(
    plane: Plane, tmp_path: Path, polling: bool
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    paths = {"directory": f"{folder}/", "pathRegexp": r"^model-\d+\.(h5|keras)$"}
    plane.run(source("", "CREATE", watchPathConfig=paths, polling=polling))
    for name in ("model-x.h5", "model-1.h5x", "my-model-1.h5", "model-12.keras"):
        touch(folder / name)
    eventually(plane.events)
    wanted = "model-12.keras" if polling else f"{folder}/model-12.keras"
    assert [data["name"] for data in plane.data()] == [wanted]


def test_a_directory_without_a_slash_is_warned_about(plane: Plane, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    plane.run(source(str(folder), "CREATE"))
    assert "no trailing '/'" in plane.condition("files")["message"]


def test_a_missing_directory_is_told_and_watched_once_it_is_there(
    plane: Plane, tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    plane.store.create(source(f"{folder}/", "CREATE"))
    eventually(lambda: "cannot be watched" in plane.condition("files").get("message", ""))
    folder.mkdir()
    plane.listening("files")
    touch(folder / "x.txt")
    eventually(plane.events)


def test_a_directory_that_goes_is_told(plane: Plane, tmp_path: Path) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    plane.run(source(f"{folder}/", "CREATE"))
    folder.rmdir()
    eventually(lambda: plane.condition("files").get("status") == "False")
    os.mkdir(folder)
    plane.listening("files")
    touch(folder / "x.txt")
    eventually(plane.events)
