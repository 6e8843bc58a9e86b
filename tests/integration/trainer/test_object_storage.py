"""The trainer against a real S3 server: storage, version claims, and the whole pipeline."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.trainer.processes import group, step
from trainer.datasets.layout import pack, unpack
from trainer.environment import Environment
from trainer.errors import Missing, Unreachable
from trainer.runs import Run
from trainer.storage import open_folder, open_object
from trainer.versions import claim, versions

CLAIMANTS = 12


def test_an_object_is_created_once_and_read_with_its_etag(s3: dict[str, str]) -> None:
    folder = open_folder("s3://runs/created-once", Environment.read(s3).object_store)
    assert folder.create("a/b.json", b"first")
    assert not folder.create("a/b.json", b"second")
    blob = folder.read("a/b.json")
    assert (blob.data, len(blob.etag)) == (b"first", 32)
    assert folder.keys() == ["a/b.json"]
    assert folder.keys("a/") == ["a/b.json"]
    assert folder.folders() == ["a"]
    folder.delete("a/b.json")
    with pytest.raises(Missing, match="s3://runs/created-once/a/b.json"):
        folder.read("a/b.json")


def test_a_missing_bucket_and_a_missing_server_are_told_apart(s3: dict[str, str]) -> None:
    with pytest.raises(Missing, match="create the bucket"):
        open_folder("s3://nowhere/x", Environment.read(s3).object_store).read("a")
    gone = Environment.read({**s3, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}).object_store
    with pytest.raises(Unreachable, match="AWS_ENDPOINT_URL"):
        open_folder("s3://runs/x", gone).create("a", b"")


@pytest.mark.timeout(60)
def test_many_runs_that_publish_at_once_get_different_versions(s3: dict[str, str]) -> None:
    store = Environment.read(s3).object_store
    together = threading.Barrier(CLAIMANTS)

    def one(number: int) -> tuple[int, int]:
        run = Run.open(f"s3://runs/claimant-{number}", store)
        models = open_folder("s3://models", store)
        together.wait(30)
        return claim(models, "raced", run), claim(models, "raced", run)

    with ThreadPoolExecutor(CLAIMANTS) as pool:
        claimed = list(pool.map(one, range(CLAIMANTS)))
    assert all(first == again for first, again in claimed)
    assert sorted(first for first, _ in claimed) == list(range(1, CLAIMANTS + 1))
    assert versions(open_folder("s3://models", store), "raced") == list(range(1, CLAIMANTS + 1))


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_whole_pipeline_with_two_workers(s3: dict[str, str], tmp_path: Path) -> None:
    run, data = "--run=s3://runs/train-digits-1/uid", "s3://datasets/mnist/v2.npz"
    source = tmp_path / "src"
    source.mkdir()
    (source / "training.yaml").write_text("epochs: 9\nseed: 7\n")

    def passes(*arguments: str, **more: str) -> str:
        result = step(*arguments, environment={**s3, **more})
        assert result.returncode == 0, result.stderr
        return result.stdout

    passes("datasets", "slice", "--train-per-class=1300", "--offset=100", f"--to={data}")
    passes("checkout", run, f"--source={source}", "--repo=r", "--config-path=training.yaml")
    passes("configure", run, "--set=epochs=6", "--set=batch-size=")
    folder, key = open_object(data, Environment.read(s3).object_store)
    etag = folder.read(key).etag
    passes("datasets", "validate", run, f"--etag={etag}", "--", data)
    with group(tmp_path, run.removeprefix("--run="), environment=s3) as workers:
        assert [worker.wait() for worker in workers] == [0, 0], workers[0].complaint()
    accuracy, version = tmp_path / "accuracy", tmp_path / "version"
    passes("evaluate", run, f"--output-accuracy={accuracy}", "--min-accuracy=0.96")
    publish = ("publish", run, "--name=digits", f"--output-version={version}", "--tfjob=t-1")
    annotations = json.dumps({"pinnace.dev/event-id": "e-1"})
    passes(*publish, WORKFLOW_ANNOTATIONS=annotations, WORKFLOW_LABELS="null")
    passes(*publish)

    models = open_folder("s3://models/digits", Environment.read(s3).object_store)
    assert version.read_text() == "1\n"
    assert versions(open_folder("s3://models", Environment.read(s3).object_store), "digits") == [1]
    card = json.loads(models.read("1/card.json").data)
    assert card["accuracy"] == float(accuracy.read_text()) >= 0.96
    assert card["event"]["id"] == "e-1"
    assert card["dataset"]["uri"] == data
    assert card["dataset"]["etag"] == etag
    assert card["config"]["epochs"] == 6
    assert card["config"]["seed"] == 7
    assert card["metrics"]["workers"] == 2
    assert {"1/saved_model.pb", "1/model.keras", "1/card.md"} <= set(models.keys())


def test_a_dataset_replaced_after_validation_is_refused(s3: dict[str, str]) -> None:
    store = Environment.read(s3).object_store
    folder, key = open_object("s3://datasets/replaced.npz", store)
    sample, name = open_object("sample://mnist", store)
    data = sample.read(name).data
    folder.write(key, data)
    etag = folder.read(key).etag
    folder.write(key, pack(unpack(data, where="sample")) + b"\0")
    arguments = ("datasets", "validate", "--run=s3://runs/replaced", f"--etag={etag}")
    result = step(*arguments, "--", "s3://datasets/replaced.npz", environment=s3)
    assert result.returncode == 1
    assert "etag: expected" in result.stderr
    assert "the object was replaced since" in result.stderr
    assert "Traceback" not in result.stderr
