"""Real training: alone, in a group over gRPC, and after a worker was killed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.integration.trainer.processes import group, prepared, step


def metrics(run: Path) -> dict[str, object]:
    return dict(json.loads((run / "metrics.json").read_text()))


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_one_worker_reaches_the_accuracy_and_the_same_seed_gives_the_same_weights(
    tmp_path: Path,
) -> None:
    first, second, other = (tmp_path / name for name in ("first", "second", "other"))
    for run, seed in ((first, "3"), (second, "3"), (other, "4")):
        epochs = "6" if run is first or run is second else "1"
        prepared(str(run), seed=seed, epochs=epochs)
        result = step("train", f"--run={run}")
        assert result.returncode == 0, result.stderr
    assert metrics(first)["weights-sha256"] == metrics(second)["weights-sha256"]
    assert metrics(first)["weights-sha256"] != metrics(other)["weights-sha256"]
    accuracy = tmp_path / "accuracy"
    result = step(
        "evaluate", f"--run={first}", f"--output-accuracy={accuracy}", "--min-accuracy=0.96"
    )
    assert result.returncode == 0, result.stderr
    evaluation = json.loads((first / "evaluation.json").read_text())
    assert float(accuracy.read_text()) == evaluation["accuracy"] >= 0.96
    assert sum(map(sum, evaluation["confusion"])) == evaluation["count"] == 3000


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_group_killed_in_the_middle_goes_on_and_ends_with_the_same_weights(
    tmp_path: Path,
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for run in (whole, broken):
        prepared(str(run), epochs="8")
    with group(tmp_path / "logs-whole", str(whole)) as workers:
        assert [worker.wait() for worker in workers] == [0, 0], workers[0].complaint()
        assert workers[0].epochs() == list(range(1, 9))
        assert workers[1].epochs() == []

    with group(tmp_path / "logs-killed", str(broken)) as (chief, peer):
        eventually(lambda: len(chief.epochs()) >= 3, timeout=60)
        peer.kill()
        assert peer.wait() == 137
        assert chief.wait(60) >= 128, chief.complaint()
    assert not (broken / "metrics.json").exists()

    with group(tmp_path / "logs-again", str(broken)) as workers:
        assert [worker.wait() for worker in workers] == [0, 0], workers[0].complaint()
        assert workers[0].epochs()[0] >= 3
        assert workers[0].epochs()[-1] == 8
        assert all("resumed after epoch" in worker.complaint() for worker in workers)
    assert metrics(broken)["weights-sha256"] == metrics(whole)["weights-sha256"]
    assert [epoch["epoch"] for epoch in metrics(broken)["epochs"]] == list(range(1, 9))  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("victim", [0, 1], ids=["chief", "peer"])
def test_workers_restarted_each_by_itself_find_together_again(tmp_path: Path, victim: int) -> None:
    """A TFJob makes only the failed pod anew, so the new one may meet a peer of the old group."""
    run = tmp_path / "run"
    prepared(str(run), epochs="14")
    restarts: list[int] = []
    with group(tmp_path / "logs", str(run)) as workers:

        def all_done() -> bool:
            for worker in workers:
                code = worker.code()
                if code is not None and code >= 128:
                    restarts.append(code)
                    worker.restart()
                assert code is None or code == 0 or code >= 128, worker.complaint()
            return all(worker.code() == 0 for worker in workers)

        eventually(lambda: len(workers[0].epochs()) >= 3, timeout=60)
        workers[victim].kill()
        workers[victim].wait()
        eventually(all_done, timeout=120)
        assert workers[0].epochs()[-1] == 14
        assert len(workers[0].epochs()) <= 15
    assert 2 <= len(restarts) <= 6, restarts


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_lost_chief_makes_its_peer_end_with_a_retryable_code(tmp_path: Path) -> None:
    run = tmp_path / "run"
    prepared(str(run), epochs="500")
    with group(tmp_path / "logs", str(run)) as (chief, peer):
        eventually(lambda: len(chief.epochs()) >= 2, timeout=60)
        chief.kill()
        assert peer.wait(60) >= 128, peer.complaint()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_sigterm_ends_a_training_worker_at_once(tmp_path: Path) -> None:
    run = tmp_path / "run"
    prepared(str(run), epochs="500")
    with group(tmp_path / "logs", str(run), size=1) as (worker,):
        eventually(lambda: len(worker.epochs()) >= 2, timeout=60)
        worker.process.terminate()
        assert worker.wait(30) == 143


def test_a_run_that_is_trained_is_not_trained_again(tmp_path: Path) -> None:
    run = tmp_path / "run"
    prepared(str(run))
    (run / "metrics.json").write_text("{}")
    with group(tmp_path / "logs", str(run)) as workers:
        assert [worker.wait() for worker in workers] == [0, 0]
        assert "already trained" in workers[1].complaint()


def test_training_before_validation_says_what_to_run_first(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert step("configure", f"--run={run}").returncode == 0
    result = step("train", f"--run={run}")
    assert result.returncode == 1
    assert "run `python -m trainer datasets validate` first" in result.stderr
