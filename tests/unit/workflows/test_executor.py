"""argoexec's pure parts: archives, results, conditions."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from pinnace.workflows.executor.archive import file_name, pack, unpack_into
from pinnace.workflows.executor.context import ExecutorFailed
from pinnace.workflows.executor.resource_conditions import Conditions
from pinnace.workflows.executor.stream import documents
from pinnace.workflows.executor.wait import tail, trimmed


@pytest.mark.parametrize(
    "archive", [{}, {"archive": {"zip": {}}}, {"archive": {"tar": {"compressionLevel": 0}}}]
)
def test_what_is_packed_comes_out_again(tmp_path: Path, archive: dict[str, object]) -> None:
    folder = tmp_path / "made"
    (folder / "sub").mkdir(parents=True)
    (folder / "a").write_text("1")
    (folder / "sub/b").write_text("2")
    artifact = {"name": "x", "path": "/tmp/made", **archive}
    parcel = tmp_path / file_name(artifact)
    pack(folder, parcel, artifact)
    unpack_into(parcel, tmp_path / "out", {"name": "x"})
    assert (tmp_path / "out/sub/b").read_text() == "2"
    assert not parcel.exists()


def test_what_is_no_archive_stays_as_it_is(tmp_path: Path) -> None:
    parcel = tmp_path / "p"
    parcel.write_text("plain")
    unpack_into(parcel, tmp_path / "out", {"name": "x"})
    assert (tmp_path / "out").read_text() == "plain"


def _tar(path: Path, *members: tuple[str, str, str]) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            if kind == "file":
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content.encode()))
            else:
                info.type = {"link": tarfile.SYMTYPE, "dev": tarfile.CHRTYPE}[kind]
                info.linkname = content
                tar.addfile(info)


@pytest.mark.parametrize(
    "members",
    [
        [("../evil", "file", "x")],
        [("l", "link", "/etc"), ("l/passwd", "file", "x")],
        [("l", "link", "../../outside")],
        [("null", "dev", "")],
    ],
)
def test_archives_that_mean_harm_are_refused(
    tmp_path: Path, members: list[tuple[str, str, str]]
) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    parcel = inside / "p"
    _tar(parcel, *members)
    with pytest.raises(ExecutorFailed, match="refused"):
        unpack_into(parcel, inside / "out", {"name": "x"})
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_absolute_names_in_a_zip_stay_inside(tmp_path: Path) -> None:
    parcel = tmp_path / "p"
    with zipfile.ZipFile(parcel, "w") as archive:
        archive.writestr("../../evil", "x")
        archive.writestr("ok", "y")
    unpack_into(parcel, tmp_path / "out", {"name": "x"})
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["evil", "ok"]


def test_results() -> None:
    assert trimmed("a\n\n") == "a\n"
    assert trimmed("a") == "a"
    assert tail([b"abc", b"def", b"g"], 3) == b"efg"
    assert tail([], 3) == b""


JOB = {"status": {"phase": "Running", "n": 2, "conditions": [{"type": "Ok", "status": "True"}]}}


@pytest.mark.parametrize(
    ("success", "met"),
    [
        ("status.phase == Running", True),
        ("status.phase = Running, status.n = 2", True),
        ("status.phase in (Done, Running)", True),
        ("status.phase == Done", False),
        ("status.n > 1", True),
        ("status.n > 2", False),
        ("status.conditions.0.status == True", True),
        ("status.missing", False),
        ("!status.missing", True),
        ("status.phase != Failed", True),
        ("", True),
    ],
)
def test_conditions(success: str, met: bool) -> None:
    assert Conditions.of({"successCondition": success}).are_met_by(JOB) is met


def test_failure_conditions_come_first() -> None:
    both = {"successCondition": "status.n == 2", "failureCondition": "status.phase == Running"}
    with pytest.raises(ExecutorFailed, match="failure condition 'status.phase==Running' evaluated"):
        Conditions.of(both).are_met_by(JOB)


def test_a_condition_that_cannot_be_read() -> None:
    with pytest.raises(ExecutorFailed, match="success condition 'a b c' failed to parse"):
        Conditions.of({"successCondition": "a b c"})


def test_documents() -> None:
    assert documents("a: 1\n---\nb: 2\n---\n") == [{"a": 1}, {"b": 2}]
    assert documents('{"kind": "List", "items": [{"a": 1}]}') == [{"a": 1}]
    with pytest.raises(ExecutorFailed, match="not YAML"):
        documents("{")
