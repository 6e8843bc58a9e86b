"""The programs of well-known images say what the originals say."""

import subprocess
import sys
from pathlib import Path

import pytest

from pinnace.pods.programs import argosay, cowsay

#: As `kubectl logs` shows it; bars mark the ends of the lines.
_WHALE = r'''
 _____________ |
< hello world >|
 ------------- |
    \|
     \|
      \     |
                    ##        .            |
              ## ## ##       ==            |
           ## ## ## ##      ===            |
       /""""""""""""""""___/ ===        |
  ~~~ {~~ ~~~~ ~~~ ~~~~ ~~ ~ /  ===- ~~~   |
       \______ o          __/            |
        \    \        __/             |
          \____\______/   |
'''.replace("|\n", "\n").lstrip("\n")


def test_the_whale_is_the_books() -> None:
    command = [sys.executable, str(Path(str(cowsay.__file__))), "hello world"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == _WHALE


def test_long_texts_are_wrapped_in_the_balloon() -> None:
    drawn = cowsay.balloon(cowsay.wrap("one two three " * 6)).splitlines()
    assert drawn[1].startswith("/ ") and drawn[-2].startswith("\\ ") and drawn[2].startswith("| ")
    assert {len(line) for line in drawn} == {len(drawn[0])}
    assert all(len(line) <= 44 for line in drawn)
    assert "".join(cowsay.wrap("x" * 100)) == "x" * 100


@pytest.mark.parametrize(
    ("arguments", "code", "output"),
    [
        ([], 0, "hello argo\n"),
        (["echo", "hi"], 0, "hi\n"),
        (["exit", "3"], 3, ""),
        (["sleep", "1ms"], 0, ""),
        (["dance"], 2, ""),
    ],
)
def test_argosay(
    arguments: list[str], code: int, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert argosay.main(arguments) == code
    assert capsys.readouterr().out == output


def test_argosay_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "deep" / "file")
    assert argosay.main(["echo", "text", file]) == 0
    assert argosay.main(["cat", file]) == 0
    assert capsys.readouterr().out == "text"
    assert argosay.main(["assert_contains", file, "ex"]) == 0
    assert argosay.main(["assert_contains", file, "nothing"]) == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("5s", 5), ("1m30s", 90), ("1.5h", 5400), ("10ms", 0.01)]
)
def test_durations(text: str, seconds: float) -> None:
    assert argosay.seconds(text) == pytest.approx(seconds)
