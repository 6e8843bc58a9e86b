"""Sessions of a person at a shell, as text: what is typed, and what is then seen.

    ## A comment.
    $ kubectl get pod web
    NAME   READY   STATUS    RESTARTS   AGE
    web    1/1     Running   0          <age>

``$`` begins a command, ``>`` continues it (for here-documents). What follows is its output,
standard output and errors together. ``[1]`` as the last line is the exit code, when it is not 0.
Blank lines at the end of an output, and how many spaces stand between columns, don't matter.

Placeholders: ``<age>`` (12s, 3m4s), ``<id>`` (random letters of a name), ``<uid>``, ``<time>``,
``<n>`` (a number), ``<*>`` (anything up to the end of a word or line), and ``...`` as a line of its
own: any lines.
"""

import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PLACEHOLDERS = {
    "age": r"(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?",
    "id": r"[a-z0-9]{4,10}",
    "uid": r"[0-9a-f-]{36}",
    "time": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?"
    r"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
    "n": r"\d+",
    "*": r".*",
}
_ANY_LINES = "..."
_TIMEOUT = 60.0


@dataclass(frozen=True)
class Step:
    """One command, where it stands, and what is to be seen."""

    line: int
    command: str
    expected: tuple[str, ...]
    code: int = 0


def read(text: str) -> Iterator[Step]:
    """Read a session."""
    line, command, output = 0, "", list[str]()
    for number, row in enumerate(text.splitlines(), start=1):
        if row.startswith("## "):
            continue
        if row.startswith("$ "):
            if command:
                yield _step(line, command, output)
            line, command, output = number, row[2:], []
        elif row.startswith("> ") or row == ">":
            command += "\n" + row[2:]
        else:
            output.append(row)
    if command:
        yield _step(line, command, output)


def _step(line: int, command: str, output: list[str]) -> Step:
    while output and not output[-1].strip():
        output = output[:-1]
    code = 0
    if output and (found := re.fullmatch(r"\[(\d+)\]", output[-1])):
        code, output = int(found[1]), output[:-1]
    return Step(line, command, tuple(output), code)


def matches(expected: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    """Tell whether an output is the expected one."""
    if not expected:
        return not seen
    if expected[0] == _ANY_LINES:
        return any(matches(expected[1:], seen[skip:]) for skip in range(len(seen) + 1))
    return bool(seen) and _same(expected[0], seen[0]) and matches(expected[1:], seen[1:])


def _same(expected: str, seen: str) -> bool:
    pattern = "".join(
        f"(?:{_PLACEHOLDERS[part]})" if number % 2 else re.escape(part)
        for number, part in enumerate(re.split(r"<(age|id|uid|time|n|\*)>", _spaced(expected)))
    )
    return re.fullmatch(pattern, _spaced(seen)) is not None


def _spaced(line: str) -> str:
    """Write any gap between columns as two spaces."""
    return re.sub(r"(?<=\S) {2,}|\t", "  ", line).rstrip()


class Shell:
    """One bash, for all commands of a session."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], cwd=folder, env=dict(environment), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, command: str) -> tuple[tuple[str, ...], int]:
        """Run one command; what was seen, and its exit code."""
        bash = self._bash
        assert bash.stdin is not None
        assert bash.stdout is not None
        alarm = threading.Timer(_TIMEOUT, bash.kill)
        alarm.start()
        try:
            bash.stdin.write(f'{{ {command}\n}} </dev/null\ncode=$?; echo; echo "@ended $code"\n')
            bash.stdin.flush()
            lines: list[str] = []
            for line in bash.stdout:
                if line.startswith("@ended "):
                    return _trimmed(lines), int(line.split()[1])
                lines.append(line.rstrip("\n"))
        finally:
            alarm.cancel()
        raise AssertionError(f"{command!r} did not end within {_TIMEOUT:.0f} s; seen: {lines}")

    def close(self) -> None:
        """End the shell and what runs in its background."""
        if self._bash.stdin is not None:
            self._bash.stdin.write("kill $(jobs -p) 2>/dev/null\n")
            self._bash.stdin.close()
        self._bash.wait(10)
        if self._bash.stdout is not None:
            self._bash.stdout.close()


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return tuple(lines)
