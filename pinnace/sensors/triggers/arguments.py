"""``args`` of an ``argoWorkflow`` trigger: the options of the argo CLI that mean something here.

Pure. Upstream appends them to the command line (triggers/argo-workflow). The names of the values
are those of Argo's SubmitOpts and of its server's requests.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pinnace.sensors.reading import Node


@dataclass(frozen=True)
class Flag:
    """An option: the name of its value and whether it takes one, several or none."""

    option: str
    takes: Literal["text", "list", "nothing"] = "text"


_PARAMETER = {"-p": Flag("parameters", "list"), "--parameter": Flag("parameters", "list")}
_SELECTOR = {"--node-field-selector": Flag("nodeFieldSelector")}
#: Options that only say how the CLI prints: nothing to do here.
_OUTPUT = {"-o": Flag(""), "--output": Flag("")}
_SHOWN = {"--node-field-selector": Flag(""), "--status": Flag("")}
_SUBMIT = {
    **_PARAMETER,
    **_OUTPUT,
    **_SHOWN,
    "--name": Flag("name"),
    "--generate-name": Flag("generateName"),
    "-l": Flag("labels"),
    "--labels": Flag("labels"),
    "--entrypoint": Flag("entryPoint"),
    "--serviceaccount": Flag("serviceAccount"),
    "--priority": Flag("priority"),
}

FLAGS: Mapping[str, Mapping[str, Flag]] = {
    "submit": _SUBMIT,
    "submit-from": _SUBMIT,
    "resubmit": {**_PARAMETER, **_OUTPUT, "--memoized": Flag("memoized", "nothing")},
    "retry": {
        **_PARAMETER, **_SELECTOR, **_OUTPUT,
        "--restart-successful": Flag("restartSuccessful", "nothing"),
    },
    "resume": _SELECTOR,
    "suspend": {},
    "stop": {**_SELECTOR, "--message": Flag("message")},
    "terminate": {},
}  # fmt: skip


def read_arguments(node: Node, operation: str) -> dict[str, Any]:
    """Return the options by name; refuses one that has no meaning here."""
    found: dict[str, Any] = {}
    words = iter(node.texts())
    for word in words:
        flag, value = _flag(word, node, operation)
        if flag.takes == "nothing":
            found[flag.option] = value.lower() != "false"
            continue
        text = value or _next(words, word, node)
        if flag.takes == "list":
            found.setdefault(flag.option, []).append(text)
        elif flag.option:
            found[flag.option] = _typed(flag.option, text, node)
    return found


def _flag(word: str, node: Node, operation: str) -> tuple[Flag, str]:
    name, _, value = word.partition("=")
    known = FLAGS[operation]
    if name not in known and not word.startswith("--"):
        name, value = word[:2], word[2:]  # -pname=value
    if name not in known:
        raise node.refuse(
            f"argument {name} of argo {operation} has no meaning here",
            expected=f"one of {', '.join(known) or 'none'}", found=repr(word),
            fix="write it into the Workflow, or map it with parameters",
        )  # fmt: skip
    return known[name], value


def _next(words: Iterator[str], word: str, node: Node) -> str:
    following = next(words, None)
    if following is None:
        raise node.refuse("", expected=f"a value after {word}", found="the end")
    return following


def _typed(option: str, text: str, node: Node) -> Any:
    if option != "priority":
        return text
    if not text.lstrip("-").isdecimal():
        raise node.refuse("", expected="an integer after --priority", found=repr(text))
    return int(text)
