"""Container paths to host paths; no link leads out."""

from pathlib import Path

import pytest

from pinnace.pods.containers import Mount
from pinnace.pods.view import TooManyLinks, View


@pytest.fixture
def view(tmp_path: Path) -> View:
    root, volume, host = tmp_path / "root", tmp_path / "volume", tmp_path / "usr"
    for folder in (root / "tmp", root / "var", root / "run", volume, host / "bin"):
        folder.mkdir(parents=True)
    (root / "bin").symlink_to("usr/bin")
    (root / "var" / "run").symlink_to("../run")
    (root / "tmp" / "absolute").symlink_to("/etc/passwd")
    (root / "tmp" / "upwards").symlink_to("../../../../../../etc/passwd")
    (root / "tmp" / "volume").symlink_to("/data")
    (root / "tmp" / "a").symlink_to("b")
    (root / "tmp" / "b").symlink_to("a")
    (volume / "out").symlink_to("/")
    (volume / "up").symlink_to("../..")
    mounts = [
        Mount(target="/data", source=volume),
        Mount(target="/usr", source=host, read_only=True),
        Mount(target="/var/run/argo", source=volume / "argo"),
    ]
    return View(root, mounts)


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/", "root"),
        ("/tmp/x", "root/tmp/x"),
        ("tmp/../tmp/./x", "root/tmp/x"),
        ("/../../..", "root"),
        ("/data", "volume"),
        ("/data/x/y", "volume/x/y"),
        ("/database", "root/database"),
        ("/bin/sh", "usr/bin/sh"),
        ("/tmp/absolute", "root/etc/passwd"),
        ("/tmp/upwards", "root/etc/passwd"),
        ("/tmp/volume/f", "volume/f"),
        ("/data/out/etc/shadow", "root/etc/shadow"),
        ("/data/out/data/x", "volume/x"),
        ("/data/up/etc", "root/etc"),
        ("/run/argo/x", "volume/argo/x"),
        ("/var/run/argo/x", "volume/argo/x"),
    ],
)
def test_host(view: View, tmp_path: Path, path: str, host: str) -> None:
    assert view.host(path) == tmp_path / host


def test_links_in_a_circle(view: View) -> None:
    with pytest.raises(TooManyLinks):
        view.host("/tmp/a")
