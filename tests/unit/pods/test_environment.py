"""Variables, references and command lines."""

import pytest

from pinnace.pods.containers import Image
from pinnace.pods.environment import command_line, expand


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("$(A)", "1"),
        ("a$(A)b$(B)c", "a1b2c"),
        ("$(UNKNOWN)", "$(UNKNOWN)"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$", "$"),
        ("$A ${A} $(A", "$A ${A} $(A"),
        ("$()", "$()"),
        ("100%", "100%"),
    ],
)
def test_expand(text: str, expanded: str) -> None:
    assert expand(text, {"A": "1", "B": "2"}) == expanded


@pytest.mark.parametrize(
    ("command", "args", "line"),
    [
        (None, None, ("entry", "default")),
        (None, ["a"], ("entry", "a")),
        (["c"], None, ("c",)),
        (["c"], ["a"], ("c", "a")),
    ],
)
def test_command_line(command: object, args: object, line: tuple[str, ...]) -> None:
    image = Image(name="x", entrypoint=("entry",), command=("default",))
    assert command_line({"command": command, "args": args}, image, {}) == line
