"""Each command's help has an example that its own parser accepts."""

import shlex

import pytest

from trainer import cli

_START = f"  {cli._PROGRAM} "


@pytest.mark.parametrize("name", ["", "datasets", *cli.COMMANDS])
def test_every_help_has_an_example_that_can_be_typed(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*name.split(), "--help"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    examples = [line.removeprefix(_START) for line in lines if line.startswith(_START)]
    assert examples and all(example.startswith(name) for example in examples)
    for example in examples:
        cli._parser().parse_args(shlex.split(example))
