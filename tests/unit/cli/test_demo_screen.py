"""What the demo prints fits the terminal: nothing of a name is cut off."""

import re

import pytest

from pinnace.cli.demo.progress import Outcome
from pinnace.cli.demo.screen import Row, closing

OUTCOMES = [
    Outcome(
        event="1", source="upload mnist/v20261126013200.npz", sensor="train-on-webhook",
        workflow="train-digits-bdgkq", tfjob="train-digits-bjpzr", model="digits", version="12",
        accuracy=0.9797, seconds=79.4,
    )
]  # fmt: skip


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_closing_table_is_whole_at_any_width(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    closing(OUTCOMES, {"in all": 129.0})
    said = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    row = OUTCOMES[0]
    for part in (row.source, row.sensor, row.workflow, row.tfjob, "digits/12", "97.97%", "79"):
        assert part in said
    assert max(map(len, said.splitlines())) <= columns
    assert ("accuracy" in said) == (columns > 80)  # the table has titles, the narrow form none


def test_how_training_goes_is_a_text_and_two_cells() -> None:
    row = Row(source="git push", epoch={"epoch": 2, "epochs": 4, "accuracy": 0.9621})
    assert row.training() == "epoch 2/4, accuracy 0.962"
    assert row.epoch_and_accuracy() == ("2/4", "0.962")
    assert Row(source="git push").training() == ""
