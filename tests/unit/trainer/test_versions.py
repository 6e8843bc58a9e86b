"""Version claims: next number, same run same number, many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trainer.runs import PUBLICATION, Run
from trainer.storage import LocalFolder
from trainer.versions import claim, versions


def run(folder: Path, name: str) -> Run:
    return Run(LocalFolder(folder / "runs" / name))


def test_versions_count_from_one_for_each_name(tmp_path: Path) -> None:
    models = LocalFolder(tmp_path / "models")
    assert claim(models, "digits", run(tmp_path, "a")) == 1
    assert claim(models, "digits", run(tmp_path, "b")) == 2
    assert claim(models, "letters", run(tmp_path, "c")) == 1
    assert versions(models, "digits") == [1, 2]


def test_a_run_keeps_its_version(tmp_path: Path) -> None:
    models = LocalFolder(tmp_path / "models")
    assert [claim(models, "digits", run(tmp_path, "a")) for _ in range(3)] == [1, 1, 1]


def test_a_run_killed_between_claim_and_record_finds_its_claim(tmp_path: Path) -> None:
    models, killed = LocalFolder(tmp_path / "models"), run(tmp_path, "a")
    assert claim(models, "digits", killed) == 1
    assert claim(models, "digits", run(tmp_path, "b")) == 2
    killed.folder.delete(PUBLICATION)
    assert claim(models, "digits", killed) == 1


def test_folders_that_are_no_versions_and_gaps_are_left_alone(tmp_path: Path) -> None:
    models = LocalFolder(tmp_path / "models")
    for key in ("digits/notes/a", "digits/7/saved_model.pb", "digits/10/claim.json"):
        models.write(key, b"{}")
    assert claim(models, "digits", run(tmp_path, "a")) == 11


def test_ten_at_once_get_ten_versions(tmp_path: Path) -> None:
    models = LocalFolder(tmp_path / "models")
    with ThreadPoolExecutor(10) as pool:
        claimed = pool.map(lambda n: claim(models, "digits", run(tmp_path, str(n))), range(10))
    assert sorted(claimed) == list(range(1, 11))
