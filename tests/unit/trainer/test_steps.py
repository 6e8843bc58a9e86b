"""The steps that need no TensorFlow, through the command line, on local folders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.unit.trainer.datasets import npz
from trainer.cli import main
from trainer.datasets.layout import Dataset
from trainer.steps.checkout import head
from trainer.storage import LocalFolder

DOCUMENTS = {
    "config": {"epochs": 1},
    "dataset": {"uri": "u", "etag": "e", "sha256": "s", "train": {}, "test": {}},
    "metrics": {"workers": 1, "seconds": 1},
    "evaluation": {"accuracy": 0.9, "count": 10, "per-class": {}},
}


def document(run: Path, name: str) -> dict[str, object]:
    return dict(json.loads((run / name).read_text()))


def test_the_commits_file_reaches_the_configuration(tmp_path: Path) -> None:
    source, run = tmp_path / "src", tmp_path / "run"
    source.mkdir()
    (source / "t.yaml").write_text("epochs: 3\nbatch-size: 64\n")
    flags = [f"--source={source}", "--repo=r", "--revision=main", "--config-path=t.yaml"]
    assert main(["checkout", f"--run={run}", *flags]) == 0
    assert main(["configure", f"--run={run}", "--set=epochs=4", "--set=batch-size="]) == 0
    config = document(run, "config.json")
    assert (config["epochs"], config["batch-size"]) == (4, 64)
    assert document(run, "source.json")["repo"] == "r"


def test_a_refused_configuration_names_the_file_of_the_commit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.yaml").write_text("epochs: lots\n")
    main(["checkout", f"--run={tmp_path}/run", f"--source={tmp_path}", "--config-path=t.yaml"])
    assert main(["configure", f"--run={tmp_path}/run"]) == 1
    assert "t.yaml: epochs: expected a whole number from 1 to 1000" in capsys.readouterr().err
    assert not (tmp_path / "run/config.json").exists()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("../secret.yaml", "expected a path inside the repository"),
        ("/etc/passwd", "expected a path inside the repository"),
        ("link.yaml", "expected a path inside the repository"),
        ("none.yaml", "found link.yaml"),
        ("large.txt", "expected at most 65,536 bytes"),
        (".", "none"),
    ],
)
def test_a_config_path_stays_inside_the_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str, says: str
) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (tmp_path / "secret.yaml").write_text("epochs: 1")
    (source / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (source / "large.txt").write_bytes(b"#" * 70_000)
    flags = [f"--run={tmp_path}/run", f"--source={source}", f"--config-path={path}"]
    assert main(["checkout", *flags]) == 1
    assert says in capsys.readouterr().err


def test_the_commit_is_read_from_a_real_repository(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["git", "-C", str(tmp_path), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    assert head(tmp_path) == ""
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    commit = git("rev-parse", "HEAD")
    assert head(tmp_path) == commit
    git("pack-refs", "--all")
    assert head(tmp_path) == commit
    git("checkout", "-q", "--detach")
    assert head(tmp_path) == commit


def test_validation_pins_the_bytes(tmp_path: Path) -> None:
    data = tmp_path / "d.npz"
    data.write_bytes(npz())
    assert main(["datasets", "validate", f"--run={tmp_path}/run", "--etag=", "--", str(data)]) == 0
    record = document(tmp_path / "run", "dataset.json")
    assert record["uri"] == str(data)
    assert record["test"] == {"count": 10, "classes": {str(digit): 1 for digit in range(10)}}
    etag = f'--etag="{record["etag"]}"'
    assert main(["datasets", "validate", f"--run={tmp_path}/run", etag, "--", str(data)]) == 0


@pytest.mark.parametrize("etag", ["0" * 32, "not-an-etag"])
def test_another_version_than_was_asked_for_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], etag: str
) -> None:
    data = tmp_path / "d.npz"
    data.write_bytes(npz())
    flags = [f"--run={tmp_path}/run", f"--etag={etag}", "--", str(data)]
    assert main(["datasets", "validate", *flags]) == 1
    error = capsys.readouterr().err
    assert f"etag: expected {etag}" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_an_absent_dataset_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = [f"--run={tmp_path}/run", "--", str(tmp_path / "none.npz")]
    assert main(["datasets", "validate", *flags]) == 1
    error = capsys.readouterr().err
    assert "none.npz: expected an object here; found none" in error
    assert error.count("\n") == 1


def test_publishing_twice_gives_one_version_and_the_card_comes_last(tmp_path: Path) -> None:
    run, models = tmp_path / "run", tmp_path / "models"
    folder = LocalFolder(run)
    for name, content in DOCUMENTS.items():
        folder.write(f"{name}.json", json.dumps(content).encode())
    flags = ["publish", f"--run={run}", "--name=digits", f"--to={models}"]
    assert main([*flags, f"--output-version={tmp_path}/version"]) == 1
    assert not (models / "digits/1/card.json").exists()
    folder.write("model/model.keras", b"k")
    folder.write("model/saved_model/saved_model.pb", b"p")
    folder.write("model/saved_model/variables/variables.index", b"v")
    for _ in range(2):
        assert main([*flags, f"--output-version={tmp_path}/version"]) == 0
    assert (tmp_path / "version").read_text() == "1\n"
    assert LocalFolder(models).keys() == [
        "digits/1/card.json",
        "digits/1/card.md",
        "digits/1/claim.json",
        "digits/1/model.keras",
        "digits/1/saved_model.pb",
        "digits/1/variables/variables.index",
    ]


@pytest.mark.parametrize("name", ["", "../digits", "Digits", "a/b", "-a", "a" * 64])
def test_a_models_name_is_a_plain_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["publish", f"--run={tmp_path}", f"--name={name}", f"--to={tmp_path}/m"]) == 1
    assert "model: name: expected lower-case letters" in capsys.readouterr().err


def test_a_slice_of_the_sample_is_another_valid_dataset(tmp_path: Path) -> None:
    target = tmp_path / "v2.npz"
    flags = ["--train-per-class=20", "--test-per-class=5", "--offset=7", f"--to={target}"]
    assert main(["datasets", "slice", *flags]) == 0
    assert main(["datasets", "validate", f"--run={tmp_path}/run", "--", str(target)]) == 0
    with np.load(target) as archive:
        assert Dataset(**archive).x_train.shape == (200, 28, 28)


def test_steps_before_training_import_no_tensorflow() -> None:
    program = (
        "import sys, trainer.cli, trainer.steps.validate, trainer.steps.configure, "
        "trainer.steps.checkout, trainer.steps.publish, trainer.steps.slice; "
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
